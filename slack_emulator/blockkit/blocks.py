"""The shapes of Block Kit's blocks, for messages and for views."""

from __future__ import annotations

from collections.abc import Mapping

from slack_emulator.blockkit.data import CELL, CHART, DATA_TABLE, DATA_TABLE_OPTIONS, data_table
from slack_emulator.blockkit.elements import (
    ACCESSORY,
    BUTTON,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    OVERFLOW,
)
from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.blockkit.objects import PICTURE, RICH_TEXT, plain, unless, words
from slack_emulator.blockkit.rules import (
    Faults,
    Rule,
    anything,
    array,
    both,
    by_type,
    flag,
    not_both,
    one_of,
    text,
    thing,
    url,
)


def _block(
    required: Mapping[str, Rule] | None = None,
    optional: Mapping[str, Rule] | None = None,
    any_of: tuple[str, ...] = (),
) -> Rule:
    own: dict[str, Rule] = {"block_id": text(LIMITS["block_id"])}
    return thing({"type": anything, **(required or {})}, own | dict(optional or {}), any_of)


_IMAGE_OR_ICON = by_type({"image": IMAGE})
_IN_CONTEXT = by_type(
    {
        "image": IMAGE,
        "plain_text": plain(LIMITS["context text"]),
        "mrkdwn": words(LIMITS["context text"]),
    }
)
_COLUMN = thing({}, {"align": one_of("left", "center", "right"), "is_wrapped": flag})
_SOURCE = by_type({"url": thing({"type": anything, "url": url(3000), "text": text(2000)})})

_TASK = _block(
    {
        "task_id": text(255),
        "title": text(2000),
        "status": one_of("pending", "in_progress", "complete", "error"),
    },
    {"details": RICH_TEXT, "output": RICH_TEXT, "sources": array(_SOURCE, 100, 0)},
)
_CARD = _block(
    None,
    {
        "hero_image": _IMAGE_OR_ICON,
        "icon": _IMAGE_OR_ICON,
        "title": words(LIMITS["card title"]),
        "subtitle": words(LIMITS["card subtitle"]),
        "body": words(LIMITS["card body"]),
        "actions": array(by_type({"button": BUTTON}), LIMITS["actions elements"]),
    },
    any_of=("hero_image", "title", "actions", "body"),
)

_EVERYWHERE: dict[str, Rule] = {
    "section": _block(
        None,
        {
            "text": words(LIMITS["section text"]),
            "fields": array(words(LIMITS["section field"]), LIMITS["section fields"]),
            "accessory": ACCESSORY,
            "expand": flag,
        },
        any_of=("text", "fields"),
    ),
    "divider": _block(),
    "header": _block({"text": plain(LIMITS["header text"])}),
    "image": both(
        _block(
            {"alt_text": text(LIMITS["image alt text"], 0)},
            {**PICTURE, "title": plain(LIMITS["image title"])},
        ),
        not_both("image_url", "slack_file"),
    ),
    "context": _block({"elements": array(_IN_CONTEXT, LIMITS["context elements"])}),
    "actions": _block({"elements": array(IN_ACTIONS, LIMITS["actions elements"])}),
    "input": _block(
        {"label": plain(LIMITS["input label"]), "element": IN_INPUT},
        {"hint": plain(LIMITS["input hint"]), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": RICH_TEXT,
    "video": _block(
        {
            "alt_text": text(LIMITS["image alt text"]),
            "video_url": url(LIMITS["url"]),
            "thumbnail_url": url(LIMITS["url"]),
            "title": plain(LIMITS["video title"]),
        },
        {
            "title_url": url(LIMITS["url"]),
            "description": plain(LIMITS["video description"]),
            "provider_icon_url": url(LIMITS["url"]),
            "provider_name": text(200),
            "author_name": text(LIMITS["video author"]),
        },
    ),
    "card": _CARD,
    "auth_provider": _block(
        {
            "value": text(LIMITS["provider value"]),
            "name": plain(LIMITS["provider name"]),
            "is_connected": flag,
        },
        {
            "description": plain(LIMITS["provider description"]),
            "icon_url": url(LIMITS["url"]),
            "auth_url": url(LIMITS["url"]),
            "disconnect_url": url(LIMITS["url"]),
            "connected_identity": plain(LIMITS["provider name"]),
            "connected_context": plain(LIMITS["provider name"]),
            "accessory": by_type({"overflow": OVERFLOW}),
            "fallback": anything,
        },
    ),
}
_MODAL_ONLY: dict[str, Rule] = {
    "alert": _block(
        {"text": words(LIMITS["section text"])},
        {"level": one_of("default", "info", "warning", "error", "success")},
    ),
}
_NOT_IN_MODALS: dict[str, Rule] = {
    "carousel": _block({"elements": array(by_type({"card": _CARD}), LIMITS["carousel elements"])}),
}
_MESSAGE_ONLY: dict[str, Rule] = {
    "markdown": _block({"text": text(LIMITS["markdown text"])}),
    "context_actions": _block(
        {"elements": array(IN_CONTEXT_ACTIONS, LIMITS["context_actions elements"])}
    ),
    "table": _block(
        {"rows": array(array(CELL, LIMITS["table columns"]), LIMITS["table rows"])},
        {"column_settings": array(_COLUMN, LIMITS["table columns"], 0), "caption": anything},
    ),
    "task_card": _TASK,
    "plan": _block({"title": text(2000)}, {"tasks": array(by_type({"task_card": _TASK}), 100, 0)}),
    "data_visualization": _block(CHART),
    "data_table": data_table(_block(DATA_TABLE, DATA_TABLE_OPTIONS)),
    "file": _block({"external_id": text(255), "source": one_of("remote")}),
}


def _container(inside: Mapping[str, Rule]) -> Rule:
    return both(
        _block(
            {"child_blocks": array(by_type(inside), LIMITS["container blocks"])},
            {
                "title": plain(LIMITS["container title"]),
                "rich_text_title": RICH_TEXT,
                "subtitle": words(LIMITS["container title"]),
                "width": one_of("narrow", "standard", "wide", "full"),
                "icon": _IMAGE_OR_ICON,
                "is_collapsible": flag,
                "default_collapsed": flag,
                "has_header_divider": flag,
            },
            any_of=("title", "rich_text_title"),
        ),
        unless("has_header_divider", of="is_collapsible"),
    )


# What @slack/types lets stand in a container.
_IN_CONTAINER = (
    "actions context divider file header image input rich_text section table video".split()
)
_IN_MESSAGES = _EVERYWHERE | _NOT_IN_MODALS | _MESSAGE_ONLY
_CONTAINER = _container({name: _IN_MESSAGES[name] for name in _IN_CONTAINER})
MESSAGE_BLOCK = by_type(_IN_MESSAGES | {"container": _CONTAINER})
MODAL_BLOCK = by_type(_EVERYWHERE | _MODAL_ONLY)
HOME_BLOCK = by_type(_EVERYWHERE | _NOT_IN_MODALS)

__all__ = ["HOME_BLOCK", "MESSAGE_BLOCK", "MODAL_BLOCK", "Faults"]
