"""A small directory of names for tests that render without a workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_emulator.page.rendering.blocks import Choice

PEOPLE = {"U1": "Ada Meyer", "U2": "Bo Tran"}
CHANNELS = {"C1": "general"}
GROUPS = {"S1": "champions"}


@dataclass(frozen=True)
class SmallDirectory:
    """Two people, a channel and a group."""

    viewer: str = "U1"

    def user(self, user_id: str) -> str | None:
        """Give a person's name."""
        return PEOPLE.get(user_id)

    def channel(self, channel_id: str) -> str | None:
        """Give a channel's name."""
        return CHANNELS.get(channel_id)

    def group(self, group_id: str) -> str | None:
        """Give a group's handle."""
        return GROUPS.get(group_id)

    def place(self, channel_id: str) -> str:
        """Give the address of a channel."""
        return f"/as/ada/{channel_id}"

    def people(self) -> Sequence[Choice]:
        """Give the people of a menu."""
        return [Choice(user, name) for user, name in PEOPLE.items()]

    def channels(self) -> Sequence[Choice]:
        """Give the channels of a menu."""
        return [Choice(channel, f"#{name}") for channel, name in CHANNELS.items()]

    def conversations(self, kinds: Iterable[str]) -> Sequence[Choice]:
        """Give the conversations of a menu."""
        return self.channels() if "public" in kinds else []

    def file_address(self, file: Mapping[str, Any]) -> str | None:
        """Give the address of a file."""
        return f"/as/ada/file/{file['id']}" if "id" in file else None
