"""FAQ entries, from a helper's reply or an admin's answer to a question the guides don't cover."""

from bot.feature import Feature
from bot.features.faqs.jobs import JOBS
from bot.features.faqs.listeners import register

FEATURE = Feature(register=register, jobs=JOBS)
