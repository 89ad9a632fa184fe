"""The small rules from which the shapes of Block Kit are put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeAlias
from urllib.parse import urlsplit


@dataclass
class Faults:
    """What was found wrong, in Slack's words with a JSON pointer to the place."""

    messages: list[str] = field(default_factory=list)

    def add(self, words: str, path: str) -> None:
        """Note a fault at a place."""
        self.messages.append(f"[ERROR] {words} [json-pointer:{path}]")


Rule: TypeAlias = Callable[[Any, str, Faults], None]


def text(most: int, least: int = 1) -> Rule:
    """Return the rule of a string of a length."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, str):
            faults.add("must be a string", path)
        elif len(value) < least:
            faults.add(f"must be more than {least - 1} characters", path)
        elif len(value) > most:
            faults.add(f"must be less than {most + 1} characters", path)

    return check


def matching(pattern: str, words: str) -> Rule:
    """Return the rule of a string in a form."""
    form = re.compile(pattern)

    def check(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            faults.add(words, path)

    return check


def url(most: int) -> Rule:
    """Return the rule of an address with a scheme and a place."""
    length = text(most)

    def check(value: Any, path: str, faults: Faults) -> None:
        length(value, path, faults)
        if isinstance(value, str) and not _is_address(value):
            faults.add("must be a valid url", path)

    return check


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


def flag(value: Any, path: str, faults: Faults) -> None:
    """Check a boolean."""
    if not isinstance(value, bool):
        faults.add("must be a boolean", path)


def anything(value: Any, path: str, faults: Faults) -> None:
    """Check nothing."""


def whole(least: int, most: int) -> Rule:
    """Return the rule of a whole number in a range."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            faults.add("must be an integer", path)
        elif not least <= value <= most:
            faults.add(f"must be between {least} and {most}", path)

    return check


def number(*, positive: bool = False) -> Rule:
    """Return the rule of a finite number, greater than zero where `positive`."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if not _is_finite(value):
            faults.add("must be a finite number", path)
        elif positive and value <= 0:
            faults.add("must be more than 0", path)

    return check


def _is_finite(value: Any) -> bool:
    whole_number = isinstance(value, int) and not isinstance(value, bool)
    return whole_number or (isinstance(value, float) and isfinite(value))


def one_of(*values: str) -> Rule:
    """Return the rule of a value from a list."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if value not in values:
            faults.add(f"must be a valid enum value: {', '.join(values)}", path)

    return check


def array(item: Rule, most: int, least: int = 1) -> Rule:
    """Return the rule of a list, each of its items under a rule."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, list | tuple):
            faults.add("must be an array", path)
            return
        if len(value) < least:
            faults.add(f"no less than {least} items allowed", path)
        if len(value) > most:
            faults.add(f"no more than {most} items allowed", path)
        for number, each in enumerate(value):
            item(each, f"{path}/{number}", faults)

    return check


def thing(
    required: Mapping[str, Rule],
    optional: Mapping[str, Rule] | None = None,
    any_of: Sequence[str] = (),
) -> Rule:
    """Return the rule of an object: its fields, and those of which one must be there at least."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, Mapping):
            faults.add("must provide an object", path)
            return
        for name in required:
            if value.get(name) is None:
                faults.add(f"missing required field: {name}", path)
        if any_of and all(value.get(name) is None for name in any_of):
            faults.add(f"missing required field: {' or '.join(any_of)}", path)
        for name, found in value.items():
            if name not in known:
                faults.add(f"invalid additional property: {name}", path)
            elif found is not None:
                known[name](found, f"{path}/{name}", faults)

    return check


def by_type(kinds: Mapping[str, Rule]) -> Rule:
    """Return the rule of an object whose `type` says which shape it has."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if not isinstance(value, Mapping):
            faults.add("must provide an object", path)
        elif "type" not in value:
            faults.add("missing required field: type", path)
        elif not isinstance(value["type"], str) or value["type"] not in kinds:
            faults.add(f"unsupported type: {value['type']}", f"{path}/type")
        else:
            kinds[value["type"]](value, path, faults)

    return check


def both(*rules: Rule) -> Rule:
    """Return the rule that is all of these."""

    def check(value: Any, path: str, faults: Faults) -> None:
        for rule in rules:
            rule(value, path, faults)

    return check


def not_both(first: str, second: str) -> Rule:
    """Return the rule that of two fields one is there, and not both."""

    def check(value: Any, path: str, faults: Faults) -> None:
        if isinstance(value, Mapping) and (first in value) == (second in value):
            faults.add(f"must define either {first} or {second}", path)

    return check
