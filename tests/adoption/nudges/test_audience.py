from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.nudges.audience import Holder, KnownUse, Past, audience_of
from adoption.nudges.holdout import is_held_out
from adoption.nudges.models import Excluded, Reaction
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.facts import Usage
from adoption.usage.importers.load import load_roster
from adoption.usage.models import Event
from tests.adoption.factories import fresh_record
from tests.adoption.nudges.company import (
    NOW,
    SINCE,
    TODAY,
    TOOL,
    approve,
    campaign,
    company,
    cover,
    person,
    use,
)

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def record(tmp_path: Path):
    made = fresh_record(tmp_path)
    yield made
    made.close()


def picked(record: Record, grace_days: int = 28, tool: str = TOOL) -> set[str]:
    """The numbers of those whom a message is for."""
    found = record.nudges.audience(tool, NOW, TODAY, grace_days)
    return {found.holders[id].account.removeprefix("T1:U") for id in found.picked}


def reasons(record: Record) -> dict[str, Excluded]:
    found = record.nudges.audience(TOOL, NOW, TODAY, 28)
    return {found.holders[id].account.removeprefix("T1:U"): w for id, w in found.excluded.items()}


def test_it_is_for_those_who_never_used_the_tool_or_stopped(record: Record):
    company(record, 4)
    use(record, 1, YESTERDAY)
    use(record, 2, TODAY - timedelta(days=40))
    assert picked(record) == {"0", "2", "3"}


def test_somebody_without_a_seat_is_not_asked_where_the_roster_names_seats(record: Record):
    company(record, 2)
    record.roster.store([person(2, tools=()), person(3, tools=("Venus",))], NOW)
    assert picked(record) == {"0", "1"}
    assert record.nudges.tools() == [TOOL, "Venus"]


def test_without_seats_everybody_on_the_roster_has_the_tool(record: Record):
    company(record, 3, tools=())
    assert (picked(record), record.nudges.tools()) == ({"0", "1", "2"}, [TOOL])


def test_who_left_or_is_not_there_yet_has_no_tool(record: Record):
    company(record, 1)
    gone, later = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    record.roster.store([person(1, left_on=gone), person(2, eligible_since=later)], NOW)
    assert (picked(record), reasons(record)) == ({"0"}, {})


def test_somebody_never_used_it_only_where_exports_cover_every_weekday_since(record: Record):
    company(record, 1)
    before = person(1, eligible_since=SINCE - timedelta(days=4))
    record.roster.store([before, person(2, eligible_since=None)], NOW)
    assert picked(record) == {"0"}
    assert reasons(record) == {"1": Excluded.UNKNOWN, "2": Excluded.UNKNOWN}


def test_a_missing_week_leaves_it_open_whether_somebody_used_the_tool(record: Record):
    record.roster.store([person(0), person(1)], NOW)
    gap = {SINCE + timedelta(days=n) for n in range(20, 27)}
    use(record, 1, SINCE + timedelta(days=2))
    cover(record, SINCE, YESTERDAY, without=gap)
    # The gap lies before the last four weeks, so it is known that one stopped.
    assert (picked(record), reasons(record)) == ({"1"}, {"0": Excluded.UNKNOWN})


def test_nothing_is_known_where_exports_end_too_long_ago(record: Record):
    record.roster.store([person(0)], NOW)
    cover(record, SINCE, TODAY - timedelta(days=15))
    assert reasons(record) == {"0": Excluded.UNKNOWN}


def test_totals_of_the_company_say_nothing_about_a_person(record: Record):
    record.roster.store([person(0)], NOW)
    days = [SINCE + timedelta(days=n) for n in range((TODAY - SINCE).days)]
    totals = [Usage("export", TOOL, day, Event.SHOWN, 9) for day in days]
    record.usage.store(totals, NOW)
    assert reasons(record) == {"0": Excluded.UNKNOWN}


def test_people_are_left_in_peace_for_a_reason(record: Record):
    company(record, 1)
    new = TODAY - timedelta(days=27)
    rows = [
        person(1, on_leave=True),
        person(2, part_time=True),
        person(3, eligible_since=new),
        person(4),
        person(5, account=None),
    ]
    record.roster.store(rows, NOW)
    record.nudges.opt_out("T1:U4", NOW)
    assert picked(record) == {"0"}
    assert reasons(record) == {
        "1": Excluded.ON_LEAVE,
        "2": Excluded.PART_TIME,
        "3": Excluded.NEW,
        "4": Excluded.OPTED_OUT,
        "": Excluded.NOT_IN_SLACK,
    }
    record.nudges.opt_in("T1:U4")
    assert picked(record) == {"0", "4"}


def test_the_roster_file_says_who_is_on_leave_or_part_time(record: Record, tmp_path: Path):
    file = tmp_path / "roster.csv"
    file.write_text(
        "email,slack,eligible_since,tools,Leave,Part-time\n"
        f"p0@example.com,T1:U0,{SINCE},{TOOL},,Full-time\n"
        f"p1@example.com,T1:U1,{SINCE},{TOOL},On leave,no\n"
        f"p2@example.com,T1:U2,{SINCE},{TOOL},No,Part-time\n"
        f"p3@example.com,T1:U3,{SINCE},{TOOL},perhaps,\n"
    )
    loaded = load_roster(file, record.roster, NOW)
    assert loaded.rejected == 1
    assert "neither yes nor no" in loaded.rejects.read_text()
    cover(record, SINCE, YESTERDAY)
    assert picked(record) == {"0"}
    assert reasons(record) == {"1": Excluded.ON_LEAVE, "2": Excluded.PART_TIME}


