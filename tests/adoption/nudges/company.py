"""A small company with a tool, for tests of nudges."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from adoption.nudges.nudges import Campaign, Rules
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event

TOOL = "Mars"
# A Thursday.
TODAY = date(2026, 11, 26)
NOW = datetime.combine(TODAY, time(10), UTC)
SINCE = TODAY - timedelta(weeks=12)
RULES = Rules(grace_days=28, holdout=0.2, minimum=5)


def person(number: int, **more: object) -> RosterRow:
    """Somebody of Sales with a seat for the tool since twelve weeks ago."""
    values: dict[str, object] = {
        "team": "Sales",
        "eligible_since": SINCE,
        "account": f"T1:U{number}",
        "tools": (TOOL,),
    }
    return RosterRow(f"p{number}@example.com", **(values | more))


def company(record: Record, people: int, **more: object) -> None:
    """So many people, and exports that cover every day since the tool was theirs."""
    record.roster.store([person(number, **more) for number in range(people)], NOW)
    cover(record, SINCE, TODAY - timedelta(days=1))


def cover(record: Record, start: date, end: date, without: Collection[date] = ()) -> None:
    """Has a source report that nobody used the tool on the days of a span."""
    days = {start + timedelta(days=n) for n in range((end - start).days + 1)} - set(without)
    record.usage.store([], NOW, [Covered(TOOL, "export", day) for day in days])


def use(record: Record, number: int, *days: date) -> None:
    """Has somebody use the tool."""
    who = f"p{number}@example.com"
    record.usage.store([Usage("export", TOOL, day, Event.ACCEPTED, 1, who) for day in days], NOW)


def campaign(
    id: str = "c1", at: datetime = NOW, tool: str = TOOL, holdout: float = 0.2
) -> Campaign:
    return Campaign(id, tool, holdout, "T1:ADMIN", at)


def approve(record: Record, made: Campaign, rules: Rules = RULES) -> Campaign | None:
    """An admin approves; every message is due at once."""
    at = made.approved_at
    return record.nudges.approve(made, at.date(), rules, lambda account: at)


def states(record: Record, id: str = "c1") -> dict[str, int]:
    """How many people of a campaign are in each state."""
    with record.engine.connect() as connection:
        found = connection.exec_driver_sql(
            f"select state, count(*) from nudges where campaign_id = '{id}' group by state"
        )
        return dict(found.all())
