from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.people.roster import RosterRow
from adoption.privacy.disclosure import ROUNDED_TO
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.programme.part import Part, Span
from adoption.reports.programme.training import training_part
from adoption.reports.rich_text import plain
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, fresh_record
from tests.support.examples import examples

ZONE, MINIMUM = ZoneInfo("UTC"), Minimum(5)
HELD = NOON - timedelta(days=30)
SPAN = Span(NOON.date() - timedelta(days=6), NOON.date(), ZONE)
SHARE = re.compile(r"(\d+) %")


def address(number: int) -> str:
    return f"p{number}@x.example"


def company(record: Record, people: int) -> None:
    rows = [RosterRow(address(n), "Sales", account=f"T1:P{n}") for n in range(people)]
    record.roster.store(rows, NOON)


def held(
    record: Record,
    came: Collection[int],
    tier: Tier = Tier.HANDS_ON,
    at: datetime = HELD,
    tools: tuple[str, ...] = ("Mars",),
) -> None:
    record.training.catalogue.put_courses([Course(str(tier), "Prompting", tier, tools=tools)])
    plan = Plan(f"{tier}{at:%m%d}", str(tier), at, 240, "UTC", 100)
    record.training.catalogue.plan(plan, at)
    over = at + timedelta(hours=5)
    record.training.attendance.mark(plan.id, [address(n) for n in came], over)


def used(record: Record, people: Collection[int], days: int) -> None:
    """These people use Mars so many days after the session; somebody else, daily, covers it."""
    facts = [
        Usage("t", "Mars", (HELD + timedelta(days=days)).date(), Event.SHOWN, 1, address(n))
        for n in people
    ]
    covering = [
        Usage("t", "Mars", (HELD + timedelta(days=day)).date(), Event.SHOWN, 1, "robot")
        for day in range(-20, 20)
    ]
    record.usage.store([*facts, *covering], NOON)


def lines(part: Part) -> list[str]:
    return [plain(line) for line in part.section.lines] if part.section else []


def test_use_before_and_after_is_shown_beside_that_of_people_not_trained(tmp_path: Path):
    record = fresh_record(tmp_path)
    company(record, 100)
    held(record, range(40))
    used(record, range(4), -3)
    used(record, range(38), 5)
    used(record, range(40, 55), -3)
    used(record, range(40, 58), 5)
    part = training_part(UseReader(record.engine), SPAN, MINIMUM)
    trained, others = lines(part)[:2]
    assert "About 40 people were trained" in trained
    before, after = map(int, SHARE.findall(trained)[:2])
    low, high = map(int, re.findall(r"interval .*: (\d+) to (\d+)", lines(part)[-1])[0])
    assert abs(before - 10) <= 10
    assert abs(after - 95) <= 10
    assert low < after <= high
    assert "no proof" in others
    assert abs(int(SHARE.findall(others)[0]) - 25) <= 5
    assert plain(part.findings[0].sentence).startswith("More people used the tool after")


def test_sessions_of_days_without_reports_are_left_out(tmp_path: Path):
    record = fresh_record(tmp_path)
    company(record, 30)
    held(record, range(10))
    held(record, range(10, 20), at=HELD - timedelta(days=40))
    used(record, range(10), 5)
    said = lines(training_part(UseReader(record.engine), SPAN, MINIMUM))
    assert "About 10 people" in said[0]
    assert any(line.startswith("Sessions are left out") for line in said)


def test_what_calls_for_action_is_named(tmp_path: Path):
    record = fresh_record(tmp_path)
    company(record, 30)
    held(record, range(20))
    used(record, range(8), -5)
    used(record, range(6), 5)
    catalogue, seats = record.training.catalogue, record.training.seats
    catalogue.put_courses([Course("next", "Asking well", Tier.AWARENESS)])
    later = Plan("n1", "next", NOON + timedelta(days=20), 60, "UTC", 1)
    past = Plan("n0", "next", NOON - timedelta(days=3), 60, "UTC", 9)
    for plan in (later, past):
        catalogue.plan(plan, NOON - timedelta(days=9))
    seats.sign_up("n0", "T1:P1", NOON - timedelta(days=5), NOON - timedelta(days=5))
    for number in range(12):
        seats.sign_up("n1", f"T1:P{number}", NOON, NOON)
    part = training_part(UseReader(record.engine), SPAN, MINIMUM)
    todo = {each.recommendation.subject for each in part.findings if each.recommendation}
    assert todo == {"training:effect", "training:Asking well", "training:attendance"}
    assert any(line.startswith("Next: Asking well on Tue 8 Dec") for line in lines(part))
    waits = next(
        plain(each.sentence) for each in part.findings if "wait for" in plain(each.sentence)
    )
    # Eleven wait: rounded to a multiple of 5, up or down at random.
    assert re.fullmatch(r"About 1[05] people wait for a seat in Asking well\.", waits)


def test_without_training_there_is_nothing(tmp_path: Path):
    record = fresh_record(tmp_path)
    company(record, 10)
    assert training_part(UseReader(record.engine), SPAN, MINIMUM) == Part()


PEOPLE = st.sets(st.integers(0, 29), max_size=30)


@settings(max_examples=examples(25), deadline=None)
@given(
    tiers=st.dictionaries(st.sampled_from(Tier), PEOPLE, min_size=1),
    before=PEOPLE,
    after=PEOPLE,
    waiting=st.integers(0, 9),
)
def test_no_group_under_the_minimum_is_shown(
    tiers: dict[Tier, set[int]], before: set[int], after: set[int], waiting: int
):
    with tempfile.TemporaryDirectory() as folder:
        record = fresh_record(Path(folder))
        company(record, 30)
        for number, (tier, came) in enumerate(tiers.items()):
            held(record, came, tier, HELD + timedelta(hours=number))
        used(record, before, -3)
        used(record, after, 5)
        start = datetime.combine(NOON.date() + timedelta(days=3), time(9), UTC)
        record.training.catalogue.plan(Plan("w", str(next(iter(tiers))), start, 60, "UTC", 1), NOON)
        for number in range(waiting + 1):
            record.training.seats.sign_up("w", f"T1:P{number}", NOON, NOON)
        part = training_part(UseReader(record.engine), SPAN, MINIMUM)
        record.close()
    trained = set().union(*tiers.values())
    said = [*lines(part), *(plain(each.sentence) for each in part.findings)]
    text = "\n".join(said)
    assert ("were trained in the 13 weeks" in text) == (len(trained) >= 5)
    assert ("people wait for a seat" in text) == (waiting >= 5)
    for size in re.findall(r"About (\d+) p", text):
        assert int(size) % ROUNDED_TO == 0
    table = part.section.table if part.section else None
    for row in table.rows if table else ():
        shown = {"Other tiers": None} | {str(t).capitalize(): t for t in Tier}
        tier = shown[row[0]]
        # Who attended two tiers counts for the higher one, so a row has at most the tier's people.
        assert tier is None or len(tiers[tier]) >= 5
        assert int(row[1]) >= 5