def test_nobody_is_picked_twice_in_two_weeks_whatever_the_campaigns_are_about(record: Record):
    company(record, 8, tools=(TOOL, "Venus"))
    for day in range((TODAY - SINCE).days):
        record.usage.store(
            [Usage("x", "Venus", SINCE + timedelta(days=day), Event.SHOWN, 1, "other@x.example")],
            NOW,
        )
    assert len(picked(record, tool="Venus")) == 8
    assert approve(record, campaign())
    for each in record.nudges.planned("c1"):
        record.nudges.set_sent("c1", each.account, NOW + timedelta(days=3))
    # Also who was held out is not picked for another tool.
    assert picked(record, tool="Venus") == set()
    later = NOW + timedelta(days=16)
    found = record.nudges.audience("Venus", later, TODAY, 28)
    assert set(found.excluded.values()) == {Excluded.RECENT}
    last = record.nudges.audience("Venus", NOW + timedelta(days=17, seconds=1), TODAY, 28)
    assert len(last.picked) == 8


@pytest.mark.parametrize("moves", ["nothing", "press", "use"])
def test_it_ends_after_three_messages_without_a_reaction(record: Record, moves: str):
    company(record, 5)
    for number in range(3):
        at = NOW - timedelta(days=46 - 15 * number)
        assert approve(record, campaign(f"c{number}", at, holdout=0.0))
        for each in record.nudges.planned(f"c{number}"):
            record.nudges.set_sent(f"c{number}", each.account, at)
    if moves == "press":
        record.nudges.react("c1", "T1:U0", Reaction.WILL_TRY)
    if moves == "use":
        use(record, 0, (NOW - timedelta(days=31 - 2)).date())
    found = reasons(record)
    assert found.pop("0", None) == (Excluded.NO_REACTION if moves == "nothing" else None)
    assert set(found.values()) == {Excluded.NO_REACTION}


@given(st.text(max_size=64), st.floats(0, 1))
def test_who_is_held_out_stays_so_and_is_a_share_of_all(campaign: str, share: float):
    people = [f"{n:032x}" for n in range(400)]
    held = [is_held_out(campaign, each, share) for each in people]
    assert held == [is_held_out(campaign, each, share) for each in people]
    # Six standard deviations.
    assert abs(sum(held) - 400 * share) <= 6 * (400 * share * (1 - share)) ** 0.5 + 1


def test_another_campaign_holds_out_others():
    people = [f"{n:032x}" for n in range(400)]
    one, other = ({p for p in people if is_held_out(c, p, 0.5)} for c in ("a", "b"))
    assert 60 < len(one & other) < 140


HOLDERS = st.builds(
    Holder,
    id=st.uuids().map(str),
    account=st.sampled_from(["", "T1:U1"]),
    since=st.none() | st.dates(date(2026, 9, 1), TODAY),
    on_leave=st.booleans(),
    part_time=st.booleans(),
)


@given(st.lists(HOLDERS, max_size=8, unique_by=lambda h: h.id), st.data())
def test_nobody_is_picked_who_uses_the_tool_or_is_to_be_left_in_peace(holders, data):
    ids = [each.id for each in holders]
    some = st.sets(st.sampled_from(ids)) if ids else st.just(set())
    days = st.sets(st.dates(date(2026, 9, 1), YESTERDAY), max_size=6)
    used = {id: data.draw(days, "days") for id in data.draw(some, "users")}
    used = {id: seen for id, seen in used.items() if seen}
    whole = {date(2026, 9, 1) + timedelta(days=n) for n in range((TODAY - date(2026, 9, 1)).days)}
    covered = frozenset(whole - data.draw(days, "gaps"))
    by_day = {day: {id for id in used if day in used[id]} for day in whole}
    known = KnownUse(by_day, {id: min(seen) for id, seen in used.items()}, covered)
    past = Past(data.draw(some), data.draw(some), data.draw(some))
    found = audience_of(holders, known, past, TODAY, 14)
    assert not set(found.picked) & found.excluded.keys()
    end = max(covered)
    for id in found.picked:
        who = found.holders[id]
        assert who.account
        assert (who.on_leave, who.part_time) == (False, False)
        assert id not in {*past.opted_out, *past.recent, *past.unmoved}
        assert who.since is None or (TODAY - who.since).days >= 14
        seen = used.get(id, set())
        assert not any(end - timedelta(days=27) <= day <= end for day in seen)
        if not seen:
            since = who.since
            assert since is not None
            needed = {since + timedelta(days=n) for n in range((end - since).days + 1)}
            assert all(day in covered or day.weekday() > 4 for day in needed)


def test_a_person_of_the_roster_without_anything_else_is_read(record: Record):
    record.roster.store([RosterRow("x@example.com", account="T1:U9")], NOW)
    assert reasons(record) == {"9": Excluded.UNKNOWN}
