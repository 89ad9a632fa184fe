"""The dialog in which an admin decides about a submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.submissions.models import State
from bot.slack.blocks import modal, radio_input, text_input
from bot.slack.view_values import ViewValues
from bot.texts import texts

DECISION, NOTE = "decision", "note"
LONGEST_NOTE = 1500


@dataclass(frozen=True)
class Verdict:
    """What an admin chose, and what they say to the author."""

    state: State
    note: str


def review_dialog(
    callback: str, id: str, blocks: Sequence[Block], outcomes: Sequence[State]
) -> View:
    """The submission, what can be decided, and a note to its author."""
    say = texts("submissions")
    choices = {each.value: say[each.name.lower()] for each in outcomes}
    inputs = [
        radio_input(DECISION, say["decision"], choices),
        text_input(NOTE, say["note"], optional=True, most=LONGEST_NOTE, hint=say["note_hint"]),
    ]
    title, submit = say["review_title"], say["submit"]
    return modal(callback, title, [*blocks, *inputs], submit=submit, metadata=id)


def verdict_in(values: ViewValues, outcomes: Sequence[State]) -> Verdict | dict[str, str]:
    """What was decided in the dialog, or what is missing by the name of its input."""
    say = texts("submissions")
    note = values.text(NOTE)[:LONGEST_NOTE]
    chosen = values.chosen(DECISION)
    state = next((each for each in outcomes if each.value == chosen), None)
    if state is None:
        return {DECISION: say["choose"]}
    if state is State.CHANGES and not note:
        return {NOTE: say["note_needed"]}
    return Verdict(state, note)
