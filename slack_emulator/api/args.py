"""The arguments of one call, read with Slack's errors where they are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_emulator.errors import SlackError
from slack_emulator.models import Json
from slack_emulator.transport.bodies import parsed

_TRUE = frozenset({True, "true", "True", "1"})
_FORMATS = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
    "attachments": "invalid_attachments",
}


def wrong(words: str) -> SlackError:
    """Return the error of arguments that cannot be used."""
    return SlackError("invalid_arguments", messages=[f"[ERROR] {words}"])


class Args:
    """What the app sent with a call, from a form or from JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """Take the raw values; null is the same as not given."""
        self._values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        """Return whether an argument was given."""
        return name in self._values

    @property
    def names(self) -> frozenset[str]:
        """Return the names that were given."""
        return frozenset(self._values)

    def text(self, name: str, default: str = "") -> str:
        """Return a text.

        Raises:
            SlackError: `invalid_arguments` where it is none.
        """
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise wrong(f"must be a string: {name}")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self._values.get(name, default)
        return isinstance(value, str | int) and value in _TRUE

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number.

        Raises:
            SlackError: `invalid_arguments` where it is none, or out of range.
        """
        text = self.text(name, str(default))
        try:
            value = int(text)
        except ValueError:
            raise wrong(f"must be an integer: {name}") from None
        if not least <= value <= most:
            raise wrong(f"must be between {least} and {most}: {name}")
        return value

    def listed(self, name: str) -> list[str]:
        """Return a list of texts, sent as a list or with commas between."""
        value = self._values.get(name, "")
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return list(value)
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def things(self, name: str) -> list[Any]:
        """Return a JSON array; empty where it was not given."""
        value = self._parsed(name) if name in self else []
        if not isinstance(value, list):
            raise self._misformed(name, "an array")
        return value

    def thing(self, name: str) -> Json | None:
        """Return a JSON object, or nothing where it was not given."""
        value = self._parsed(name) if name in self else None
        if value is not None and not isinstance(value, dict):
            raise self._misformed(name, "an object")
        return value

    def shown(self) -> Json:
        """Return the arguments for the log, JSON within texts taken apart."""
        shown: Json = {}
        for name, value in self._values.items():
            nested = isinstance(value, str) and value[:1] in ("{", "[")
            shown[name] = _or_itself(value) if nested else value
        return shown

    def need(self, names: Sequence[str]) -> None:
        """Check that arguments were given.

        Raises:
            SlackError: `invalid_arguments` that names those missing.
        """
        missing = [name for name in names if self._values.get(name) in (None, "")]
        if missing:
            messages = [f"[ERROR] missing required field: {name}" for name in missing]
            raise SlackError("invalid_arguments", messages=messages)

    def only(self, names: frozenset[str]) -> None:
        """Check that no argument is unknown.

        Raises:
            SlackError: `invalid_arguments` that names those unknown.
        """
        unknown = sorted(self.names - names)
        if unknown:
            messages = [f"[ERROR] unknown argument: {name}" for name in unknown]
            raise SlackError("invalid_arguments", messages=messages)

    def _parsed(self, name: str) -> Any:
        value = self._values[name]
        if not isinstance(value, str):
            return value
        try:
            return parsed(value)
        except ValueError:
            raise self._misformed(name, "JSON") from None

    def _misformed(self, name: str, kind: str) -> SlackError:
        code = _FORMATS.get(name)
        return SlackError(code) if code else wrong(f"must be {kind}: {name}")


def _or_itself(value: str) -> Any:
    try:
        return parsed(value)
    except ValueError:
        return value
