"""The shapes of what blocks are made of: texts, options, questions before an action."""

from __future__ import annotations

from typing import Any

from slack_emulator.blockkit.limits import LIMITS
from slack_emulator.blockkit.rules import (
    Faults,
    Rule,
    anything,
    array,
    by_type,
    flag,
    one_of,
    text,
    thing,
    url,
)

_MANY = 10_000


def plain(most: int) -> Rule:
    """Return the rule of a plain_text object."""
    return by_type({"plain_text": _plain(most)})


def words(most: int) -> Rule:
    """Return the rule of a plain_text or mrkdwn object."""
    marked = thing({"type": anything, "text": text(most)}, {"verbatim": flag})
    return by_type({"plain_text": _plain(most), "mrkdwn": marked})


def _plain(most: int) -> Rule:
    return thing({"type": anything, "text": text(most)}, {"emoji": flag})


def option(value: int = LIMITS["option value"]) -> Rule:
    """Return the rule of an option."""
    return thing(
        {"text": words(LIMITS["option text"]), "value": text(value)},
        {"description": words(LIMITS["option description"]), "url": url(LIMITS["url"])},
    )


GROUP = thing(
    {
        "label": plain(LIMITS["group label"]),
        "options": array(option(), LIMITS["select options"]),
    }
)
CONFIRM = thing(
    {
        "title": plain(LIMITS["confirm title"]),
        "text": words(LIMITS["confirm text"]),
        "confirm": plain(LIMITS["confirm button"]),
        "deny": plain(LIMITS["confirm button"]),
    },
    {"style": one_of("primary", "danger")},
)
SLACK_FILE = thing({}, {"id": text(255), "url": url(LIMITS["url"])}, any_of=("id", "url"))
PICTURE = {"image_url": url(LIMITS["url"]), "slack_file": SLACK_FILE}
DISPATCH = thing(
    {}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)}
)

_SPAN = by_type(
    {
        kind: thing({"type": anything, **required}, {"style": anything, **optional})
        for kind, required, optional in (
            ("text", {"text": text(_MANY)}, {}),
            ("link", {"url": text(LIMITS["url"])}, {"text": anything, "unsafe": flag}),
            ("user", {"user_id": text(50)}, {}),
            ("usergroup", {"usergroup_id": text(50)}, {}),
            ("channel", {"channel_id": text(50)}, {}),
            ("team", {"team_id": text(50)}, {}),
            ("emoji", {"name": text(100)}, {"unicode": anything, "skin_tone": anything}),
            ("broadcast", {"range": one_of("here", "channel", "everyone")}, {}),
            ("color", {"value": text(20)}, {}),
            (
                "date",
                {"timestamp": anything, "format": text(500)},
                {"url": anything, "fallback": anything},
            ),
        )
    }
)
_SPANS = array(_SPAN, _MANY, 0)
_SECTION = thing({"type": anything, "elements": _SPANS})
_PART = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_preformatted": thing(
            {"type": anything, "elements": _SPANS}, {"border": anything, "language": anything}
        ),
        "rich_text_quote": thing({"type": anything, "elements": _SPANS}, {"border": anything}),
        "rich_text_list": thing(
            {
                "type": anything,
                "style": one_of("bullet", "ordered"),
                "elements": array(by_type({"rich_text_section": _SECTION}), _MANY),
            },
            {"indent": anything, "offset": anything, "border": anything},
        ),
    }
)
RICH_TEXT = by_type(
    {
        "rich_text": thing(
            {"type": anything, "elements": array(_PART, _MANY)},
            {"block_id": text(LIMITS["block_id"])},
        )
    }
)


def unless(refused: str, of: str) -> Rule:
    """Return the rule that one field is not set where another is true."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if isinstance(value, dict) and value.get(of) and value.get(refused):
            faults.add(f"{refused} cannot be set when {of} is true", path)

    return check
