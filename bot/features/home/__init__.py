"""The Home tab."""

from bot.feature import Feature
from bot.features.home.jobs import JOBS, ON_ANSWERED
from bot.features.home.listeners import register

FEATURE = Feature(register=register, jobs=JOBS, on_answered=ON_ANSWERED)
