"""What the page asks of the workspace: Slack's own JSON to read, a person's acts to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]

ChangeKind = Literal[
    "message", "channel", "home", "modal", "session", "prompts", "people", "traffic"
]


class PageError(Exception):
    """Something the person asked for cannot be done; the words are shown to them."""


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
class Command:
    """A slash command of the app."""

    name: str
    description: str = ""
    usage: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app."""

    callback_id: str
    name: str
    description: str = ""


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


class Actor(Protocol):
    """One person's hands. Every act may raise PageError with words for the person."""

    def say(
        self, channel: str, text: str, thread: str, files: Sequence[str], broadcast: bool
    ) -> None:
        """Post a message."""
        ...

    def command(self, channel: str, name: str, text: str, thread: str) -> None:
        """Run a slash command."""
        ...

    def edit(self, channel: str, ts: str, text: str) -> None:
        """Change the words of an own message."""
        ...

    def delete(self, channel: str, ts: str) -> None:
        """Remove an own message."""
        ...

    def react(self, channel: str, ts: str, name: str) -> None:
        """Set an emoji under a message, or take the own one away."""
        ...

    def join(self, channel: str) -> None:
        """Become a member of a channel."""
        ...

    def upload(self, name: str, content: bytes) -> str:
        """Store a file and give its id."""
        ...

    def press(self, press: Press) -> None:
        """Use a Block Kit element."""
        ...

    def options(self, press: Press, query: str) -> Sequence[Json]:
        """Ask the app for the choices of an external menu: options, or groups of options."""
        ...

    def submit(
        self, view_id: str, state: Mapping[str, Mapping[str, str | Sequence[str]]]
    ) -> Mapping[str, str]:
        """Submit a modal; gives the app's faults by block id."""
        ...

    def close(self, view_id: str) -> None:
        """Close a modal."""
        ...

    def shortcut(self, callback_id: str) -> None:
        """Run a global shortcut."""
        ...

    def message_shortcut(self, callback_id: str, channel: str, ts: str) -> None:
        """Run a message shortcut."""
        ...

    def stop(self, channel: str, thread: str) -> None:
        """Press the stop button of a conversation."""
        ...

    def opens_app(self, tab: Literal["home", "messages"]) -> None:
        """Open a tab of the app."""
        ...

    def looks_at(self, channel: str) -> None:
        """Turn to a channel."""
        ...


class World(Protocol):
    """The workspace as the page reads it; every answer is the caller's own copy."""

    def team(self) -> str:
        """Give the workspace's name."""
        ...

    def users(self) -> Sequence[Json]:
        """Give all user objects, the app's bot user too."""
        ...

    def bot(self) -> Json:
        """Give the bot user of the app."""
        ...

    def app_description(self) -> str:
        """Give what the app says it is for."""
        ...

    def groups(self) -> Sequence[Json]:
        """Give the user groups."""
        ...

    def channels(self, viewer: str) -> Sequence[Json]:
        """Give the conversations a person can open: public ones and their own."""
        ...

    def app_channel(self, viewer: str) -> str:
        """Give the direct message channel of a person and the app."""
        ...

    def direct_channel(self, viewer: str, other: str) -> str:
        """Give the direct message channel of two people, made where there is none."""
        ...

    def members(self, channel: str) -> Sequence[str]:
        """Give the user ids of a channel's members."""
        ...

    def history(self, channel: str, viewer: str) -> Sequence[Json]:
        """Give a channel's own messages and the ephemeral ones of the viewer, oldest first."""
        ...

    def thread(self, channel: str, ts: str, viewer: str) -> Sequence[Json]:
        """Give a thread's messages, the root first."""
        ...

    def unread(self, channel: str, viewer: str, after: str) -> tuple[int, int]:
        """Give how many messages of others came after a timestamp, and how many mention one."""
        ...

    def newest(self, channel: str, viewer: str) -> str:
        """Give the timestamp of the newest message of a channel, empty where there is none."""
        ...

    def message(self, channel: str, ts: str, viewer: str) -> Json | None:
        """Give one message, or nothing where it is gone or not the viewer's to see."""
        ...

    def home(self, viewer: str) -> Json | None:
        """Give the Home view the app drew for a person."""
        ...

    def modals(self, viewer: str) -> Sequence[Json]:
        """Give a person's open modals, the top one last."""
        ...

    def session(self, channel: str, thread: str) -> Session:
        """Give the session of a conversation."""
        ...

    def working_threads(self, channel: str) -> Sequence[str]:
        """Give the threads of a channel in which the app is at work."""
        ...

    def prompts(self, channel: str, thread: str) -> Prompts:
        """Give the suggested questions of a conversation, or of the app where thread is empty."""
        ...

    def commands(self) -> Sequence[Command]:
        """Give the app's slash commands."""
        ...

    def shortcuts(self, kind: Literal["global", "message"]) -> Sequence[Shortcut]:
        """Give the app's shortcuts."""
        ...

    def file(self, file_id: str, viewer: str) -> StoredFile | None:
        """Give a file's content."""
        ...

    def file_id_of(self, url: str) -> str | None:
        """Give the id of the file that has this private address."""
        ...

    def number(self) -> int:
        """Give the number of the newest change."""
        ...

    def changes(self, after: int) -> Sequence[Change] | None:
        """Give the changes after a number, or nothing where they are not kept any more."""
        ...

    def traffic(self, after: int) -> Sequence[Traffic]:
        """Give the payloads after a number."""
        ...

    def subscribe(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` from any thread after each change; gives the way to stop that."""
        ...

    def actor(self, viewer: str) -> Actor:
        """Give a person's hands."""
        ...
