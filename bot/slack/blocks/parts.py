"""The old builders that give dicts, on the new ones; goes when nothing imports it any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack import blocks as new
from bot.slack.identity import mention as named
from bot.slack.identity import user_of
from bot.slack.mrkdwn import cut, one_line

__all__ = ["named", "user_of"]
Block = dict[str, Any]


def section(text: str, accessory: Block | None = None) -> Block:
    """As the new one."""
    made: Block = new.section(text).to_dict()
    return made | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """As the new one."""
    return new.context(*texts).to_dict()


def header(text: str) -> Block:
    """As the new one."""
    return new.header(text).to_dict()


def divider() -> Block:
    """As the new one."""
    return new.divider().to_dict()


def label(text: str, most: int = 75) -> Block:
    """As `plain_text`."""
    return {"type": "plain_text", "text": cut(one_line(text), most) or "–", "emoji": False}


def button(text: str, action: str, value: str = "", style: str = "") -> Block:
    """As the new one."""
    return new.button(text, action, value, style).to_dict()


def actions(*buttons: Block, block_id: str = "") -> Block:
    """As the new one."""
    made: Block = {"type": "actions", "elements": list(buttons)}
    return made | ({"block_id": block_id[:255]} if block_id else {})


def text_input(
    name: str,
    title: str,
    *,
    most: int,
    initial: str = "",
    hint: str = "",
    long: bool = False,
    optional: bool = False,
    told: bool = False,
) -> Block:
    """As the new one."""
    return new.text_input(
        name,
        title,
        most=most,
        initial=initial,
        hint=hint,
        multiline=long,
        optional=optional,
        heard=told,
    ).to_dict()


def modal(
    callback: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str = "Send",
    close: str = "Not now",
    metadata: str = "",
    notify: bool = False,
) -> Block:
    """As the new one."""
    return {
        "type": "modal",
        "callback_id": callback,
        "title": label(title, 24),
        "submit": label(submit, 24),
        "close": label(close, 24),
        "private_metadata": metadata[:3000],
        "notify_on_close": notify,
        "blocks": list(blocks),
    }
