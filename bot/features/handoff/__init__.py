"""Questions handed over to a person."""

from bot.feature import Feature
from bot.features.handoff.jobs import JOBS
from bot.features.handoff.listeners import register

FEATURE = Feature(register=register, jobs=JOBS)
