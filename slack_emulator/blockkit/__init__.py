"""Checks Block Kit as Slack does: shapes, lengths and counts, each fault with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_emulator.blockkit.blocks import HOME_BLOCK, MESSAGE_BLOCK, MODAL_BLOCK
from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.blockkit.objects import plain
from slack_emulator.blockkit.rules import Faults, anything, array, flag, one_of, text, thing
from slack_emulator.errors import SlackError
from slack_emulator.models import Json

_MESSAGE_BLOCKS = array(MESSAGE_BLOCK, LIMITS["blocks of a message"], 0)
_HOME = {
    "private_metadata": text(LIMITS["private_metadata"], 0),
    "callback_id": text(LIMITS["callback_id"], 0),
    "external_id": text(LIMITS["external_id"], 0),
}
_MODAL_BLOCKS = array(MODAL_BLOCK, LIMITS["blocks of a view"])
_HOME_BLOCKS = array(HOME_BLOCK, LIMITS["blocks of a view"])
_VIEWS = {
    "home": thing({"type": anything, "blocks": _HOME_BLOCKS}, _HOME),
    "modal": thing(
        {"type": anything, "title": plain(LIMITS["view title"]), "blocks": _MODAL_BLOCKS},
        _HOME
        | {
            "submit": plain(LIMITS["view submit"]),
            "close": plain(LIMITS["view close"]),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
}
_BLOCKS_OF = {"container": ("child_blocks",), "carousel": ("elements",), "plan": ("tasks",)}


def check_message_blocks(blocks: object) -> list[Json]:
    """Check the blocks of a message and give them.

    Raises:
        SlackError: `invalid_blocks` with the places of the faults, `msg_blocks_too_long` where
            markdown blocks are too long together.
    """
    faults = Faults()
    _MESSAGE_BLOCKS(blocks, "/blocks", faults)
    if not faults.messages and isinstance(blocks, Sequence):
        _check_ids(blocks, "/blocks", faults)
        _check_together(blocks, faults)
    if faults.messages:
        errors = [message.removeprefix("[ERROR] ") for message in faults.messages]
        raise SlackError("invalid_blocks", messages=faults.messages, errors=errors)
    assert isinstance(blocks, Sequence)
    return [dict(block) for block in blocks]


def check_view(view: object, *kinds: str) -> Json:
    """Check a view and give it.

    Args:
        view: What the app sent.
        kinds: The kinds of view that may stand here; modals alone by default.

    Raises:
        SlackError: `invalid_arguments` with the places of the faults.
    """
    faults = Faults()
    kind = view.get("type") if isinstance(view, Mapping) else None
    if not isinstance(view, Mapping):
        faults.add("must provide an object", "/view")
    elif kind not in (kinds or ("modal",)):
        one_of(*(kinds or ("modal",)))(kind, "/view/type", faults)
    else:
        _VIEWS[str(kind)](view, "/view", faults)
    if not faults.messages and isinstance(view, Mapping):
        _check_ids(view["blocks"], "/view/blocks", faults)
        _check_submit(view, faults)
    if faults.messages:
        raise SlackError("invalid_arguments", messages=faults.messages)
    assert isinstance(view, Mapping)
    return {name: value for name, value in view.items() if value is not None}


def _check_ids(blocks: Sequence[Mapping[str, Any]], path: str, faults: Faults) -> None:
    seen: set[str] = set()
    for block, place in _every_block(blocks, path):
        name = block.get("block_id")
        if name and name in seen:
            faults.add(f"block_id {name} already exists", f"{place}/block_id")
        seen.add(str(name))
        for action, count in Counter(_action_ids(block)).items():
            if count > 1:
                faults.add(f"action_id {action} already exists", place)


def _every_block(
    blocks: Sequence[Mapping[str, Any]], path: str
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Find all blocks, those in containers, carousels and plans too, each with its place."""
    for number, block in enumerate(blocks):
        yield block, f"{path}/{number}"
        for name in _BLOCKS_OF.get(str(block["type"]), ()):
            yield from _every_block(block.get(name) or (), f"{path}/{number}/{name}")


def _action_ids(block: Mapping[str, Any]) -> Iterator[str]:
    parts = [block.get("accessory"), block.get("element"), *(block.get("actions") or ())]
    parts += () if block["type"] == "carousel" else block.get("elements") or ()
    for part in parts:
        if isinstance(part, Mapping) and part.get("action_id"):
            yield str(part["action_id"])


def _check_together(blocks: Sequence[Mapping[str, Any]], faults: Faults) -> None:
    written = sum(len(b["text"]) for b in blocks if b["type"] == "markdown")
    if written > LIMITS["markdown text"]:
        raise SlackError("msg_blocks_too_long")
    counted = Counter(str(block["type"]) for block in blocks)
    if counted["table"] > LIMITS["tables of a message"]:
        faults.add("only one table is allowed", "/blocks")
    if counted["data_visualization"] > LIMITS["charts of a message"]:
        faults.add("only two data_visualization blocks are allowed", "/blocks")


def _check_submit(view: Mapping[str, Any], faults: Faults) -> None:
    asks = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and asks and not view.get("submit"):
        faults.add("missing required field: submit", "/view")
