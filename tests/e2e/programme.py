"""A company in the middle of its programme: training, a pulse round, waves, a tool nobody uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adoption.people.roster import RosterRow
from adoption.pulse.rounds import Plan as RoundPlan
from adoption.readiness.items import Item
from adoption.record import Record
from adoption.rollout.wave import WavePlan
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from adoption.usage.facts import Covered

# The ids of every new workspace on this computer.
MAYA, JONAS, PRIYA, TOM = (f"T000000004:U00000000{n}" for n in range(5, 9))
TOOL = "Microsoft 365 Copilot"
FIRST = Course("first", "A first look at our AI tools", Tier.AWARENESS, "What they are good at.")
OWN = Course("own", "AI in your own work", Tier.HANDS_ON, "Bring a task of your own.")
# Sessions: over since yesterday, within a day, and some days later with a single seat.
OVER, SOON, SMALL = "over", "soon", "small"


def plant(data_dir: Path) -> None:
    """Fills the record of a data folder, as if the programme had run for three months.

    A round is open. Maya got the tools two weeks ago, the others three months ago; exports say that
    nobody uses `TOOL`. Of three waves one is at its gate, one goes live today, one is planned.
    """
    record, now = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}"), datetime.now(UTC)
    _plant_people(record, now)
    plan = RoundPlan(now.date() - timedelta(days=1), 7)
    assert record.pulse_rounds(b"").plan("r1", plan, ZoneInfo("UTC"), "")
    _plant_waves(record, now.date())
    _plant_training(record, now)
    record.close()


def _plant_people(record: Record, now: datetime) -> None:
    new, others = now.date() - timedelta(days=15), now.date() - timedelta(days=90)
    accounts = [MAYA, JONAS, PRIYA, TOM, *(f"T000000004:U9{n:02}" for n in range(26))]
    rows = [
        RosterRow(
            f"p{n}@x.example",
            "Finance",
            eligible_since=new if account == MAYA else others,
            account=account,
            tools=(TOOL,),
        )
        for n, account in enumerate(accounts)
    ]
    record.roster.store(rows, now)
    record.roles.add_champion(JONAS, "Finance", now)
    days = [now.date() - timedelta(days=back) for back in range(1, 100)]
    record.usage.store([], now, [Covered(TOOL, "export", day) for day in days])


def _plant_waves(record: Record, today: date) -> None:
    begun, later = today - timedelta(weeks=12), today + timedelta(weeks=9)
    record.waves.create("1", "First wave", WavePlan(begun, today, helpful_least=0.5))
    record.waves.launch("1", "planted", begun)
    record.waves.create("2", "Second wave", WavePlan(later, later + timedelta(weeks=12)))
    record.readiness.assign("2", Item.SPONSOR, JONAS, None)
    record.waves.create("3", "Third wave", WavePlan(today, today + timedelta(weeks=12)))


def _mornings(now: datetime) -> Iterator[datetime]:
    """Ten and three o'clock, of today and the days after."""
    for hours in (10, 15, 34, 39, 58):
        yield datetime.combine(now.date(), time(0), UTC) + timedelta(hours=hours)


def _plant_training(record: Record, now: datetime) -> None:
    """Everybody with a seat was told of it days ago, so that the reminder is due."""
    training, then = record.training, now - timedelta(days=6)
    training.catalogue.put_courses([FIRST, OWN])
    soon = next(at for at in _mornings(now) if at >= now + timedelta(hours=3))
    for plan in (
        Plan(OVER, FIRST.id, soon - timedelta(days=2), 120, "UTC", 12, JONAS, "Room 4"),
        Plan(SOON, FIRST.id, soon, 120, "UTC", 12, None, "Room 4"),
        Plan(SMALL, OWN.id, soon + timedelta(days=5), 240, "UTC", 1, JONAS, "Room 2"),
    ):
        training.catalogue.plan(plan, then)
    for account, session in ((MAYA, OVER), (TOM, OVER), (TOM, SOON)):
        training.seats.sign_up(session, account, then, then)
    for owed in training.notices.owed():
        notice = training.notices.notice(owed, then)
        assert notice is not None
        training.notices.set_told(owed, notice, "UTC", then)
