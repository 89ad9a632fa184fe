"""An alert as a message: what happened, and what to look at."""

from __future__ import annotations

from adoption.alerts import Alert
from adoption.wording import Line, Words
from bot.blocks.answers import Message
from bot.blocks.parts import context, section
from bot.blocks.text import plain


def alert_message(alert: Alert) -> Message:
    """The message for an alert."""
    text = _line(alert.text)
    return Message(text, [section(text), context(_line(alert.look))])


def _line(line: Line) -> str:
    return "".join(plain(part, 400) if isinstance(part, Words) else part for part in line)
