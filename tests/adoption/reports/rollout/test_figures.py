"""Figures of waves: who is in one, and what no wave gives away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.feedback.models import Vote
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.programme import programme_parts
from adoption.reports.programme.part import Span
from adoption.reports.programme.readiness import readiness_part
from adoption.reports.programme.rollout import rollout_part
from adoption.reports.rich_text import plain
from adoption.reports.rollout.figures import by_wave, told_apart, wave_figures, wave_statuses
from adoption.reports.rollout.gates import WaveFigures
from adoption.reports.targets import Aim, Dimension, Targets, Verdict
from adoption.reports.weeks import Week
from adoption.rollout.models import Advice
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.rollout.test_waves import plan

UTC = ZoneInfo("UTC")
WEEK = Week(2026, 46)
MINIMUM = Minimum()
START = WEEK.monday - timedelta(weeks=13)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    made = fresh_record(tmp_path)
    yield made
    made.close()


def company(record: Record, sizes: dict[tuple[str, str], int], overridden: int = 1) -> None:
    """People by team and the roster's wave, who use a tool every week and override sometimes."""
    rows, facts, number = [], [], 0
    for (team, wave), size in sizes.items():
        for _ in range(size):
            person = f"p{number}@x.example"
            number += 1
            rows.append(
                RosterRow(
                    person,
                    team,
                    team_key=team.lower(),
                    wave=wave or None,
                    eligible_since=START,
                    account=f"T1:P{number}",
                )
            )
            for back in range(12):
                day = WEEK.sunday - timedelta(weeks=back)
                facts.append(Usage("csv", "Mars", day, Event.ACCEPTED, 4, person))
                facts.append(Usage("csv", "Mars", day, Event.OVERRIDDEN, overridden, person))
    record.roster.store(rows, NOON)
    record.usage.store(facts, NOON)


def figures(record: Record) -> dict[str, WaveFigures]:
    return wave_figures(UseReader(record.engine), WEEK.sunday, UTC, MINIMUM)


def test_a_wave_has_the_people_of_its_teams_or_of_the_roster(record: Record):
    company(record, {("Sales", "Two"): 60, ("Law", ""): 55, ("Ops", "Two"): 70})
    ids = {name: id for id, name in record.waves.teams().items()}
    record.waves.create("1", "One", plan(teams=frozenset({ids["Sales"], ids["Law"]})))
    record.waves.create("2", "Two", plan())
    found = figures(record)
    # Sales is in the wave of its team, whatever the roster says.
    assert abs(found["One"].eligible - 115) < 5
    assert abs(found["Two"].eligible - 70) < 5
    assert found["One"].habitual.value == 1
    record.roster.store([RosterRow("p0@x.example", "Big deals", team_key="sales")], NOON)
    assert abs(figures(record)["One"].eligible - 115) < 5


def test_the_figures_of_a_small_wave_are_not_shown_and_its_gate_has_no_data(record: Record):
    company(record, {("Sales", "One"): 60, ("Law", "Two"): 4, ("Ops", "Three"): 9})
    for number, name in enumerate(("One", "Two", "Three")):
        record.waves.create(name, name, plan(-number, helpful_least=0.5, needs_no_barrier=True))
        Targets(record.engine).put(Aim("overrides", Dimension.WAVE, name, 0.4))
        record.waves.launch(name, "press", START)
    found = figures(record)
    # The next smallest is hidden with it: a total less the others would show it.
    assert set(found) == {"One"}
    assert found["One"].overrides.value == pytest.approx(0.2)
    statuses = {
        s.wave.name: s for s in wave_statuses(UseReader(record.engine), WEEK.sunday, UTC, MINIMUM)
    }
    for name in ("Two", "Three"):
        assert statuses[name].figures == WaveFigures()
        assert {gate.verdict for gate in statuses[name].gates} == {Verdict.HIDDEN}
        assert statuses[name].advice is Advice.UNKNOWN


def test_thumbs_of_a_wave_count_where_enough_people_gave_some(record: Record):
    company(record, {("Sales", "One"): 60, ("Law", "Two"): 60, ("Ops", "Three"): 60})
    for number in range(1, 31):
        up = Vote.POSITIVE if number % 5 else Vote.NEGATIVE
        record.feedback.set_vote(f"q{number}", f"T1:P{number}", up, NOON - timedelta(days=5))
    found = figures(record)
    assert found["One"].helpful.value == pytest.approx(0.8, abs=0.03)
    # Nobody voted in the other waves, which is not few.
    assert found["Two"].helpful.value is None
    record.feedback.set_vote("q99", "T1:P70", Vote.NEGATIVE, NOON - timedelta(days=5))
    # All thumbs less those of the first wave would show what one person thinks.
    assert figures(record)["One"].helpful.value is None


