"""The first words to whoever installs Uptake, and to a newcomer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.features.setup.blocks import name_of
from bot.features.setup.steps import StepState
from bot.slack.blocks import line, section
from bot.slack.messages import Message
from bot.texts import texts


def welcome_message(steps: Sequence[StepState]) -> Message:
    """Greets whoever installed Uptake, with what is left to do."""
    say = texts("onboarding")
    lines = [f"{'☑' if each.is_done else '☐'} {name_of(each.step)}" for each in steps]
    left = not all(each.is_done for each in steps)
    return Message.of(
        say["welcome"],
        section(say["welcome"]),
        section("\n".join([say["setup"], *lines])),
        section(say["left" if left else "ready"]),
    )


def newcomer_message() -> Message:
    """Greets somebody who opens Uptake for the first time."""
    return line(texts("onboarding")["newcomer"])
