"""The roster, imported from Slack when an admin asks, or daily where a setting asks for it."""

from bot.feature import Feature
from bot.features.roster.jobs import JOBS, schedules
from bot.features.roster.listeners import register

FEATURE = Feature(register=register, jobs=JOBS, schedules=schedules)
