"""Greetings, and questions suggested in the Messages tab."""

from bot.feature import Feature
from bot.features.onboarding.jobs import JOBS
from bot.features.onboarding.listeners import register

FEATURE = Feature(register=register, jobs=JOBS)
