"""The dialog for feedback on a tool or on the programme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack.blocks.pieces import menu_input, notice, option, ticks_input, words_input
from bot.texts import words

FEEDBACK_DIALOG = "feedback"
ABOUT, TEXT, OPTIONS, NAMED = "about", "text", "options", "named"
PROGRAMME = "programme"
_TOOL = "tool:"
_MOST_TOOLS = 99


def feedback_dialog(tools: Sequence[str]) -> dict[str, Any]:
    """The dialog."""
    say = words(FEEDBACK_DIALOG)
    about = [option(say["programme"], PROGRAMME)]
    about += [option(tool, f"{_TOOL}{tool}") for tool in tools[:_MOST_TOOLS]]
    blocks: list[Block] = [
        menu_input(ABOUT, say["about"], about, PROGRAMME),
        words_input(TEXT, say["text"], optional=False, hint=say["hint"]),
        ticks_input(OPTIONS, say["options"], {NAMED: say["named"]}),
    ]
    return View(
        type="modal",
        callback_id=FEEDBACK_DIALOG,
        title=say["title"],
        submit=say["submit"],
        close=say["close"],
        blocks=blocks,
    ).to_dict()


def tool_of(about: str) -> str | None:
    """The tool that was chosen; None for the programme."""
    return about.removeprefix(_TOOL) if about.startswith(_TOOL) else None


def feedback_thanks() -> dict[str, Any]:
    """What is shown after it was sent."""
    say = words(FEEDBACK_DIALOG)
    return notice(say["title"], say["thanks"])
