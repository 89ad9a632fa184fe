"""Follow-ups in Home: one's own, and for champions what is due in their team."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from adoption.follow_ups.counts import upcoming
from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.follow_ups import blocks
from bot.features.follow_ups.jobs import today_of

_DAYS_AHEAD = 28


def follow_ups_home(
    container: Container, account: str, is_admin: bool, use: UseReader
) -> Sequence[Block]:
    """The newest follow-up that awaits an answer; a champion's team."""
    today, record = today_of(container), container.record
    own = record.follow_ups.open_of(account, today)[:1]
    champion = record.roles.champion(account)
    team: list[Block] = []
    if champion is not None and champion.team:
        ahead = upcoming(record.engine, champion.team, today, _DAYS_AHEAD, container.minimum)
        team = blocks.team(ahead)
    return [block for each in own for block in blocks.home_question(each)] + team
