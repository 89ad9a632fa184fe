"""Gives blocks and elements the ids that Slack gives where the app gave none."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from slack_emulator.models import Json
from slack_emulator.state.core import Core

_BLOCK_LISTS = ("child_blocks", "tasks")
_CARD_LISTS = ("carousel",)
_ACTION_LISTS = ("elements", "actions")
_PASSIVE = frozenset({"image", "mrkdwn", "plain_text", "card", "url"})


def with_ids(blocks: Sequence[Mapping[str, object]], core: Core) -> list[Json]:
    """Return a copy of the blocks in which every block and interactive element has its id."""
    made = [copy.deepcopy(dict(block)) for block in blocks]
    for block in made:
        _name(block, core)
    return made


def _name(block: Json, core: Core) -> None:
    if not block.get("block_id"):
        block["block_id"] = core.new_id("b")
    for name in _BLOCK_LISTS:
        for inner in block.get(name) or ():
            _name(inner, core)
    if block.get("type") in _CARD_LISTS:
        for card in block.get("elements") or ():
            _name(card, core)
        return
    if str(block.get("type", "")).startswith("rich_text"):
        return
    elements = [block.get("accessory"), block.get("element")]
    for name in _ACTION_LISTS:
        elements += block.get(name) or []
    for element in elements:
        if isinstance(element, dict) and element.get("type") not in _PASSIVE:
            element.setdefault("action_id", core.new_id("a"))
