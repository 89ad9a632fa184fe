"""The readiness checklist: what must be there before a wave goes live, and who sees to it."""

from bot.feature import Feature, Subcommand
from bot.features.readiness.home import home
from bot.features.readiness.jobs import JOBS, schedules
from bot.features.readiness.listeners import asked, register
from bot.settings import OptionalFeature
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    subcommands=(Subcommand("readiness", asked, texts("readiness")["help"]),),
    home=home,
    optional=OptionalFeature.READINESS,
)
