"""Messages to admins about a source that fails or works again, and to owners of guides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import context, line, section
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

_LISTED = 10


@dataclass(frozen=True)
class SourceState:
    """How the last sync of a source went.

    Attributes:
        reason: why it could not be fetched; empty if it could.
        unread: the first of its files that could not be read, each with the reason.
        unread_count: how many could not be read.
    """

    source: str
    owner: str
    reason: str
    unread: tuple[str, ...]
    unread_count: int

    @property
    def name(self) -> str:
        """`unreachable`, `unread` where some files are, or empty where it works."""
        if self.reason:
            return "unreachable"
        return "unread" if self.unread_count else ""


def source_message(state: SourceState) -> Message:
    """The message for a source whose state changed."""
    say, name = texts("sources"), plain(state.source, 100)
    owner = say["owner"].format(owner=plain(state.owner, 200)) if state.owner else ""
    if not state.name:
        return line(say["works"].format(source=name))
    if state.reason:
        text = say["unreachable"].format(source=name, reason=plain(state.reason, 500))
        more = say["guides_stay"]
    else:
        files = say["file" if state.unread_count == 1 else "files"]
        count = files.format(count=state.unread_count)
        text = say["unread"].format(source=name, files=count)
        more = "\n" + "\n".join(f"• {plain(each, 400)}" for each in state.unread)
    full = " ".join(part for part in (text, owner) if part)
    return Message.of(text, section(f"{full} {more}".strip()), context(say["once"]))


def owner_message(faults: Sequence[str]) -> Message:
    """Tells an owner which of their guides cannot be answered from, and why."""
    say = texts("sources")
    text = say["guide"] if len(faults) == 1 else say["guides"].format(count=len(faults))
    lines = [f"• {plain(each, 400)}" for each in faults[:_LISTED]]
    if len(faults) > _LISTED:
        lines.append(say["more"].format(count=len(faults) - _LISTED))
    return Message.of(text, section("\n".join([text, *lines])), context(say["owner_once"]))
