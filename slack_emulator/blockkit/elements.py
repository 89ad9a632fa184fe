"""The shapes of Block Kit's elements, and which blocks may hold which."""

from __future__ import annotations

from collections.abc import Mapping

from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.blockkit.objects import CONFIRM, DISPATCH, GROUP, PICTURE, option, plain
from slack_emulator.blockkit.rules import (
    Rule,
    anything,
    array,
    both,
    by_type,
    flag,
    matching,
    not_both,
    one_of,
    text,
    thing,
    url,
    whole,
)

_DATE = matching(r"\d{4}-\d{2}-\d{2}", "must be a date as YYYY-MM-DD")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time as HH:mm")
_ID = text(255)
_IDS = array(_ID, 100, 0)
_FAR_FUTURE = 9_999_999_999


def _element(
    required: Mapping[str, Rule] | None = None, optional: Mapping[str, Rule] | None = None
) -> Rule:
    own = {"action_id": text(LIMITS["action_id"]), "confirm": CONFIRM, "focus_on_load": flag}
    return thing({"type": anything, **(required or {})}, own | dict(optional or {}))


def _select(optional: Mapping[str, Rule]) -> Rule:
    return _element(None, {"placeholder": plain(LIMITS["placeholder"]), **optional})


def _input(optional: Mapping[str, Rule]) -> Rule:
    return _select({"dispatch_action_config": DISPATCH, **optional})


_OPTIONS = array(option(), LIMITS["select options"])
_MENU = {"options": _OPTIONS, "option_groups": array(GROUP, LIMITS["select groups"])}
_MOST_CHOSEN = {"max_selected_items": whole(1, 10_000)}
_FILTER = thing(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)
_PLACES = {"default_to_current_conversation": flag, "filter": _FILTER}
_ADDRESSED = {"response_url_enabled": flag}
_TICKS = array(option(), LIMITS["ticks options"])
_SIDE = thing(
    {"text": plain(LIMITS["feedback text"]), "value": text(LIMITS["feedback value"])},
    {"accessibility_label": text(LIMITS["button label"])},
)

BUTTON = _element(
    {"text": plain(LIMITS["button text"])},
    {
        "value": text(LIMITS["button value"], 0),
        "url": url(LIMITS["url"]),
        "style": one_of("primary", "danger"),
        "accessibility_label": text(LIMITS["button label"]),
        "agent_prompt": text(LIMITS["button prompt"]),
    },
)
IMAGE = both(
    thing({"type": anything, "alt_text": text(LIMITS["image alt text"], 0)}, PICTURE),
    not_both("image_url", "slack_file"),
)
OVERFLOW = _element({"options": array(option(), LIMITS["overflow options"])})

_SINGLE: Mapping[str, Rule] = {
    "static_select": both(
        _select({**_MENU, "initial_option": option()}), not_both("options", "option_groups")
    ),
    "external_select": _select({"initial_option": option(), "min_query_length": whole(0, 3000)}),
    "users_select": _select({"initial_user": _ID}),
    "conversations_select": _select({"initial_conversation": _ID, **_PLACES, **_ADDRESSED}),
    "channels_select": _select({"initial_channel": _ID, **_ADDRESSED}),
}
_MULTI: Mapping[str, Rule] = {
    "multi_static_select": both(
        _select({**_MENU, **_MOST_CHOSEN, "initial_options": _OPTIONS}),
        not_both("options", "option_groups"),
    ),
    "multi_external_select": _select(
        {**_MOST_CHOSEN, "initial_options": _OPTIONS, "min_query_length": whole(0, 3000)}
    ),
    "multi_users_select": _select({**_MOST_CHOSEN, "initial_users": _IDS}),
    "multi_conversations_select": _select(
        {**_MOST_CHOSEN, **_PLACES, "initial_conversations": _IDS}
    ),
    "multi_channels_select": _select({**_MOST_CHOSEN, "initial_channels": _IDS}),
}
_PICKERS: Mapping[str, Rule] = {
    "datepicker": _select({"initial_date": _DATE}),
    "timepicker": _select({"initial_time": _TIME, "timezone": text(100)}),
    "datetimepicker": _select({"initial_date_time": whole(0, _FAR_FUTURE)}),
}
_CHOICES: Mapping[str, Rule] = {
    "checkboxes": _element({"options": _TICKS}, {"initial_options": _TICKS}),
    "radio_buttons": _element({"options": _TICKS}, {"initial_option": option()}),
}
_PRESSED: Mapping[str, Rule] = {
    "button": BUTTON,
    "overflow": OVERFLOW,
    "workflow_button": _element(
        {"text": plain(LIMITS["button text"]), "workflow": anything},
        {"style": one_of("primary", "danger"), "accessibility_label": text(75)},
    ),
}
_TYPED: Mapping[str, Rule] = {
    "plain_text_input": _input(
        {
            "initial_value": text(LIMITS["text input"], 0),
            "multiline": flag,
            "min_length": whole(0, LIMITS["text input"]),
            "max_length": whole(1, LIMITS["text input"]),
        }
    ),
    "email_text_input": _input({"initial_value": text(LIMITS["text input"], 0)}),
    "url_text_input": _input({"initial_value": text(LIMITS["text input"], 0)}),
    "number_input": _element(
        {"is_decimal_allowed": flag},
        {
            "placeholder": plain(LIMITS["placeholder"]),
            "dispatch_action_config": DISPATCH,
            "initial_value": text(100, 0),
            "min_value": text(100),
            "max_value": text(100),
        },
    ),
    "rich_text_input": _input({"initial_value": anything}),
    "file_input": _element(
        None,
        {"filetypes": array(text(20), 100), "max_files": whole(1, LIMITS["files of an input"])},
    ),
}

ACCESSORY = by_type({**_SINGLE, **_MULTI, **_PICKERS, **_CHOICES, **_PRESSED, "image": IMAGE})
IN_ACTIONS = by_type(
    {
        **_SINGLE,
        **_MULTI,
        **_PICKERS,
        **_CHOICES,
        **_PRESSED,
        "rich_text_input": _TYPED["rich_text_input"],
    }
)
IN_INPUT = by_type({**_SINGLE, **_MULTI, **_PICKERS, **_CHOICES, **_TYPED})
IN_CONTEXT_ACTIONS = by_type(
    {
        "feedback_buttons": _element({"positive_button": _SIDE, "negative_button": _SIDE}),
        "icon_button": _element(
            {"icon": text(100), "text": plain(LIMITS["button text"])},
            {
                "value": text(LIMITS["button value"], 0),
                "accessibility_label": text(LIMITS["button label"]),
                "visible_to_user_ids": _IDS,
            },
        ),
    }
)
