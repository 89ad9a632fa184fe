"""The rollout in waves: plans, go-lives, gates with go or pause, and the messages around them."""

from bot.feature import Feature, Subcommand
from bot.features.rollout.home import home
from bot.features.rollout.jobs import JOBS, schedules
from bot.features.rollout.listeners import asked, register
from bot.settings import OptionalFeature
from bot.texts import texts

FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    subcommands=(Subcommand("rollout", asked, texts("rollout")["help"], for_admins=True),),
    home=home,
    optional=OptionalFeature.ROLLOUT,
)
