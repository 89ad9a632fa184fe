"""What somebody sees to before a wave goes live, in their Home."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.container import Container
from bot.features.readiness.blocks import home_blocks
from bot.features.readiness.jobs import items_of


def home(container: Container, account: str, is_admin: bool) -> Sequence[Block]:
    """The items that are somebody's and not ready."""
    today = container.now().astimezone(container.settings.zone).date()
    return home_blocks(items_of(container, account), today)
