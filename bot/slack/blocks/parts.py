"""Small parts that messages and views of the programme are put together from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.slack.mrkdwn import cut, one_line

Block = dict[str, Any]
_USER = re.compile(r"[UW][A-Z0-9]+")


def section(text: str, accessory: Block | None = None) -> Block:
    """Words that are made harmless already, as a section."""
    made: Block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(text, 3000) or "–", "verbatim": True},
    }
    return made | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Small print; texts that are made harmless already."""
    elements = [{"type": "mrkdwn", "text": cut(t, 3000), "verbatim": True} for t in texts if t]
    elements = elements or [{"type": "mrkdwn", "text": "–", "verbatim": True}]
    return {"type": "context", "elements": elements[:10]}


def header(text: str) -> Block:
    """A heading of our own words."""
    return {"type": "header", "text": label(text, 150)}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def label(text: str, most: int = 75) -> Block:
    """Text as it is: nothing in it is a mention, a link or layout."""
    shown = cut(one_line(text), most) or "–"
    return {"type": "plain_text", "text": shown, "emoji": False}


def button(text: str, action: str, value: str = "", style: str = "") -> Block:
    """A button."""
    made: Block = {"type": "button", "action_id": action, "text": label(text)}
    if value:
        made["value"] = value[:2000]
    return made | ({"style": style} if style else {})


def actions(*buttons: Block, block_id: str = "") -> Block:
    """Buttons beside each other."""
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
    """A field for words; with `told` the app hears of every pause in typing."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": long,
        "max_length": most,
    }
    if initial:
        element["initial_value"] = initial[:most]
    if told:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
    made: Block = {
        "type": "input",
        "block_id": name,
        "optional": optional,
        "dispatch_action": told,
        "label": label(title, 200),
        "element": element,
    }
    return made | ({"hint": label(hint, 200)} if hint else {})


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
    """A dialog."""
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


def user_of(account: str) -> str:
    """The user id in an account, or nothing."""
    user = account.rpartition(":")[2]
    return user if _USER.fullmatch(user) else ""


def named(account: str) -> str:
    """Somebody by mention, or “a colleague” where Slack does not know them."""
    user = user_of(account)
    return f"<@{user}>" if user else "a colleague"
