"""The dialog that asks why an answer did not help."""

from __future__ import annotations

from slack_sdk.models.views import View

from adoption.feedback.models import Reason
from bot.slack.blocks import modal, radio_input, text_input
from bot.texts import texts

REASON_DIALOG = "reason"
REASON, COMMENT = "reason", "comment"
LONGEST_COMMENT = 2000


def reason_dialog(question_id: str) -> View:
    """The dialog for the answer to one question."""
    say = texts("ratings")
    inputs = [
        radio_input(REASON, say["why"], {each.value: say[_name(each)] for each in Reason}),
        text_input(
            COMMENT,
            say["comment"],
            hint=say["comment_hint"],
            most=LONGEST_COMMENT,
            optional=True,
        ),
    ]
    return modal(
        REASON_DIALOG,
        say["reason_title"],
        inputs,
        submit=say["send"],
        close=say["not_now"],
        metadata=question_id,
    )


def _name(reason: Reason) -> str:
    return f"reason_{reason.name.lower()}"
