from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason
from adoption.measures import Share
from adoption.measures.segments import Transition
from adoption.people.models import Handle
from adoption.people.roster import RosterRow
from adoption.privacy.disclosure import HIDDEN, show_share
from adoption.privacy.groups import OTHERS, Minimum
from adoption.questions.models import Outcome
from adoption.record import Record
from adoption.reports.alerts import alerts_of
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import (
    digest_as_csv,
    digest_as_json,
    digest_as_markdown,
    digest_as_text,
)
from adoption.reports.digest.html import digest_as_html
from adoption.reports.report.html import report_as_html
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv
from adoption.reports.rich_text import plain
from adoption.reports.use import WeeklyUse, weekly_use
from adoption.reports.weeks import Week
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, asked, fresh_record
from tests.adoption.reports.shares import is_near
from tests.support.examples import examples

WEEK = Week(2026, 47)
SUNDAY = WEEK.monday + timedelta(days=6)
FIVE = Minimum(5)


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def enrol(record: Record, team: str, people: range, **fields: object) -> None:
    rows = [RosterRow(f"p{n}", team, **fields) for n in people]
    record.roster.store(rows, NOON)


def use(record: Record, people: range, *days: date, tool: str = "Helper") -> None:
    facts = [Usage("s", tool, day, Event.ACCEPTED, 1, f"p{n}") for n in people for day in days]
    record.usage.store(facts, NOON)


def section(record: Record, end: date = SUNDAY, minimum: Minimum = FIVE) -> WeeklyUse:
    return weekly_use(UseReader(record.engine), end, minimum)


def test_the_week_stands_beside_the_one_before(record: Record):
    enrol(record, "Sales", range(10))
    use(record, range(6), SUNDAY)
    use(record, range(8), SUNDAY - timedelta(days=7))
    found = section(record)
    assert is_near(found.now.weekly, 6, 10)
    assert is_near(found.before.weekly, 8, 10)
    assert is_near(found.now.monthly, 8, 10)
    # So few joined and never used that the share would tell who they are.
    assert found.now.never_used == HIDDEN


def test_a_week_without_use_has_figures_of_nought_only_if_an_import_covers_it(record: Record):
    enrol(record, "Sales", range(10))
    use(record, range(6), SUNDAY - timedelta(days=10))
    found = section(record)
    assert found.now.weekly == HIDDEN
    record.usage.store([], NOON, [Covered("Helper", "s", SUNDAY)])
    found = section(record)
    assert is_near(found.now.weekly, 0, 10)
    assert found.now.acceptance == HIDDEN


def weeks_back(*weeks: int) -> list[date]:
    return [SUNDAY - timedelta(weeks=week) for week in weeks]


@pytest.mark.parametrize(
    ("helper", "writer", "is_known"),
    [
        (range(13), (), (True, True)),
        # Data that begin later say nothing of the time before, and have no gap.
        (range(4), (), (True, True)),
        (range(1, 13), (), (False, False)),
        ([0, 1, 2, 4, 5], (), (False, False)),
        ([13, 14], (), (False, False)),
        # Whoever has the other tool alone may have used it since.
        (range(13), [5, 6], (False, True)),
        (range(13), range(13), (True, True)),
    ],
)
def test_nobody_has_never_used_a_tool_in_weeks_that_no_import_covers(
    helper: Sequence[int], writer: Sequence[int], is_known: tuple[bool, bool], record: Record
):
    enrol(record, "Sales", range(60), tools=["Helper"])
    enrol(record, "Law", range(60, 120), tools=["Writer"])
    use(record, range(30), *weeks_back(*helper))
    use(record, range(60, 90), *weeks_back(*writer), tool="Writer")
    found = section(record)
    shown = [found.now, *(each.now for each in found.tools if each.name == "Helper")]
    assert tuple(each.never_used != HIDDEN for each in shown) == is_known[: len(shown)]
    report = adoption_report(record.engine, SUNDAY - timedelta(weeks=8), SUNDAY, UTC, FIVE)
    assert (report.figures.never_used != HIDDEN) == is_known[0]
    # Of so few parts, those that would add up are left out in any case.
    assert report.transitions.get(Transition.INACTIVE, HIDDEN) == HIDDEN
    assert (report.transitions[Transition.NEVER] != HIDDEN) == is_known[0]


