"""The container: every object of a process that features work with; `bot.app` builds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from slack_sdk.models.blocks import Block
from sqlalchemy import Engine

from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.training.catalogue import Session
from adoption.usage.queries import UseReader
from bot.conversation.conversation import Conversation
from bot.conversation.question import Question
from bot.delivery.delivery import Delivery
from bot.guides.statistics import GuideStatistics
from bot.guides.sync import GuideSync
from bot.jobs import context
from bot.jobs.runtime import JobRuntime
from bot.observability.question_metrics import Observer
from bot.settings import Settings
from bot.slack.gateway import SlackGateway
from bot.slack.identity import Admins
from bot.visibility import Visibility
from knowledge.answers.answer import Answer
from knowledge.answers.answerer import Answerer
from knowledge.index.index import Index


class RefreshHome(Protocol):
    """Draws the Home tabs of people anew, as steps of a job; done by the feature Home."""

    def __call__(
        self, context: JobContext, accounts: Sequence[str] = (), *, admins: bool = False
    ) -> None:
        """Draws the Home of these accounts, and of every admin who has opened it."""


@dataclass(frozen=True)
class OnAnswered:
    """A job that a feature enqueues once a question is answered.

    Attributes:
        name: of the feature.
        is_due: whether there is something to do; asked once, and stored.
    """

    name: str
    is_due: Callable[[Container, Question], bool]
    enqueue: Callable[[Container, Question], None]


class HomePart(Protocol):
    """What a feature shows in somebody's Home."""

    def __call__(
        self, container: Container, account: str, is_admin: bool, use: UseReader
    ) -> Sequence[Block]:
        """Blocks with a header of their own; none where there is nothing to show.

        Args:
            use: reads who uses what, once for all parts.
        """


class NextSessions(Protocol):
    """The training sessions to come that are for somebody; done by the feature Training."""

    def __call__(self, container: Container, account: str) -> Sequence[Session]:
        """The sessions, the next one first."""


class Facts(Protocol):
    """Answers from the record what no guide can say; done by `bot.answering.facts`."""

    def answer_to(self, container: Container, question: Question, text: str) -> Answer | None:
        """What the record says to one question of a message; None where it is for the guides."""


@dataclass(frozen=True)
class Container:
    """Everything that a process is made of, built once.

    Attributes:
        clock: seconds since 1970, UTC.
        facts: what the record says to a question, before the guides are searched.
        conversation: what was asked before in a thread.
        delivery: shows answers.
        observer: hears of every question, for metrics and traces; nothing depends on it.
        on_answered: what features do once a question is answered.
        home_parts: what features show in Home.
        next_sessions: the training sessions to come; None where there is no training.
        slack: the only way to Slack.
        admins: says who administers the programme.
        visibility: says who may see a text; `slack` asks it before it sends one.
        guides: which guides there are, who keeps them, and how they fare.
        sync: brings guides into the index.
        jobs: stores and runs jobs.
        refresh_home: shows what a job has changed in the Home tabs that show it.
    """

    settings: Settings
    clock: Callable[[], float]
    record: Record
    index: Index
    answerer: Answerer
    facts: Facts
    conversation: Conversation
    delivery: Delivery
    observer: Observer
    on_answered: Sequence[OnAnswered]
    home_parts: Sequence[HomePart]
    next_sessions: NextSessions | None
    slack: SlackGateway
    admins: Admins
    visibility: Visibility
    guides: GuideStatistics
    sync: GuideSync
    jobs: JobRuntime[Container]
    refresh_home: RefreshHome

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
        return self.record.minimum(self.settings.minimum_group)


JobContext = context.JobContext[Container]
