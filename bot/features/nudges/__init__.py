"""Nudges: a kind message with something to try, to people who have a tool and don't use it."""

from bot.feature import Feature, Subcommand
from bot.features.nudges.home import nudges_home
from bot.features.nudges.jobs import JOBS
from bot.features.nudges.listeners import asked, register
from bot.settings import OptionalFeature
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    subcommands=(Subcommand("nudges", asked, texts("nudges")["help"], for_admins=True),),
    home=nudges_home,
    optional=OptionalFeature.NUDGES,
)
