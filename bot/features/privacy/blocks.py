"""What is kept about somebody, in plain words, with what they can do about it."""

from __future__ import annotations

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject
from slack_sdk.models.views import View

from adoption.privacy.personal_data import Mine
from bot.slack.blocks.pieces import section, small
from bot.texts import texts

PRIVACY = "privacy"
EXPORT, PAUSE, RESUME, ERASE = "my_export", "my_pause", "my_resume", "my_erase"


def privacy_dialog(mine: Mine, minimum: int, notice: str = "") -> dict[str, Any]:
    """The dialog.

    Args:
        minimum: the smallest group that reports show.
        notice: what has just happened.
    """
    say = texts("privacy")
    blocks: list[Block] = [section(notice)] if notice else []
    if mine.rows and mine.since is not None:
        day = f"{mine.since.day} {mine.since:%B %Y}"
        order = {name: place for place, name in enumerate(say)}
        rows = sorted(mine.rows.items(), key=lambda row: order.get(row[0], len(order)))
        lines = "\n".join(f"• {_line(name, count)}" for name, count in rows)
        blocks.append(section(f"{say['since'].format(day=day)}\n{lines}"))
    else:
        blocks.append(section(say["none"]))
    blocks += [
        section(say["paused"] if mine.paused else say["logged"]),
        small(say["end"].format(minimum=minimum)),
        ActionsBlock(elements=_buttons(mine)),
    ]
    return View(
        type="modal", callback_id=PRIVACY, title=say["title"], close=say["close"], blocks=blocks
    ).to_dict()


def _line(name: str, count: int) -> str:
    say = texts("privacy")
    return (say.get(name) or say["other"]).format(n=count, name=name.replace("_", " "))


def _buttons(mine: Mine) -> list[ButtonElement]:
    say = texts("privacy")
    pausing = (RESUME, say["resume"]) if mine.paused else (PAUSE, say["pause"])
    buttons = [ButtonElement(action_id=pausing[0], text=pausing[1])]
    if mine.rows:
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
