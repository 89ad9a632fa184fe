"""Targets that admins set beforehand."""

from bot.feature import Feature, Subcommand
from bot.features.targets.jobs import JOBS
from bot.features.targets.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("targets", asked, texts("targets")["help"], for_admins=True),),
)
