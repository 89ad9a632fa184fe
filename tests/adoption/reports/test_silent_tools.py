from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.alerts import alerts_of
from adoption.reports.alerts.silent_tools import REMEMBERED, silent_tools
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, fresh_record
from tests.support.examples import examples

WEEK = Week(2026, 47)
TODAY = date(2026, 11, 22)
FIVE = Minimum(5)


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        record = fresh_record(tmp_path)
        yield record
    else:
        from adoption.db.engine import downgrade

        record = Record.open(request.getfixturevalue("postgres"))
        yield record
        downgrade(record.engine, "base")
    record.close()


def used(
    people: int, back: int, tool: str = "Helper", event: Event = Event.ACCEPTED
) -> list[Usage]:
    day = TODAY - timedelta(days=back)
    return [Usage("s", tool, day, event, 1, f"p{n}") for n in range(people)]


def keep(record: Record, *facts: Usage) -> None:
    record.usage.store(facts, NOON)


def enrol(record: Record, people: int, **fields: object) -> None:
    rows = [RosterRow(f"p{n}", **fields) for n in range(people)]
    record.roster.store(rows, NOON)


def silent(record: Record) -> dict[str, date]:
    return silent_tools(UseReader(record.engine), TODAY, FIVE)


@pytest.mark.parametrize(("people", "named"), [(4, False), (5, True)])
def test_a_silent_tool_is_named_where_enough_people_used_it(
    record: Record, people: int, named: bool
):
    # More used it long ago, which is forgotten.
    keep(record, *used(people, 8), *used(9, REMEMBERED.days + 1))
    assert silent(record) == ({"Helper": TODAY - timedelta(days=8)} if named else {})


def test_people_count_wherever_in_the_remembered_time_they_used_it(record: Record):
    keep(record, *used(1, 8), *used(3, 20), *used(5, 35))
    assert list(silent(record)) == ["Helper"]


def test_a_tool_that_few_have_a_seat_for_is_not_named(record: Record):
    enrol(record, 4, tools=("Helper",))
    keep(record, *used(6, 8))
    assert silent(record) == {}


@pytest.mark.parametrize(("people", "named"), [(4, False), (5, True)])
def test_of_teams_alone_their_people_count(record: Record, people: int, named: bool):
    enrol(record, people, team="Law")
    record.roster.store([RosterRow(f"q{n}", team="Sales") for n in range(9)], NOON)
    day = TODAY - timedelta(days=10)
    keep(record, Usage("s", "Helper", day, Event.SHOWN, 3, team="Law"))
    assert (silent(record) != {}) is named


COMPANY = st.lists(
    st.tuples(
        st.sampled_from(["K-x", "K-y", "K-z"]),
        st.integers(0, 9),
        st.integers(0, 100),
        st.sampled_from([Event.ACCEPTED, Event.OVERRIDDEN]),
        st.integers(1, 9),
    ),
    max_size=60,
)


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(COMPANY, st.integers(5, 8), st.booleans())
def test_no_alert_changes_where_a_tool_of_few_is_taken_out(
    tmp_path: Path, company: list, least: int, enrolled: bool
):
    """All alerts but for who ever used a tool; the silent ones but for the remembered time."""
    facts = [
        Usage("s", tool, TODAY - timedelta(days=back), event, count, f"p{person}")
        for tool, person, back, event, count in company
    ]

    def alerts(facts: list[Usage]) -> dict[str, str]:
        record = fresh_record(tmp_path)
        if enrolled:
            enrol(record, 40)
        record.usage.store(facts, NOON)
        digest = weekly_digest(record, WEEK, ZoneInfo("UTC"), Minimum(least))
        made = alerts_of(digest, UseReader(record.engine), TODAY, Minimum(least))
        record.close()
        return {alert.key: plain(alert.text) + plain(alert.next_step) for alert in made}

    def few(facts: list[Usage]) -> set[str]:
        tools = {fact.tool for fact in facts}
        return {t for t in tools if len({f.person for f in facts if f.tool == t}) < least}

    everything = alerts(facts)
    hidden = few(facts)
    assert not [tool for tool in hidden if tool in str(everything)]
    assert alerts([fact for fact in facts if fact.tool not in hidden]) == everything
    late = [fact for fact in facts if TODAY - fact.day <= REMEMBERED]
    quiet = few(late)
    rest = alerts([fact for fact in facts if fact not in late or fact.tool not in quiet])
    assert {k: v for k, v in rest.items() if k.startswith("silent")} == {
        k: v for k, v in everything.items() if k.startswith("silent")
    }
