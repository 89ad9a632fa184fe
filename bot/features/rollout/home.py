"""The rollout in the Home of admins."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.rollout.blocks import rollout_home
from bot.features.rollout.reading import statuses_of, today_of


def home(container: Container, account: str, is_admin: bool, use: UseReader) -> Sequence[Block]:
    """Where every wave is; nothing for others than admins."""
    if not is_admin:
        return []
    return rollout_home(statuses_of(container, use), today_of(container))
