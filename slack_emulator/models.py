"""Plain values that every part of the emulator shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]

ChangeKind = Literal[
    "message", "channel", "home", "modal", "session", "prompts", "people", "traffic"
]


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        number: Its place in the feed, rising.
        kind: What sort of thing.
        channel: Where, if in a channel.
        ts: The message, if one; for traffic, its number in the log.
        thread: The thread's root, if in one.
        user: Whom it concerns, if one person alone.
    """

    number: int
    kind: ChangeKind
    channel: str = ""
    ts: str = ""
    thread: str = ""
    user: str = ""


@dataclass(frozen=True)
class Session:
    """What the app does in a conversation.

    Attributes:
        status: One of processing, active, suspended, closed; empty where there is no session.
        title: The conversation's name, if it has one.
        words: What to show while it works, if the app gave any.
    """

    status: str = ""
    title: str = ""
    words: str = ""


@dataclass(frozen=True)
class Prompts:
    """Suggested questions: a heading and pairs of title and message."""

    title: str = ""
    prompts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Traffic:
    """One payload between workspace and app.

    Attributes:
        number: Its place in the log, rising.
        to_app: Whether the app received it; otherwise the app sent it.
        name: The method, event or interaction.
        note: What came of it, in a word.
        at: When, in seconds since the epoch.
        payload: The payload itself.
    """

    number: int
    to_app: bool
    name: str
    note: str
    at: float
    payload: Any


@dataclass(frozen=True)
class StoredFile:
    """The content of a file."""

    name: str
    mimetype: str
    content: bytes


@dataclass(frozen=True)
class Press:
    """One use of a Block Kit element.

    Attributes:
        block_id: The block.
        action_id: The element.
        value: What was chosen or written: a text, or the values chosen.
        state: The values of the whole surface, by block id and action id, as plain values.
        view_id: The view pressed in, or empty.
        channel: The channel of the message pressed in, or empty.
        ts: The timestamp of that message.
    """

    block_id: str
    action_id: str
    value: str | Sequence[str]
    state: Mapping[str, Mapping[str, str | Sequence[str]]]
    view_id: str = ""
    channel: str = ""
    ts: str = ""
