"""Turns what a person types into Slack's message text, and back for editing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from slack_emulator.platform.escaping import escape_text, unescape

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_URL = re.compile(r"\bhttps?://[^\s<>|\"`]+[^\s<>|\"`.,;:!?)\]}']")
_BROADCASTS = ("here", "channel", "everyone")
_CONTROL = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True)
class Codec:
    """The names that stand for ids while a person writes.

    Attributes:
        people: User ids by name, handles and display names alike.
        channels: Channel ids by name.
        groups: User group ids by handle.
    """

    people: Mapping[str, str]
    channels: Mapping[str, str]
    groups: Mapping[str, str]

    def encode(self, typed: str) -> str:
        """Return the message text: entities escaped, names and addresses set in angle brackets."""
        parts = _CODE.split(typed)
        return "".join(
            escape_text(part) if index % 2 else self._encode_words(part)
            for index, part in enumerate(parts)
        )

    def decode(self, text: str) -> str:
        """Return the words a person edits for a message text."""
        return unescape(_CONTROL.sub(self._decode_control, text))

    def _encode_words(self, words: str) -> str:
        out, done = "", 0
        for found in self._pattern.finditer(words):
            out += escape_text(words[done : found.start()]) + self._encode_one(found)
            done = found.end()
        return out + escape_text(words[done:])

    def _encode_one(self, found: re.Match[str]) -> str:
        if found["url"]:
            return f"<{escape_text(found['url'])}>"
        if found["channel"]:
            name = found["channel"].lower()
            return f"<#{self._channels[name]}|{name}>"
        name = found["name"].lower()
        if name in self._people:
            return f"<@{self._people[name]}>"
        if name in self._groups:
            return f"<!subteam^{self._groups[name]}>"
        return f"<!{name}>"

    def _decode_control(self, found: re.Match[str]) -> str:
        sigil, body, label = found[1], found[2], found[3]
        if sigil == "@":
            return f"@{self._name_of(self.people, body) or label or body}"
        if sigil == "#":
            return f"#{self._name_of(self.channels, body) or label or body}"
        if sigil == "!":
            group = self._name_of(self.groups, body.removeprefix("subteam^"))
            return f"@{group or body}"
        return body

    @staticmethod
    def _name_of(names: Mapping[str, str], wanted: str) -> str | None:
        return next((name for name, found in names.items() if found == wanted), None)

    @cached_property
    def _people(self) -> dict[str, str]:
        return {name.lower(): user for name, user in self.people.items()}

    @cached_property
    def _channels(self) -> dict[str, str]:
        return {name.lower(): channel for name, channel in self.channels.items()}

    @cached_property
    def _groups(self) -> dict[str, str]:
        return {name.lower(): group for name, group in self.groups.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        at = _alternatives([*self._people, *self._groups, *_BROADCASTS])
        hash_ = _alternatives(list(self._channels))
        return re.compile(
            rf"(?P<url>{_URL.pattern})"
            rf"|(?<![\w@])@(?P<name>{at})(?![\w-])"
            rf"|(?<![\w#&])\#(?P<channel>{hash_})(?![\w-])",
            re.IGNORECASE,
        )


def _alternatives(names: list[str]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name) for name in longest_first) or r"(?!)"
