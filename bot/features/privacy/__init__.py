"""A person's own data: shown, exported, paused, erased; and what is deleted by itself."""

from bot.feature import Feature, Subcommand
from bot.features.privacy.jobs import JOBS, ON_ANSWERED, schedules
from bot.features.privacy.listeners import asked, register
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    on_answered=ON_ANSWERED,
    subcommands=(Subcommand("privacy", asked, texts("privacy")["help"]),),
)
