"""How helpful answers are: thumbs, reasons, and what answers saved."""

from bot.feature import Feature
from bot.features.ratings.jobs import JOBS
from bot.features.ratings.listeners import register

FEATURE = Feature(register=register, jobs=JOBS)
