"""A question, how it ended, and what may come after it, as jobs store them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt import BoltContext

from adoption.questions.models import Outcome, Surface
from bot.jobs.job import JobKind
from bot.slack.identity import account_of
from bot.slack.mrkdwn import typed_text
from knowledge.answers.answer import Answer

# Among what a person may look at; the others are threads, canvases and lists.
_CHANNEL = "slack#/types/channel_id"
_SURFACES = {"im": Surface.DIRECT, "mpim": Surface.GROUP, "group": Surface.PRIVATE}


@dataclass(frozen=True)
class Question:
    """One question from one person.

    Attributes:
        id: names it for good; in Slack channel and ts, because a mention arrives as two events.
        account: team and user in Slack, so that the same id in two workspaces is two people.
        channel: where to answer.
        thread: the ts of the message to answer under.
        asked_at: seconds since 1970, UTC.
        looking_at: the channel the person had before them when they asked; empty if unknown.
        attachments: names of the files that came with it.
        client: the AI tool that asks in the person's name; empty where they ask themselves.
    """

    id: str
    account: str
    surface: Surface
    channel: str
    thread: str
    text: str
    asked_at: float
    looking_at: str = ""
    attachments: tuple[str, ...] = ()
    client: str = ""

    @property
    def moment(self) -> datetime:
        """When it was asked."""
        return datetime.fromtimestamp(self.asked_at, UTC)

    @property
    def begins_thread(self) -> bool:
        """Whether the message itself begins the thread that it is answered in."""
        return self.id == f"{self.channel}:{self.thread}"


def question_of(event: Mapping[str, Any], context: BoltContext) -> Question:
    """The question in a message event."""
    channel, ts = event["channel"], event["ts"]
    kind = event.get("channel_type") or ("im" if channel.startswith("D") else "channel")
    return Question(
        id=f"{channel}:{ts}",
        account=account_of(context),
        surface=_SURFACES.get(kind, Surface.CHANNEL),
        channel=channel,
        thread=event.get("thread_ts") or ts,
        text=typed_text(event.get("text") or ""),
        asked_at=float(ts),
        looking_at=looked_at(event.get("app_context")),
        attachments=attached(event),
    )


def attached(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the files that came with a message."""
    files = message.get("files")
    return tuple(
        str(file.get("name") or file.get("title") or "file")
        for file in (files if isinstance(files, list) else ())
        if isinstance(file, Mapping)
    )


def looked_at(context: object) -> str:
    """The channel in what Slack says a person has before them; empty where there is none."""
    entities = context.get("entities") if isinstance(context, Mapping) else None
    for entity in entities if isinstance(entities, list) else ():
        if isinstance(entity, Mapping) and entity.get("type") == _CHANNEL:
            return str(entity.get("value") or "")
    return ""


def direct_question(
    account: str,
    channel: str,
    ts: str,
    text: str,
    at: float,
    attachments: tuple[str, ...] = (),
) -> Question:
    """A question that is asked below a message of the app in a person's direct messages."""
    return Question(
        id=f"{channel}:{ts}",
        account=account,
        surface=Surface.DIRECT,
        channel=channel,
        thread=ts,
        text=text,
        asked_at=at,
        attachments=attachments,
    )


@dataclass(frozen=True)
class Ended:
    """How a question ended.

    Attributes:
        seconds: of the search and the answer.
        words: of the question as it was answered, after its edits.
        ts: the message that shows the answer; empty where that is not known.
    """

    answer: Answer
    outcome: Outcome
    seconds: float
    words: str
    ts: str = ""


@dataclass(frozen=True)
class Edit:
    """New words of a question; `ts` is the edit's own."""

    question: str
    channel: str
    ts: str
    text: str
    account: str

    @property
    def key(self) -> str:
        """Names the edit."""
        return f"{self.question}/{self.ts}"


@dataclass(frozen=True)
class Withdrawal:
    """The deletion of a question."""

    question: str
    channel: str

    @property
    def key(self) -> str:
        """Names the deletion."""
        return self.question


@dataclass(frozen=True)
class Stop:
    """A press of the stop button in a conversation.

    Attributes:
        streams: the ts of messages that were growing.
    """

    channel: str
    thread: str
    account: str
    streams: tuple[str, ...]
    at: float

    @property
    def key(self) -> str:
        """Names the press."""
        return f"{stops_key(self.channel, self.thread, self.account)}{self.at}"


def stops_key(channel: str, thread: str, account: str) -> str:
    """What the keys of somebody's stops in a conversation begin with."""
    return f"{channel}:{thread}:{account}:"


ANSWER: JobKind[Question, Ended] = JobKind.of("answering.answer", 2, Question, Ended)
EDIT: JobKind[Edit, Ended | None] = JobKind.of("answering.edit", 1, Edit, Ended | None)
WITHDRAW: JobKind[Withdrawal, None] = JobKind.of("answering.withdraw", 1, Withdrawal)
STOP: JobKind[Stop, None] = JobKind.of("answering.stop", 1, Stop)
