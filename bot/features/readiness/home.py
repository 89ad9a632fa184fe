"""What somebody sees to before a wave goes live, in their Home."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.readiness.blocks import home_blocks
from bot.features.readiness.checks import planned_waves
from bot.features.readiness.jobs import items_of


def home(container: Container, account: str, is_admin: bool, use: UseReader) -> Sequence[Block]:
    """How ready the planned waves are, for admins, and the items that are somebody's."""
    today = container.now().astimezone(container.settings.zone).date()
    readiness = container.record.readiness
    waves = planned_waves(container) if is_admin else []
    states = [(wave, readiness.of(wave)) for wave in waves]
    return home_blocks(items_of(container, account), today, states)
