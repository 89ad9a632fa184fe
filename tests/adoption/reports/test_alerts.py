from __future__ import annotations

from datetime import UTC as utc
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from adoption.feedback.models import Vote
from adoption.people.roster import RosterRow
from adoption.questions.models import Outcome
from adoption.record import Record
from adoption.reports.alerts import alerts_of, keep_alert, new_alerts
from adoption.reports.digest.digest import Digest, weekly_digest
from adoption.reports.rich_text import plain
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, asked
from tests.adoption.reports.test_digest import UTC

WEEK = Week(2026, 47)
TODAY = date(2026, 11, 22)


@pytest.fixture
def record(tmp_path: Path):
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    yield record
    record.close()


def used(record: Record, day: date, event: Event, count: int, people: int = 1, of: int = 0) -> None:
    now = datetime.now(utc)
    seats = [RosterRow(f"p{n}@x.example", tools=["Copilot"]) for n in range(of)]
    record.roster.store(seats, now)
    record.usage.store(
        [Usage("csv", "Copilot", day, event, count, f"p{n}@x.example") for n in range(people)], now
    )


def found(record: Record) -> dict[str, str]:
    digest: Digest = weekly_digest(record, WEEK, UTC)
    alerts = alerts_of(digest, UseReader(record.engine), TODAY)
    return {alert.key: f"{plain(alert.text)} {plain(alert.next_step)}" for alert in alerts}


def test_a_quiet_week_raises_nothing(record: Record):
    assert found(record) == {}


@pytest.mark.parametrize(
    ("people", "first", "raised"),
    [
        (5, TODAY - timedelta(days=91), True),
        (5, TODAY - timedelta(days=90), False),
        # So few are not told of.
        (4, TODAY - timedelta(days=91), False),
        # 24 of 150 are 16 %, which chance alone can make of 20 %.
        (24, TODAY - timedelta(days=91), False),
        (75, TODAY - timedelta(days=91), False),
    ],
)
def test_low_use_is_told_after_three_months_where_chance_does_not_explain_it(
    record: Record, people: int, first: date, raised: bool
):
    used(record, first, Event.ACCEPTED, 1, people, 150)
    used(record, TODAY - timedelta(days=2), Event.ACCEPTED, 1, people)
    assert ("low use:Copilot" in found(record)) is raised


def test_a_team_that_nearly_stopped_is_told_and_others_are_not(record: Record):
    rows = [RosterRow(f"p{n}", "Finance" if n < 44 else "Sales") for n in range(100)]
    record.roster.store(rows, NOON)
    days = [TODAY - timedelta(weeks=back) for back in range(1, 9)]
    facts = [
        Usage("s", "Helper", d, Event.ACCEPTED, 1, f"p{n}") for d in days for n in range(2, 96)
    ]
    still = range(42, 96)
    facts += [Usage("s", "Helper", TODAY, Event.ACCEPTED, 1, f"p{n}") for n in still]
    record.usage.store(facts, NOON)
    key = "fall:Weekly use:team:Finance:2026-W47"
    alerts = found(record)
    assert "Weekly use in Finance fell to" in alerts[key]
    assert "Ask the champion and the lead of Finance what changed." in alerts[key]
    assert not [other for other in alerts if "Sales" in other]


def test_a_missed_target_is_told_on_its_day_and_once_a_month(record: Record):
    record.roster.store([RosterRow(f"p{n}", "Sales") for n in range(60)], NOON)
    facts = [Usage("s", "Helper", TODAY, Event.ACCEPTED, 1, f"p{n}") for n in range(12)]
    record.usage.store(facts, NOON)
    targets = Targets(record.engine)
    targets.put(Aim("weekly", Dimension.ALL, "all", 0.6, by=TODAY + timedelta(days=1)))
    assert found(record) == {}
    targets.put(Aim("weekly", Dimension.ALL, "all", 0.6, by=TODAY))
    [(key, text)] = found(record).items()
    assert key == "target:weekly:all:all:2026-11"
    assert "The target for weekly active of all tools is missed" in text


def test_more_overrides_are_told_only_beyond_the_intervals(record: Record):
    before, now = TODAY - timedelta(days=8), TODAY - timedelta(days=2)
    used(record, before, Event.ACCEPTED, 90, 6)
    used(record, before, Event.OVERRIDDEN, 10, 6)
    used(record, now, Event.ACCEPTED, 88, 6)
    used(record, now, Event.OVERRIDDEN, 12, 6)
    assert found(record) == {}
    used(record, now, Event.OVERRIDDEN, 60, 6)
    assert "People override Copilot more often" in found(record)["overrides:Copilot:2026-W47"]


def test_fewer_helpful_answers_name_the_guide(record: Record):
    week = timedelta(days=7)
    for n in range(20):
        record.questions.add(asked(f"now{n}"))
        record.feedback.set_vote(f"now{n}", f"T1:U{n}", Vote.NEGATIVE, NOON)
        record.questions.add(asked(f"then{n}", asked_at=NOON - week))
        record.feedback.set_vote(f"then{n}", f"T1:U{n}", Vote.POSITIVE, NOON - week)
    assert "Asking well" in found(record)["helpful:2026-W47"]


def test_more_unanswered_questions_name_the_gap(record: Record):
    for n in range(20):
        who, question = f"T1:U{n}", "Where is the gym?"
        lost = asked(f"now{n}", account=who, outcome=Outcome.ABSTAINED, question=question)
        record.questions.add(lost)
        record.questions.add(asked(f"then{n}", account=who, asked_at=NOON - timedelta(days=7)))
    assert "Where is the gym?" in found(record)["unanswered:2026-W47"]


@pytest.mark.parametrize(("days", "raised"), [(7, False), (8, True), (35, True), (36, False)])
def test_a_tool_is_silent_after_a_week_and_forgotten_after_five(
    record: Record, days: int, raised: bool
):
    used(record, TODAY - timedelta(days=days), Event.ACCEPTED, 1, 5)
    assert any(key.startswith("silent:") for key in found(record)) is raised


def test_an_alert_is_new_once(record: Record):
    used(record, TODAY - timedelta(days=8), Event.ACCEPTED, 1, 5)
    reader = UseReader(record.engine)
    alerts = alerts_of(weekly_digest(record, WEEK, UTC), reader, TODAY)
    assert new_alerts(record.engine, alerts) == alerts
    for alert in alerts * 2:
        keep_alert(record.engine, alert.key, NOON)
    assert new_alerts(record.engine, alerts) == []
