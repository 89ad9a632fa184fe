"""Guides that need an admin's attention."""

from bot.feature import Feature
from bot.features.guides.jobs import JOBS
from bot.features.guides.listeners import register

FEATURE = Feature(register=register, jobs=JOBS)
