"""The dialog for a question, which Home opens."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.slack.blocks import modal, text_input
from bot.texts import texts

ASK_DIALOG, QUESTION = "question", "question"
LONGEST_QUESTION = 2000


def ask_dialog() -> View:
    """The dialog."""
    say = texts("questions")
    question = text_input(QUESTION, say["your_question"], most=LONGEST_QUESTION, hint=say["where"])
    return modal(ASK_DIALOG, say["ask_title"], [question], submit=say["ask"])
