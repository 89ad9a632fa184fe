"""The roster, the tools with their owners and costs, and the targets."""

from __future__ import annotations

from collections.abc import Iterator

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.reports.targets import Aim, Dimension, Targets
from bot.local.example_company.company import TOOLS, Company

_COSTS = (19.0, 30.0, 25.0)
_AIMS = (
    Aim("weekly", Dimension.ALL, "all", 0.7),
    Aim("habitual", Dimension.ALL, "all", 0.5),
)


def fill(record: Record, company: Company) -> None:
    """Stores who works there, what they work with, and what the programme aims for."""
    record.roster.store(list(_roster(company)), company.now)
    for tool, cost in zip(TOOLS, _COSTS, strict=True):
        record.tools.store(tool, f"Owner of {tool}", cost)
    for aim in _AIMS if company.cast else ():
        Targets(record.engine).put(aim)


def _roster(company: Company) -> Iterator[RosterRow]:
    for each in company.people:
        known = each.colleague
        yield RosterRow(
            person=each.address,
            team=each.team,
            wave=f"Wave {each.wave + 1}",
            role="champion" if known and known.is_champion else None,
            eligible_since=each.start,
            left_on=each.left_on,
            account=each.account,
            name=known.name if known else None,
            tools=each.tools,
        )
