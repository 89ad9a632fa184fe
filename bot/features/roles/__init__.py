"""Admins and champions."""

from bot.feature import Feature, Subcommand
from bot.features.roles.jobs import JOBS
from bot.features.roles.listeners import asked, register
from bot.texts import texts

_HELP = texts("roles")["help"]

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(
        Subcommand("roles", asked, _HELP, for_admins=True),
        Subcommand("champions", asked),
    ),
)
