"""The first words to whoever installs Uptake, and to a newcomer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import line, section
from bot.slack.messages import Message
from bot.texts import texts


@dataclass(frozen=True)
class Checked:
    """A point of the set-up: whether it is done, and how to do it."""

    what: str
    done: bool
    how: str


def welcome_message(checks: Sequence[Checked]) -> Message:
    """Greets whoever installed Uptake, with what is left to do."""
    say = texts("onboarding")
    lines = [f"☑ {each.what}" if each.done else f"☐ {each.what}: {each.how}" for each in checks]
    left = any(not each.done for each in checks)
    return Message.of(
        say["welcome"],
        section(say["welcome"]),
        section("\n".join([say["setup"], *lines])),
        section(say["left" if left else "ready"]),
    )


def newcomer_message() -> Message:
    """Greets somebody who opens Uptake for the first time."""
    return line(texts("onboarding")["newcomer"])