@given(
    st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 12), max_size=6),
    st.integers(5, 8),
)
def test_what_is_left_out_is_nothing_or_enough_people(sizes: dict[str, int], least: int):
    people = {f"{wave}{n}": wave for wave, size in sizes.items() for n in range(size)}
    found = by_wave(people, people)
    shown = told_apart(found, people, Minimum(least))
    assert all(len(found[name]) >= least for name in shown)
    left = sum(len(who) for name, who in found.items() if name not in shown)
    assert left == 0 or left >= least or not shown


def span() -> Span:
    return Span(WEEK.monday, WEEK.sunday, UTC)


def begun(record: Record, name: str, gate_on: date, **more: object) -> None:
    agreed = replace(plan(), go_live=START, gate_on=gate_on, **more)
    record.waves.create(name, name, agreed)
    assert record.waves.launch(name, "press", START)


@pytest.mark.parametrize(
    ("least", "says"),
    [
        (0.05, "One should pause."),
        (0.2, "One has not enough data at its gate."),
        (0.5, "One can go on."),
    ],
)
def test_a_gate_that_is_due_is_something_to_do(record: Record, least: float, says: str):
    company(record, {("Sales", "One"): 80, ("Law", "Two"): 80})
    Targets(record.engine).put(Aim("overrides", Dimension.WAVE, "One", least))
    begun(record, "One", WEEK.next.monday)
    begun(record, "Two", WEEK.next.sunday + timedelta(days=1))
    part = rollout_part(UseReader(record.engine), span(), MINIMUM)
    [finding] = part.findings
    assert plain(finding.sentence) == says
    assert finding.recommendation is not None
    # In words: intervals are for the report.
    assert "overrides 20 %, target" in plain(finding.recommendation.evidence)
    assert part.section is not None
    assert plain(part.section.lines[1]).startswith("Two: live since ")


def test_a_gate_without_targets_says_so(record: Record):
    begun(record, "One", WEEK.monday)
    [finding] = rollout_part(UseReader(record.engine), span(), MINIMUM).findings
    assert finding.recommendation is not None
    assert plain(finding.recommendation.evidence) == "this gate has no targets"


def test_no_waves_are_no_section(record: Record):
    for part in (rollout_part, readiness_part):
        made = part(UseReader(record.engine), span(), MINIMUM)
        assert (made.section, list(made.findings)) == (None, [])


def test_where_no_checklists_are_kept_nothing_is_said_of_them(record: Record):
    planned = replace(plan(), go_live=WEEK.next.sunday, gate_on=WEEK.next.sunday + timedelta(70))
    record.waves.create("1", "One", planned)
    begun(record, "Two", WEEK.monday, readiness_least=0.9)

    def lines(*features_off: str) -> str:
        parts = programme_parts(UseReader(record.engine), span(), MINIMUM, features_off)
        sections = [part.section for part in parts if part.section]
        said = [plain(line) for section in sections for line in section.lines]
        return "\n".join([*said, *(plain(f.sentence) for part in parts for f in part.findings)])

    assert ", 0 of 14 ready" in lines()
    assert "ready" not in lines("readiness")
    stand = wave_statuses(UseReader(record.engine), WEEK.next.monday, UTC, MINIMUM, False)
    assert [status.checklist for status in stand] == [None, None]
    assert [list(status.gates) for status in stand] == [[], []]


def test_a_launch_that_was_missed_and_items_that_are_late_are_something_to_do(record: Record):
    late = replace(plan(), go_live=WEEK.sunday, gate_on=WEEK.sunday + timedelta(weeks=12))
    record.waves.create("1", "One", late)
    record.readiness.mark_done("1", "sponsor", "town hall", NOON)
    [missed] = rollout_part(UseReader(record.engine), span(), MINIMUM).findings
    assert plain(missed.sentence) == f"One was due to go live on {WEEK.sunday.day} November 2026."
    part = readiness_part(UseReader(record.engine), span(), MINIMUM)
    assert part.section is not None
    assert plain(part.section.lines[0]).startswith(
        "One: 1 of 14 items ready (7 %). Not ready yet: "
    )
    [finding] = part.findings
    assert plain(finding.sentence) == "13 items of the checklist for One are late."
