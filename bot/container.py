"""The container: every object of a process that features work with; `bot.app` builds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from adoption.privacy.groups import Minimum
from adoption.questions.record import Record
from bot.answering.conversation import Talk
from bot.jobs import context
from bot.jobs.runtime import JobRuntime
from bot.settings import Settings
from bot.slack.gateway import SlackGateway
from bot.slack.identity import Admins
from knowledge.answers.answerer import Answerer
from knowledge.index.index import Index


@dataclass(frozen=True)
class Container:
    """Everything that a process is made of, built once.

    Attributes:
        clock: seconds since 1970, UTC.
        slack: the only way to Slack.
        admins: says who administers the programme.
        jobs: stores and runs jobs.
    """

    settings: Settings
    clock: Callable[[], float]
    record: Record
    index: Index
    answerer: Answerer
    talk: Talk
    slack: SlackGateway
    admins: Admins
    jobs: JobRuntime[Container]

    def now(self) -> datetime:
        """This moment, UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)

    @property
    def engine(self) -> Engine:
        """The record's database."""
        return self.record.engine

    @property
    def minimum(self) -> Minimum:
        """The smallest group that is shown."""
        return Minimum(self.settings.minimum_group)


JobContext = context.JobContext[Container]
