"""The dialog for a check-in."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.views import View

from bot.slack.blocks import checkboxes_input, modal, notice, option, select_input, text_input
from bot.texts import texts

CHECK_IN_DIALOG = "check_in"
TOOL, SAVED, COMMENT, OPTIONS, CONSENT = "tool", "saved", "comment", "options", "consent"
_MOST_TOOLS = 100
# Minutes a week; more than five hours count as five, for nobody knows how many more.
_RANGES = ("0-0", "0-30", "30-60", "60-120", "120-300", "300-300")


def check_in_dialog(tools: Sequence[str]) -> View:
    """The dialog, for one of these tools."""
    say = texts("check_ins")
    inputs = [
        select_input(TOOL, say["tool"], [option(tool, tool) for tool in tools[:_MOST_TOOLS]]),
        select_input(
            SAVED, say["saved"], [option(say[f"range_{saved}"], saved) for saved in _RANGES]
        ),
        text_input(COMMENT, say["comment"], hint=say["comment_hint"], optional=True),
        checkboxes_input(OPTIONS, say["options"], {CONSENT: say["consent"]}),
    ]
    return modal(CHECK_IN_DIALOG, say["title"], inputs, submit=say["submit"], close=say["close"])


def minutes_of(saved: str) -> tuple[float, float] | None:
    """The range of minutes that was chosen; None where it is none of the dialog's."""
    if saved not in _RANGES:
        return None
    low, _, high = saved.partition("-")
    return float(low), float(high)


def thanks() -> View:
    """What is shown after a check-in was sent."""
    say = texts("check_ins")
    return notice(say["title"], say["thanks"])
