"""What the roster needs of the usage that is recorded for people: it follows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sqlalchemy import Connection


class UsageHistory(Protocol):
    """The sums of usage, by person and by team."""

    def merge_people(self, connection: Connection, kept: str, gone: str) -> None:
        """Adds the sums of `gone` to those of `kept`."""

    def move_people(
        self, connection: Connection, moved: Mapping[str, tuple[int | None, int | None]]
    ) -> None:
        """Takes people's days from their old team to the new one (`person: (old, new)`)."""
