"""Recommendations of AI tools that people override."""

from bot.feature import Feature, Subcommand
from bot.features.overrides.jobs import JOBS, schedules
from bot.features.overrides.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    subcommands=(Subcommand("override", asked, texts("overrides")["help"]),),
)