def test_one_person_alone_is_not_shown(record: Record):
    enrol(record, "Sales", range(1))
    use(record, range(1), SUNDAY)
    found = section(record)
    assert (found.now.eligible, found.now.users, found.now.weekly) == (0, 0, HIDDEN)
    assert found.teams == []


def test_a_renamed_team_goes_on_under_its_new_name(record: Record):
    enrol(record, "Sales", range(6), team_key="t1")
    enrol(record, "Law", range(6, 12), team_key="t2")
    use(record, range(12), SUNDAY, SUNDAY - timedelta(days=7))
    enrol(record, "Revenue", range(6), team_key="t1")
    teams = {team.name: team for team in section(record).teams}
    assert teams.keys() == {"Revenue", "Law"}
    for team in teams.values():
        assert is_near(team.now.weekly, 6, 6)
        assert is_near(team.before.weekly, 6, 6)


def test_who_left_counts_until_they_left(record: Record):
    enrol(record, "Sales", range(6))
    enrol(record, "Sales", range(6, 9), left_on=WEEK.monday)
    use(record, range(9), SUNDAY - timedelta(days=7))
    found = section(record)
    assert abs(found.now.eligible - 6) < 5
    assert is_near(found.before.weekly, 9, 9)


def test_what_few_people_decided_is_left_out_and_not_in_the_total_either(record: Record):
    enrol(record, "Sales", range(20))
    use(record, range(12), SUNDAY)
    use(record, range(3), SUNDAY, tool="Secret")
    found = section(record)
    secret = found.tools[1]
    assert is_near(secret.now.weekly, 3, 20)
    assert secret.now.acceptance == HIDDEN
    assert is_near(found.now.acceptance, 12, 12)


def test_what_few_people_decided_is_hidden_where_many_use_the_tool(record: Record):
    enrol(record, "Sales", range(20))
    seen = [Usage("s", "Helper", SUNDAY, Event.SHOWN, 1, f"p{n}") for n in range(12)]
    ended = [Usage("s", "Helper", SUNDAY, Event.OVERRIDDEN, 9, f"p{n}") for n in range(4)]
    record.usage.store([*seen, *ended], NOON)
    found = section(record)
    assert is_near(found.now.weekly, 12, 20)
    assert found.tools[0].now.overrides == found.now.overrides == HIDDEN
    record.usage.store([Usage("s", "Helper", SUNDAY, Event.ACCEPTED, 9, "p5")], NOON)
    assert section(record).now.overrides == show_share(Share(36, 45), FIVE, 5)


def test_last_weeks_figures_of_a_team_are_those_that_were_shown_then(record: Record):
    enrol(record, "Sales", range(20))
    enrol(record, "Law", range(20, 35))
    enrol(record, "Sales", range(35, 38), left_on=WEEK.monday)
    enrol(record, "Board", range(38, 39), left_on=WEEK.monday)
    use(record, range(10, 39), SUNDAY - timedelta(days=7))
    last_week = {team.name: team.now for team in section(record, SUNDAY - timedelta(days=7)).teams}
    shown = {team.name: team.before for team in section(record).teams}
    assert shown.keys() == {"Sales", "Law"}
    # The only one of the board was folded with the smaller team.
    assert last_week.keys() == {"Sales", OTHERS}
    assert shown["Sales"] == last_week["Sales"]
    assert shown["Law"].weekly == HIDDEN


def test_a_tool_counts_those_who_have_a_seat(record: Record):
    enrol(record, "Sales", range(6), tools=("Helper",))
    enrol(record, "Law", range(6, 20), tools=("Other",))
    use(record, range(5), SUNDAY)
    [tool] = section(record).tools
    assert is_near(tool.now.weekly, 5, 6)


