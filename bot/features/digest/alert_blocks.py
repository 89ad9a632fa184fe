"""An alert as a message: what happened, and what to look at."""

from __future__ import annotations

from adoption.reports.alerts import Alert
from adoption.reports.rich_text import RichText, UntrustedText
from bot.slack.blocks.parts import context, section
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain


def alert_message(alert: Alert) -> Message:
    """The message for an alert."""
    text = _line(alert.text)
    return Message(text, [section(text), context(_line(alert.next_step))])


def _line(line: RichText) -> str:
    return "".join(plain(part, 400) if isinstance(part, UntrustedText) else part for part in line)
