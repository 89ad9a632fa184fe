"""What is stored about somebody, in plain words, with what they can do about it."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject
from slack_sdk.models.views import View

from adoption.privacy.personal_data import PersonalSummary
from bot.slack.blocks.pieces import section, small
from bot.texts import texts

PRIVACY = "privacy"
EXPORT, PAUSE, RESUME, ERASE = "my_export", "my_pause", "my_resume", "my_erase"


def privacy_dialog(
    summary: PersonalSummary, paused: bool, minimum: int, notice: str = ""
) -> dict[str, Any]:
    """The dialog.

    Args:
        paused: whether logging of their questions is paused.
        minimum: the smallest group that reports show.
        notice: what has just happened.
    """
    say = texts("privacy")
    blocks: list[Block] = [section(notice)] if notice else []
    lines = "\n".join(f"• {_line(words, count)}" for words, count in _most_first(summary))
    if lines and summary.since is not None:
        day = f"{summary.since.day} {summary.since:%B %Y}"
        blocks.append(section(f"{say['since'].format(day=day)}\n{lines}"))
    elif lines:
        blocks.append(section(f"{say['unknown']}\n{lines}"))
    else:
        blocks.append(section(say["none"]))
    blocks += [
        section(say["paused"] if paused else say["logged"]),
        small(say["end"].format(minimum=minimum)),
        ActionsBlock(elements=_buttons(bool(lines), paused)),
    ]
    return View(
        type="modal", callback_id=PRIVACY, title=say["title"], close=say["close"], blocks=blocks
    ).to_dict()


def _most_first(summary: PersonalSummary) -> list[tuple[str, int]]:
    return sorted(summary.counts.items(), key=lambda item: (-item[1], item[0]))


def _line(words: str, count: int) -> str:
    return f"{words[0].upper()}{words[1:]}: {count}"


def _buttons(has_data: bool, paused: bool) -> list[ButtonElement]:
    say = texts("privacy")
    pausing = (RESUME, say["resume"]) if paused else (PAUSE, say["pause"])
    buttons = [ButtonElement(action_id=pausing[0], text=pausing[1])]
    if has_data:
        sure = ConfirmObject(
            title=say["erase_title"],
            text=say["erase_text"],
            confirm=say["erase_yes"],
            deny=say["erase_no"],
            style="danger",
        )
        buttons.insert(0, ButtonElement(action_id=EXPORT, text=say["export"]))
        buttons.append(
            ButtonElement(action_id=ERASE, text=say["erase"], style="danger", confirm=sure)
        )
    return buttons
