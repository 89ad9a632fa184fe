"""Check-ins: what a tool saves somebody in a week, and how it goes."""

from bot.feature import Feature, Subcommand
from bot.features.check_ins.jobs import JOBS
from bot.features.check_ins.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("checkin", asked, texts("check_ins")["help"]),),
)
