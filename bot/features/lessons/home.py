"""What people taught, in the Home of admins."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.lessons.blocks import home_line
from bot.features.lessons.taught import taught_readable
from ingest.parse.audiences import ADMINS, CHAMPIONS
from knowledge.index.passages import EVERYONE

_OF_ADMINS = frozenset({EVERYONE, ADMINS, CHAMPIONS})


def home(container: Container, account: str, is_admin: bool, use: UseReader) -> Sequence[Block]:
    """One line with a button, for admins; it says how much, and none of it."""
    return home_line(taught_readable(container, _OF_ADMINS)) if is_admin else []
