"""The dialog for feedback on a tool or on the programme."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.slack.blocks import (
    checkboxes_input,
    modal,
    notice,
    option,
    select_input,
    text_input,
)
from bot.texts import texts

FEEDBACK_DIALOG = "feedback"
ABOUT, TEXT, OPTIONS, NAMED = "about", "text", "options", "named"
PROGRAMME = "programme"
_TOOL = "tool:"
_MOST_TOOLS = 99


def feedback_dialog(tools: Sequence[str]) -> View:
    """The dialog, for feedback on one of these tools or on the programme."""
    say = texts("feedback")
    about = [option(say["programme"], PROGRAMME)]
    about += [option(tool, f"{_TOOL}{tool}") for tool in tools[:_MOST_TOOLS]]
    inputs = [
        select_input(ABOUT, say["about"], about, PROGRAMME),
        text_input(TEXT, say["text"], hint=say["hint"]),
        checkboxes_input(OPTIONS, say["options"], {NAMED: say["named"]}),
    ]
    return modal(FEEDBACK_DIALOG, say["title"], inputs, submit=say["submit"], close=say["close"])


def tool_of(about: str) -> str | None:
    """The tool that was chosen; None for the programme."""
    return about.removeprefix(_TOOL) if about.startswith(_TOOL) else None


def thanks() -> View:
    """What is shown after feedback was sent."""
    say = texts("feedback")
    return notice(say["title"], say["thanks"])
