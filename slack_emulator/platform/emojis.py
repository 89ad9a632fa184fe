"""Turns :short_names: into emoji characters."""

from __future__ import annotations

import re

import emoji

_SHORT_NAME = re.compile(r":([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?")

# Names that Slack uses and the library does not know.
_SLACK_NAMES = {
    "simple_smile": "🙂",
    "thumbsup_all": "👍",
    "slightly_smiling": "🙂",
    "thumbs_up": "👍",
    "thumbs_down": "👎",
}

# The choice of the reaction menu, in the order shown.
FREQUENT = ("+1", "-1", "white_check_mark", "eyes", "tada", "heart", "pray", "question")


def character(name: str) -> str | None:
    """Return the emoji character of a short name without colons, or nothing where none is known."""
    base = name.split("::", 1)[0]
    if base in _SLACK_NAMES:
        return _SLACK_NAMES[base]
    turned = emoji.emojize(f":{base}:", language="alias")
    return None if turned == f":{base}:" else turned


def emojize(text: str) -> str:
    """Replace every known :short_name: in plain text; leave the rest as it is."""
    return _SHORT_NAME.sub(lambda found: character(found[1]) or found[0], text)
