"""The question what an answer saved, in one press."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from adoption.feedback.models import TimeSaved
from bot.slack.blocks import section
from bot.slack.messages import Message
from bot.texts import texts

SAVING = "saving"
_NAMES = {
    TimeSaved.NOTHING: "nothing",
    TimeSaved.MINUTES: "minutes",
    TimeSaved.HOUR: "hour",
    TimeSaved.MORE: "more",
}


def saving_question(interaction: str) -> Message:
    """What is asked after a thumb up."""
    return _message(texts("ratings")["question"], interaction, None)


def saved_message(interaction: str, saved: TimeSaved) -> Message:
    """What is shown after a press; another press changes it."""
    say = texts("ratings")
    label = say[_NAMES[saved]].lower()
    return _message(say["thanks"].format(saved=label), interaction, saved)


def _message(text: str, interaction: str, chosen: TimeSaved | None) -> Message:
    say = texts("ratings")
    buttons = [
        ButtonElement(
            action_id=f"{SAVING}_{name}",
            text=say[name],
            value=f"{saved.value}:{interaction}",
            style="primary" if saved is chosen else None,
        )
        for saved, name in _NAMES.items()
    ]
    blocks: list[Block] = [section(text), ActionsBlock(elements=buttons)]
    return Message(text, [block.to_dict() for block in blocks])
