"""The weekly digest, what admins do about it, and alerts."""

from bot.feature import Feature, Subcommand
from bot.features.digest.jobs import JOBS, schedules
from bot.features.digest.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    subcommands=(Subcommand("digest", asked, texts("digest")["help"], for_admins=True),),
)
