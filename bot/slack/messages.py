"""What the gateway sends and where: messages, places, files, as plain data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from slack_sdk.models.blocks import Block

from adoption.reports.rich_text import unbroken
from knowledge.index.passages import EVERYONE

PUBLIC = frozenset({EVERYONE})
# What comes before an account in the audience of somebody's own data.
PERSON = "person:"
# What comes before a guide's source: whoever may read that guide when the text is shown.
GUIDE = "guide:"
_BOLD = re.compile(r"\*([^*\n]+)\*")
_PERSON = re.compile(r"[UW][A-Z0-9]+")


def only_for(account: str) -> frozenset[str]:
    """The audience of what is stored about somebody: they alone."""
    return frozenset({f"{PERSON}{account}"})


class OfGuide(Protocol):
    """Something that a guide says: a passage, or a citation of one."""

    @property
    def audience(self) -> str:
        """Whom the guide was for when it was read."""

    @property
    def source(self) -> str:
        """The file or address that the guide came from."""


def readers_of(said: OfGuide) -> frozenset[str]:
    """Whom it was for when it was read, and its guide, whose audience is asked when it is shown."""
    return frozenset({said.audience, f"{GUIDE}{said.source}"})


def is_person(id: str) -> bool:
    """Whether an id of Slack's is a person's and not a channel's."""
    return _PERSON.fullmatch(id) is not None


@dataclass(frozen=True)
class Message:
    """What is posted: blocks to look at, text for notifications and screen readers.

    Attributes:
        words: what the first block says, where the message may be streamed.
        audiences: those of the guides that it quotes; it is shown where everybody is of each.
        instead: escaped mrkdwn that is shown elsewhere; a general sentence if empty.
    """

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    words: str = ""
    audiences: frozenset[str] = PUBLIC
    instead: str = ""

    @classmethod
    def of(cls, text: str, *blocks: Block, audiences: frozenset[str] = PUBLIC) -> Message:
        """A message of slack_sdk's blocks.

        Notifications show the marks of bold text as they are, so `text` goes without them.
        """
        return cls(_BOLD.sub(r"\1", text), as_json(blocks), audiences=audiences)


def as_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as Slack takes them."""
    return [block.to_dict() for block in blocks]


def unbroken_lines(json: Any) -> Any:
    """Blocks, or a view of them, in whose mrkdwn no line breaks between a figure and its `%`."""
    if isinstance(json, list):
        return [unbroken_lines(each) for each in json]
    if not isinstance(json, dict):
        return json
    if json.get("type") == "mrkdwn":
        return json | {"text": unbroken(json["text"])}
    return {name: unbroken_lines(value) for name, value in json.items()}


@dataclass(frozen=True)
class Place:
    """Where something is posted.

    Attributes:
        channel: a channel's id, or a person's for their direct messages with the app.
        thread: the ts of the message that it replies to.
        only_for: the one person who sees it; empty for everyone there.
        broadcast: whether a reply in a thread is shown in the channel too.
        reader: who reads it, where it is their direct conversation with the app; this is checked.
    """

    channel: str
    thread: str = ""
    only_for: str = ""
    broadcast: bool = False
    reader: str = ""


@dataclass(frozen=True)
class Posted:
    """A message that was posted; `ts` is empty where only one person sees it."""

    channel: str
    ts: str


@dataclass(frozen=True)
class Picture:
    """A picture to upload: its bytes and what it shows."""

    name: str
    content: bytes
    about: str
