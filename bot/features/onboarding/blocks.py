"""The first words to whoever installs Uptake, to a newcomer, and to a new champion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.stories.blocks import WRITE
from bot.slack.blocks.parts import actions, button, section
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain


@dataclass(frozen=True)
class Checked:
    """A point of the checklist: whether it is done, and how to do it."""

    what: str
    done: bool
    how: str


def welcome_message(checks: Sequence[Checked]) -> Message:
    """Greets whoever installed it, with what is still to do."""
    text = "Welcome. I answer questions about your AI tools from your own guides."
    lines = [
        f"☑ {check.what}" if check.done else f"☐ {check.what}: {check.how}" for check in checks
    ]
    missing = any(not check.done for check in checks)
    blocks = [
        section(text),
        section("*What it takes*\n" + "\n".join(lines)),
        section(
            "When all is ticked, tell people to open me and ask."
            if missing
            else "Everything is ready. Tell people to open me and ask."
        ),
    ]
    return Message(text, blocks)


def newcomer_message() -> Message:
    """Greets somebody who opens Uptake for the first time."""
    text = (
        "Hello. Ask me about our AI tools, here or by mentioning me in a channel. I answer from "
        "our own guides and show where it stands. When I do not know, I say so."
    )
    return Message(text, [section(text)])


def champion_message(team: str) -> Message:
    """Greets a new champion, with what they can do."""
    whose = f" of {plain(team, 300)}" if team else ""
    text = f"You are a champion{whose} now. Thank you for helping your colleagues."
    more = (
        "• In my Home tab you see your team's figures and the questions that wait for a person.\n"
        "• Tell what worked with `/uptake story`; an admin looks at it, then everybody can read "
        "it, and answers point to it."
    )
    return Message(
        text, [section(text), section(more), actions(button("Tell a success story", WRITE))]
    )