@pytest.mark.parametrize(("without", "is_of_everybody"), [(4, True), (5, False)])
def test_people_without_a_seat_are_told_apart_where_they_are_enough(
    record: Record, without: int, is_of_everybody: bool
):
    enrol(record, "Sales", range(20), tools=("Helper",))
    enrol(record, "Law", range(20, 20 + without), tools=("Other",))
    use(record, range(10, 20 + without), SUNDAY)
    shown = section(record)
    tool = next(each for each in shown.tools if each.name == "Helper")
    assert (tool.now.weekly == shown.now.weekly) is is_of_everybody


@pytest.mark.parametrize(
    ("zone", "asked_at", "inside"),
    [
        # The clocks go back on Sunday, 25 October 2026: that week has 169 hours.
        ("Europe/Oslo", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), True),
        ("Europe/Oslo", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), False),
        ("UTC", datetime(2026, 10, 25, 23, 59, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 10, 25, 18, 15, tzinfo=UTC), False),
        ("America/New_York", datetime(2026, 10, 26, 3, 59, tzinfo=UTC), True),
    ],
)
def test_a_week_ends_by_the_clocks_of_the_workspace(
    record: Record, zone: str, asked_at: datetime, inside: bool
):
    for number in range(5):
        record.questions.add(asked(f"{number}", account=f"T1:U{number}", asked_at=asked_at))
    digest = weekly_digest(record, Week(2026, 43), ZoneInfo(zone))
    assert digest.questions.questions == (5 if inside else 0)


def test_week_53_stands_beside_week_52_and_before_week_1(record: Record):
    enrol(record, "Sales", range(10))
    use(record, range(4), date(2026, 12, 27))
    use(record, range(6), date(2027, 1, 3))
    use(record, range(8), date(2027, 1, 4))
    zone = ZoneInfo("UTC")
    last = weekly_digest(record, Week(2026, 53), zone).use
    first = weekly_digest(record, Week(2027, 1), zone).use
    assert is_near(last.before.weekly, 4, 10)
    assert is_near(last.now.weekly, 6, 10)
    assert is_near(first.before.weekly, 6, 10)
    assert is_near(first.now.weekly, 8, 10)


COMPANY = st.lists(
    st.tuples(
        st.sampled_from(["T-alpha", "T-beta", "T-gamma", None]),
        st.sampled_from(["W-one", "W-two", None]),
        st.sets(st.sampled_from(["K-x", "K-y"])),
        st.sets(st.integers(0, 20), max_size=3),
        st.sampled_from([*OverrideReason, None]),
    ),
    max_size=30,
)


def founded(tmp_path: Path, company: list) -> Record:
    """A record of a company: of each person the team, wave, tools, days of use, and an override."""
    record = fresh_record(tmp_path)
    rows, facts, told = [], [], []
    for n, (team, wave, tools, days, reason) in enumerate(company):
        rows.append(RosterRow(f"p{n}", team, wave=wave, tools=tuple(tools)))
        facts += [
            Usage("s", tool, SUNDAY - timedelta(days=d), Event.ACCEPTED, 1, f"p{n}")
            for d in days
            for tool in tools
        ]
        if reason:
            told.append(Override(str(n), f"p{n}", "K-x", NOON, reason))
    record.roster.store(rows, NOON)
    record.usage.store(facts, NOON)
    record.feedback.add_overrides(told)
    return record


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(COMPANY, st.integers(5, 8))
def test_no_digest_report_or_alert_shows_a_group_under_the_minimum(
    tmp_path: Path, company: list, least: int
):
    record = founded(tmp_path, company)
    minimum, zone = Minimum(least), ZoneInfo("UTC")
    digest = weekly_digest(record, WEEK, zone, minimum)
    report = adoption_report(record.engine, SUNDAY - timedelta(days=20), SUNDAY, zone, minimum)

    teams = {team.name: team.now.eligible for team in digest.use.teams}
    for group in report.groups:
        size = group.figures.eligible
        assert size == 0 or (size % 5 == 0 and size + 5 > least)
    for tool in digest.use.tools:
        seats = sum(tool.name in row[2] for row in company)
        users = sum(tool.name in row[2] and any(d < 7 for d in row[3]) for row in company)
        assert seats == 0 or seats >= least
        assert users >= least or tool.now.acceptance == HIDDEN
    with record.engine.connect() as connection:
        person = dict(connection.execute(select(Handle.person_id, Handle.handle)).all())
    assert len(person) == len(company)
    given = [reason for *_, reason in company if reason not in (None, OverrideReason.DECLINED)]
    for tool in digest.overrides:
        for reason in tool.reasons:
            if reason.reason != "other reasons":
                assert given.count(OverrideReason(reason.reason)) >= least
    small = small_groups(company, least)
    shown = digest_as_text(digest) + str(report)
    shown += str(alerts_of(digest, UseReader(record.engine), SUNDAY, minimum))
    assert not [name for name in small if name in shown]
    assert OTHERS in teams or not small or not teams
    record.close()


