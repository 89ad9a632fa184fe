"""The buttons under an answer that lead on: to a person, and to what somebody did instead."""

from __future__ import annotations

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ConfirmObject

from bot.texts import texts

ASK_PERSON, DIFFERENTLY = "ask_person", "did_differently"
_LONGEST_VALUE = 2000


def ways_on(question_id: str, answered: bool) -> ActionsBlock:
    """The buttons; doing it differently needs something that was recommended."""
    say = texts("answering")
    value = question_id[:_LONGEST_VALUE]
    ask = ButtonElement(
        action_id=ASK_PERSON,
        text=say["ask"],
        value=value,
        confirm=ConfirmObject(
            title=say["confirm_title"],
            text=say["confirm"],
            confirm=say["confirm_yes"],
            deny=say["confirm_no"],
        ),
    )
    differently = ButtonElement(action_id=DIFFERENTLY, text=say["differently"], value=value)
    return ActionsBlock(elements=[ask, differently] if answered else [ask])
