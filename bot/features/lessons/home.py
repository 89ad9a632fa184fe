"""What people taught, in the Home of admins."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.container import Container
from bot.features.lessons.blocks import home_line
from bot.features.lessons.taught import taught_for


def home(container: Container, account: str, is_admin: bool) -> Sequence[Block]:
    """One line with a button, for admins."""
    return home_line(taught_for(container, account)) if is_admin else []
