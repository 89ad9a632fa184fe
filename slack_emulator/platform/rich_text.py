"""Makes the rich_text block that Slack sends beside the text of a person's message."""

from __future__ import annotations

import re

from slack_emulator.models import Json
from slack_emulator.platform.escaping import unescape

_CONTROL = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def rich_text_of(text: str, block_id: str) -> Json:
    """Return the rich_text block of a message text: words, mentions and links."""
    elements: list[Json] = []
    done = 0
    for found in _CONTROL.finditer(text):
        elements += _words(text[done : found.start()])
        elements.append(_control(found))
        done = found.end()
    elements += _words(text[done:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _words(text: str) -> list[Json]:
    return [{"type": "text", "text": unescape(text)}] if text else []


def _control(found: re.Match[str]) -> Json:
    sign, target, label = found.groups()
    if sign == "@":
        return {"type": "user", "user_id": target}
    if sign == "#":
        return {"type": "channel", "channel_id": target}
    if sign == "!" and target in _BROADCASTS:
        return {"type": "broadcast", "range": target}
    if sign == "!" and target.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("subteam^")}
    if sign == "!":
        return {"type": "text", "text": unescape(label or target)}
    link = {"type": "link", "url": unescape(target)}
    return link | ({"text": unescape(label)} if label else {})
