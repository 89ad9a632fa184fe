"""The dialog that asks why an answer did not help."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import InputBlock, Option, PlainTextInputElement
from slack_sdk.models.blocks.block_elements import RadioButtonsElement
from slack_sdk.models.views import View

from adoption.feedback.models import Reason

REASON_DIALOG = "reason"
REASON, COMMENT = "reason", "comment"
LONGEST_COMMENT = 2000
SAY_MORE = "Please say in a few words what it was."

LABELS = {
    Reason.WRONG: "It is wrong",
    Reason.OUTDATED: "It is outdated",
    Reason.INCOMPLETE: "Something is missing",
    Reason.HARD_TO_FOLLOW: "It is hard to follow",
    Reason.NOT_WHAT_I_ASKED: "It is not what I asked",
    Reason.OTHER: "Something else",
}


def reason_dialog(question_id: str) -> dict[str, Any]:
    """The dialog for the answer to one question."""
    options = [Option(label=label, value=reason.value) for reason, label in LABELS.items()]
    view = View(
        type="modal",
        callback_id=REASON_DIALOG,
        private_metadata=question_id,
        title="What went wrong?",
        submit="Send",
        close="Not now",
        blocks=[
            InputBlock(
                block_id=REASON,
                label="This answer did not help because",
                element=RadioButtonsElement(action_id=REASON, options=options),
            ),
            InputBlock(
                block_id=COMMENT,
                optional=True,
                label="What would have helped?",
                hint="The people who keep the guides read this.",
                element=PlainTextInputElement(
                    action_id=COMMENT, multiline=True, max_length=LONGEST_COMMENT
                ),
            ),
        ],
    )
    return view.to_dict()
