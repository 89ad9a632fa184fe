"""Turns what the browser sends from Block Kit elements into Slack's payload shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
Raw: TypeAlias = str | Sequence[str] | None
RawValues: TypeAlias = Mapping[str, Mapping[str, Raw]]

_NESTED = ("elements", "child_blocks", "actions", "tasks")


def elements_of(blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Json]]:
    """Return every interactive element with the id of the block that carries it."""
    for block in blocks:
        yield from _elements_in(block, str(block.get("block_id", "")))


def _elements_in(block: Mapping[str, Any], block_id: str) -> Iterator[tuple[str, Json]]:
    single = (block.get("accessory"), block.get("element"))
    nested = [part for name in _NESTED for part in block.get(name) or ()]
    for part in (*single, *nested):
        if not isinstance(part, Mapping):
            continue
        if part.get("action_id") is not None:
            yield block_id, dict(part)
        yield from _elements_in(part, str(part.get("block_id") or block_id))


def element_at(blocks: Sequence[Mapping[str, Any]], block_id: str, action_id: str) -> Json | None:
    """Return the element with these ids, or nothing where the blocks have no such element."""
    return next(
        (
            element
            for block, element in elements_of(blocks)
            if block == block_id and element["action_id"] == action_id
        ),
        None,
    )


def options_in(element: Mapping[str, Any]) -> list[Json]:
    """Return all options of an element, those in groups too."""
    groups = element.get("option_groups") or ()
    grouped = [option for group in groups for option in group.get("options") or ()]
    initial = [element["initial_option"]] if element.get("initial_option") else []
    return [*(element.get("options") or ()), *grouped, *initial, *_initial_options(element)]


def _initial_options(element: Mapping[str, Any]) -> Sequence[Json]:
    return element.get("initial_options") or ()


def state_of(
    blocks: Sequence[Mapping[str, Any]], values: RawValues, offered: Sequence[Json] = ()
) -> Json:
    """Return Slack's `state.values` of a surface.

    Args:
        blocks: The blocks as the app sent them; elements that are not in them are dropped.
        values: What the browser sent, by block id and action id.
        offered: Options that external menus offered lately.
    """
    state: Json = {}
    for block_id, element in elements_of(blocks):
        action_id = element["action_id"]
        if element.get("type") in _STATEFUL and action_id in values.get(block_id, {}):
            raw = values[block_id][action_id]
            state.setdefault(block_id, {})[action_id] = value_of(element, raw, offered)
    return state


def value_of(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json] = ()) -> Json:
    """Return the value of one element in Slack's shape: its type and what is chosen or written."""
    kind = str(element.get("type", ""))
    make = _STATEFUL.get(kind) or _PRESSED.get(kind)
    return {"type": kind, **(make(element, raw, offered) if make else {})}


def _one(raw: Raw) -> str | None:
    if isinstance(raw, str):
        return raw or None
    return raw[0] if raw else None


def _many(raw: Raw) -> list[str]:
    if isinstance(raw, str):
        return [raw] if raw else []
    return list(raw or ())


_Maker: TypeAlias = Callable[[Mapping[str, Any], Raw, Sequence[Json]], Json]


def _option(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    wanted = _one(raw)
    known = [*options_in(element), *offered]
    return {"selected_option": next((o for o in known if o.get("value") == wanted), None)}


def _options(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    wanted = _many(raw)
    chosen: dict[object, Json] = {}
    for option in (*options_in(element), *offered):
        chosen.setdefault(option.get("value"), option)
    return {"selected_options": [chosen[value] for value in wanted if value in chosen]}


def _text(name: str) -> _Maker:
    return lambda element, raw, offered: {name: _one(raw)}


def _texts(name: str) -> _Maker:
    return lambda element, raw, offered: {name: _many(raw)}


def _moment(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    digits = _one(raw) or ""
    return {"selected_date_time": int(digits) if digits.lstrip("-").isdigit() else None}


def _rich(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    words = {"type": "text", "text": _one(raw) or ""}
    section = {"type": "rich_text_section", "elements": [words]}
    return {"rich_text_value": {"type": "rich_text", "elements": [section]}}


def _files(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    return {"files": [{"id": file_id} for file_id in _many(raw)]}


def _button(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    kept = {name: element[name] for name in ("text", "value", "style") if element.get(name)}
    return {"text": element.get("text"), **kept}


def _feedback(element: Mapping[str, Any], raw: Raw, offered: Sequence[Json]) -> Json:
    sides = (element.get("positive_button") or {}, element.get("negative_button") or {})
    pressed = next((side for side in sides if side.get("value") == _one(raw)), {})
    return {"text": pressed.get("text"), "value": pressed.get("value")}


_STATEFUL: dict[str, _Maker] = {
    "static_select": _option,
    "external_select": _option,
    "radio_buttons": _option,
    "multi_static_select": _options,
    "multi_external_select": _options,
    "checkboxes": _options,
    "users_select": _text("selected_user"),
    "channels_select": _text("selected_channel"),
    "conversations_select": _text("selected_conversation"),
    "multi_users_select": _texts("selected_users"),
    "multi_channels_select": _texts("selected_channels"),
    "multi_conversations_select": _texts("selected_conversations"),
    "datepicker": _text("selected_date"),
    "timepicker": _text("selected_time"),
    "datetimepicker": _moment,
    "plain_text_input": _text("value"),
    "email_text_input": _text("value"),
    "url_text_input": _text("value"),
    "number_input": _text("value"),
    "rich_text_input": _rich,
    "file_input": _files,
}
_PRESSED: dict[str, _Maker] = {
    "button": _button,
    "workflow_button": _button,
    "icon_button": _button,
    "feedback_buttons": _feedback,
    "overflow": _option,
}
