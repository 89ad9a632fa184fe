"""What admins are told of a source that fails, and of one that is fine again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from bot.slack.blocks.parts import context, section
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain

_LOOK = "`uptake sources list` shows all sources. I say this once, and look again as scheduled."


@dataclass(frozen=True)
class Found:
    """How a source was found.

    Attributes:
        reason: why it could not be brought here; empty if it could.
        unread: the first of its files that could not be read, each with why.
        files: how many could not be read.
    """

    STATES: ClassVar[tuple[str, str]] = ("away", "unread")

    source: str
    owner: str
    reason: str
    unread: Sequence[str]
    files: int

    @property
    def state(self) -> str:
        """`away`, `unread` where some of its files are, or empty where it is fine."""
        away, unread = self.STATES
        return away if self.reason else unread if self.files else ""

    @property
    def fine(self) -> bool:
        """Whether all of it could be read."""
        return not self.state


def source_message(found: Found) -> Message:
    """The message for a source whose state changed."""
    name = plain(found.source, 100)
    owner = f" Its owner: {plain(found.owner, 200)}." if found.owner else ""
    if found.fine:
        text = f"The source {name} is read again without trouble."
        return Message(text, [section(text)])
    if found.reason:
        text = f"The source {name} cannot be read: {plain(found.reason, 500)}."
        return Message(
            text, [section(f"{text} The guides that it gave before stay.{owner}"), context(_LOOK)]
        )
    some = "1 file" if found.files == 1 else f"{found.files} files"
    text = f"The source {name} is read, but {some} of it could not be."
    lines = [f"• {plain(each, 400)}" for each in found.unread]
    return Message(text, [section("\n".join([text + owner, *lines])), context(_LOOK)])
