"""What could stand in a payload in place of what the app put there, or nothing at all."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

Json = dict[str, Any]
WORDS = (
    "",
    "x",
    "\n",
    "a\nb\nc\nd\ne",
    ":",
    "a:b:c:d",
    "1\n\n2026-99-99 x",
    "\0\ud800",
    "<!channel>",
    "9" * 400,
)
# What may be missing of a payload.
PARTS = ("type", "view", "container", "channel", "message", "state", "private_metadata", "hash")


def malformed(
    body: Json, words: Sequence[str] = WORDS, parts: Sequence[str] = PARTS
) -> Iterator[tuple[str, Json]]:
    """Changed copies of a payload, each with what was changed; all are new to the app."""
    made: list[tuple[str, Json]] = []
    for word in words:
        made.append((f"all {word[:20]!r}", _filled(body, word)))
        made.append((f"value {word[:20]!r}", _named(body, word)))
    made += [(f"without {part}", _without(body, part)) for part in parts]
    made.append(("without a value", _unvalued(body)))
    for number, (name, changed) in enumerate(made):
        yield name, _renewed(changed, number)


def _without(body: Json, part: str) -> Json:
    changed = copy.deepcopy(body)
    for inner in (changed, changed.get("view") or {}):
        inner.pop(part, None)
    return changed


def _unvalued(body: Json) -> Json:
    changed = copy.deepcopy(body)
    for action in changed.get("actions") or ():
        for key in ("value", "selected_option", "selected_conversation"):
            action.pop(key, None)
    return changed


def _named(body: Json, word: str) -> Json:
    """With another value of the button, of what is chosen, or of the dialog."""
    changed = copy.deepcopy(body)
    for action in changed.get("actions") or ():
        action |= {"value": word, "selected_option": {"value": word}}
    if view := changed.get("view"):
        view["private_metadata"] = word
    if "command" in changed:
        changed["text"] = f"{changed['text'].split(' ')[0]} {word}"
    return changed


def _filled(body: Json, word: str) -> Json:
    """With a word in every input, whatever its type."""
    changed = copy.deepcopy(body)
    values = ((changed.get("view") or {}).get("state") or {}).get("values") or {}
    for block, inputs in values.items():
        for name in inputs:
            values[block][name] = {
                "value": word,
                "selected_option": {"value": word},
                "selected_options": [{"value": word}],
                "selected_date": word,
                "selected_time": word,
                "selected_user": word,
                "selected_users": [word],
                "selected_channel": word,
                "selected_conversation": word,
                "files": [{"id": word}],
            }
    return changed


def _renewed(body: Json, number: int) -> Json:
    """Under another id, so that the app does not know it already."""
    for action in body.get("actions") or ():
        action["action_ts"] += f"{number:02}"
    if view := body.get("view"):
        view["id"] += f"{number:02}"
        view["hash"] = view.get("hash", "") and str(number)
    return body