def small_groups(company: list, least: int) -> set[str]:
    """The teams and waves with too few people, and the tool that too few have a seat for."""
    # Of the other tool people tell overrides without a seat.
    seats = sum("K-y" in tools for _, _, tools, _, _ in company)
    return {
        name
        for at in (0, 1)
        for name in {row[at] for row in company}
        if name and sum(row[at] == name for row in company) < least
    } | ({"K-y"} if seats < least else set())


_OF = re.compile(r"\b\d+ of \d+\b(?! weeks)")


# Few, because each draws six pictures.
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(COMPANY, st.integers(5, 8))
def test_no_file_of_a_digest_or_report_shows_a_group_under_the_minimum(
    tmp_path: Path, company: list, least: int
):
    record = founded(tmp_path, company)
    minimum, zone = Minimum(least), ZoneInfo("UTC")
    digest = weekly_digest(record, WEEK, zone, minimum)
    report = adoption_report(record.engine, SUNDAY - timedelta(days=20), SUNDAY, zone, minimum)
    record.close()

    table, values = digest_as_csv(digest), json.loads(digest_as_json(digest))
    reported = report_as_csv(report)
    files = [table, json.dumps(values), digest_as_markdown(digest), digest_as_html(digest)]
    files += [reported, report_as_html(report)]
    small = small_groups(company, least)
    assert [name for name in small for file in files if name in file] == []
    for group in [*values["use"]["tools"], *values["use"]["teams"]]:
        for then in ("now", "before"):
            assert group[then]["eligible"] % 5 == 0
            for measure in ("weekly", "monthly", "habitual", "never_used"):
                share = group[then][measure]
                assert share is None or (share["size"] % 5 == 0 and share["size"] + 5 > least)
    # No exact count of people is in any file.
    assert [file for file in files if _OF.search(file)] == []


def test_a_hesitant_reader_sees_what_is_known_without_a_roster(record: Record):
    use(record, range(7), SUNDAY)
    record.questions.add(asked(outcome=Outcome.ABSTAINED))
    digest = weekly_digest(record, WEEK, ZoneInfo("UTC"))
    assert digest.use.now.users in (5, 10)
    assert digest.use.now.weekly == HIDDEN
    assert plain(digest.headline)


@pytest.mark.parametrize(("members", "is_shown"), [(4, False), (5, True)])
def test_what_a_tool_reports_of_a_team_alone_is_as_small_as_the_team(
    record: Record, members: int, is_shown: bool
):
    enrol(record, "Law", range(members))
    enrol(record, "Sales", range(members, 60))
    told = [
        Usage("s", "Bot", SUNDAY, event, 20, team="Law", id=event.value)
        for event in (Event.ACCEPTED, Event.OVERRIDDEN)
    ]
    record.usage.store(told, NOON)
    found = section(record)
    [tool] = found.tools
    assert (tool.now.overrides == HIDDEN) is not is_shown
    assert (found.now.overrides == HIDDEN) is not is_shown
    report = report_as_csv(adoption_report(record.engine, WEEK.monday, SUNDAY, ZoneInfo("UTC")))
    assert ("Bot,Overridden" in report) is is_shown
    # The whole company is no small group.
    record.usage.store([Usage("s", "Other", SUNDAY, Event.ACCEPTED, 20, id="all")], NOON)
    assert section(record).tools[1].now.acceptance != HIDDEN
