"""Training in three tiers: what fits whom, sign-up, messages, attendance and the catalogue."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from adoption.usage.queries import UseReader
from bot.container import Container
from bot.feature import Feature, Subcommand
from bot.features.training.answers import FACTS
from bot.features.training.blocks import home_blocks
from bot.features.training.jobs import JOBS, schedules
from bot.features.training.listeners import asked, register
from bot.features.training.offers import next_sessions, training_for
from bot.settings import OptionalFeature
from bot.texts import texts


def _home(container: Container, account: str, is_admin: bool, use: UseReader) -> Sequence[Block]:
    return home_blocks(training_for(container, account, is_admin))


FEATURE = Feature(
    register=register,
    jobs=JOBS,
    schedules=schedules,
    subcommands=(Subcommand("training", asked, texts("training")["help"]),),
    facts=FACTS,
    home=_home,
    next_sessions=next_sessions,
    optional=OptionalFeature.TRAINING,
)
