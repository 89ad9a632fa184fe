"""Questions that the guides don't answer: written about, or dismissed."""

from bot.feature import Feature
from bot.features.gaps.jobs import JOBS
from bot.features.gaps.listeners import register

FEATURE = Feature(register=register, jobs=JOBS)
