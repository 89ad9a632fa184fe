"""The pulse in Home: the round that is open; for champions and admins what the last showed."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from adoption.pulse.results import closed_rounds
from adoption.pulse.statements import HELPS
from adoption.reports.programme.part import Span
from adoption.reports.programme.pulse import pulse_part
from adoption.usage.queries import UseReader
from bot.container import Container
from bot.features.pulse import blocks
from bot.features.pulse.jobs import shown_of, today_of
from bot.features.pulse.secret import answers_of, rounds_of
from bot.slack.blocks import header, section
from bot.slack.mrkdwn import plain, rich
from bot.texts import texts

_MOST_LINES = 3


def pulse_home(
    container: Container, account: str, is_admin: bool, use: UseReader
) -> Sequence[Block]:
    """What somebody sees of the pulse."""
    return [
        *_invitation(container, account),
        *(_admin(container, use) if is_admin else _champion(container, account)),
    ]


def _invitation(container: Container, account: str) -> list[Block]:
    running, now = rounds_of(container).running(), container.now()
    if running is None or not answers_of(container).is_awaited(running.id, account, now):
        return []
    return blocks.home_invitation(running.id, shown_of(container, running))


def _admin(container: Container, use: UseReader) -> list[Block]:
    today, zone = today_of(container), container.settings.zone
    span = Span(today, today, zone)
    shown = pulse_part(use, span, container.minimum).section
    lines = [rich(line) for line in shown.lines[:_MOST_LINES]] if shown else []
    running, title = rounds_of(container).running(), shown.title if shown else ""
    return blocks.home_admin(running, zone, lines, title)


def _champion(container: Container, account: str) -> list[Block]:
    """What the last round showed of a champion's team, where that may be shown."""
    champion = container.record.roles.champion(account)
    rounds = closed_rounds(container.engine, container.now(), container.minimum, 1)
    group = rounds[0].group("team", champion.team) if champion and rounds else None
    if group is None:
        return []
    say, team = texts("pulse"), plain(group.name, 200)
    month = f"{rounds[0].first_on:%B %Y}"
    if group.barrier is None:
        text = say["home_no_barrier"].format(month=month, team=team)
    else:
        mean, help = group.means[group.barrier], HELPS[group.barrier]
        advice = say["home_advice"].format(barrier=group.barrier, mean=mean, help=help.text)
        text = say["home_barrier"].format(month=month, team=team, advice=advice)
    return [header(say["home_title"]), section(text)]
