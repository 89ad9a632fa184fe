from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.privacy.disclosure import HIDDEN
from adoption.privacy.groups import Minimum
from adoption.pulse.answers import Answer
from adoption.pulse.models import RoundState
from adoption.pulse.results import GroupResult, RoundResult, ShownMean, closed_rounds
from adoption.pulse.rounds import Plan
from adoption.pulse.statements import ELEMENTS, Element
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_csv, digest_as_text
from adoption.reports.programme.part import Span
from adoption.reports.programme.pulse import _findings, pulse_part
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from tests.adoption.factories import fresh_record
from tests.adoption.pulse.company import MINIMUM, PLAN, SECRET, ZONE, account, enrol

SALES, LAW = [("Sales", "Wave 1")] * 20, [("Law", "Wave 2")] * 10
GOOD, NO_IDEA = (5, 4, 4, 4, 4), (4, 4, 2, 2, 1)
WEEK = Week.of_day(PLAN.first_on + timedelta(days=PLAN.days))


def held(record: Record, scores: Mapping[int, Sequence[int]], number: int = 0) -> None:
    """A round that is over, `number` times four weeks before the plan's."""
    plan = Plan(PLAN.first_on - timedelta(weeks=4 * number), PLAN.days)
    opens, _, closes = plan.moments(ZONE)
    rounds, answers = record.pulse_rounds(SECRET), record.pulse_answers(SECRET)
    assert rounds.plan(f"r{number}", plan, ZONE, "T1:UADMIN")
    assert rounds.open(f"r{number}", MINIMUM, opens, plan.first_on) is RoundState.OPEN
    for person, each in scores.items():
        answers.add(f"r{number}", account(person), Answer(each, f"Words of {person}."), opens)
    assert rounds.close(f"r{number}", MINIMUM, closes)


def digest_text(record: Record) -> str:
    return digest_as_text(weekly_digest(record, WEEK, ZONE))


def test_the_digest_names_the_barrier_and_what_to_do_about_it(tmp_path: Path):
    record = fresh_record(tmp_path)
    enrol(record, SALES * 3 + LAW)
    held(record, dict.fromkeys(range(60), GOOD) | dict.fromkeys(range(60, 70), NO_IDEA))
    digest = weekly_digest(record, WEEK, ZONE)
    found = [each for each in digest.recommendations if each.subject.startswith("pulse:")]
    assert [(each.subject, each.owner) for each in found] == [
        ("pulse:knowledge", "Training lead"),
    ]
    assert plain(found[0].text).startswith("In Law: plan a hands-on session")
    assert plain(found[0].evidence) == "knowledge 2.0 of 5 (1.1 to 3.7), about 10 answers"
    text = digest_text(record)
    assert "Knowledge is the barrier in Wave 2 (2.0 of 5) and in Law (2.0 of 5)." in text
    assert "ability is the barrier" not in text.lower()
    assert "of those invited answered, about 70 people." in text
    assert "Training lead" in text
    assert "pulse,Law,Knowledge,2.0" in digest_as_csv(digest)


def a_group(kind: str, name: str, **values: float) -> GroupResult:
    """A group of few people, whose means are rounded to halves."""
    means = {e: ShownMean(values.get(e.value, 4.0), 10, 0.5) for e in ELEMENTS}
    return GroupResult(kind, name, HIDDEN, means)


def found_in(*groups: GroupResult) -> dict[str, tuple[str, str]]:
    """What to do about each barrier, and the figures behind it."""
    newest = RoundResult("r", PLAN.first_on, datetime.now(UTC), groups)
    advice = [each.recommendation for each in _findings(newest) if each.recommendation]
    return {each.subject: (plain(each.text), plain(each.evidence)) for each in advice}


def test_one_action_for_a_barrier_names_its_groups_the_deepest_first():
    found = found_in(
        a_group("wave", "Wave 2", knowledge=2.0),
        a_group("team", "Law", knowledge=2.5),
        a_group("team", "Sales", knowledge=2.0, ability=1.5),
    )
    assert list(found) == ["pulse:knowledge"]
    text, evidence = found["pulse:knowledge"]
    assert text.startswith("In Sales and Law: plan a hands-on session")
    assert evidence == (
        "Sales: knowledge 2.0 of 5 (1.1 to 3.7), about 10 answers; "
        "Law: knowledge 2.5 of 5 (1.3 to 4.1), about 10 answers"
    )
    many = [a_group("team", f"T{n}", desire=1.5) for n in range(5)]
    [(text, _)] = found_in(*many).values()
    assert text.startswith("In T0, T1, T2 and 2 other groups: ask what")
    [(text, _)] = found_in(a_group("everybody", "", desire=1.5)).values()
    assert text.startswith("Ask what")


def test_a_barrier_that_rounding_may_have_made_takes_no_place_among_the_actions():
    assert found_in(a_group("team", "Law", awareness=3.0)) == {}
    # One that surely is a barrier comes before it.
    assert list(found_in(a_group("team", "Law", awareness=3.0, ability=2.5))) == ["pulse:ability"]


def test_a_round_shows_only_after_it_closed_and_to_nobody_before(tmp_path: Path):
    record = fresh_record(tmp_path)
    enrol(record, SALES)
    held(record, dict.fromkeys(range(20), GOOD))
    span = Span(WEEK.monday - timedelta(weeks=1), WEEK.monday - timedelta(days=1), ZONE)
    assert pulse_part(UseReader(record.engine), span, MINIMUM).section is None
    assert "Pulse" not in digest_as_text(weekly_digest(record, WEEK.previous, ZONE))
    assert "Pulse of November 2026" in digest_text(record)
    off = weekly_digest(record, WEEK, ZONE, features_off=["pulse"])
    assert "Pulse of" not in digest_as_text(off)


def test_the_trend_over_four_rounds_has_its_interval(tmp_path: Path):
    record = fresh_record(tmp_path)
    enrol(record, SALES)
    for number in range(4, -1, -1):
        held(record, dict.fromkeys(range(20), (5 - number, 4, 4, 4, 4)), number)
    text = digest_text(record)
    assert "Awareness over 5 rounds: under 1.5 → 2.0 → 3.0 → 4.0 → over 4.5" in text
    assert "(now 3.1 to 5.0), up." in text
    assert "Desire over 5 rounds: 4.0 → 4.0 → 4.0 → 4.0 → 4.0 (now 2.6 to 4.8), no clear" in text


def test_too_few_answers_show_nothing_but_that(tmp_path: Path):
    record = fresh_record(tmp_path)
    enrol(record, SALES)
    held(record, dict.fromkeys(range(4), NO_IDEA))
    digest = weekly_digest(record, WEEK, ZONE)
    assert [plain(line) for line in digest.programme[0].lines] == [
        "Too few people answered to show anything."
    ]
    assert digest.recommendations == []


def test_words_of_people_are_quoted_and_named_as_theirs(tmp_path: Path):
    record = fresh_record(tmp_path)
    enrol(record, SALES)
    held(record, dict.fromkeys(range(20), GOOD))
    assert "“Words of " in digest_text(record)


def test_a_round_calls_for_action_for_eight_weeks(tmp_path: Path):
    record = fresh_record(tmp_path)
    enrol(record, SALES)
    held(record, dict.fromkeys(range(20), NO_IDEA))
    for weeks, found in ((7, 1), (9, 0)):
        first = WEEK.monday + timedelta(weeks=weeks)
        part = pulse_part(
            UseReader(record.engine), Span(first, first + timedelta(days=6), ZONE), MINIMUM
        )
        assert bool(part.findings) == bool(found)
        assert part.section is not None


SCORES = st.lists(st.integers(1, 5), min_size=5, max_size=80)


@given(SCORES)
def test_a_shown_mean_is_the_mean_and_its_interval_holds_it(scores: list[int]):
    mean = sum(scores) / len(scores)
    shown = ShownMean(min(max(round(mean, 1), 1.5), 4.5), round(len(scores) / 5) * 5)
    low, high = shown.interval
    assert 1 <= low <= shown.value <= high <= 5
    assert abs(shown.value - mean) <= 0.5 + 0.05


@given(st.lists(st.sampled_from([1.5, 2.4, 3.0, 3.1, 4.5]), min_size=5, max_size=5))
def test_the_barrier_is_the_first_at_three_or_below_and_only_one(values: list[float]):
    means = {e: ShownMean(v, 10) for e, v in zip(ELEMENTS, values, strict=True)}
    low = [e for e in Element if means[e].value <= 3]
    assert GroupResult("team", "Law", None, means).barrier == (low[0] if low else None)


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_no_record_shows_a_group_under_the_minimum(seed: int):
    """Random companies and answers: each shown group has the minimum, however names coincide."""
    chance = random.Random(seed)
    minimum = Minimum(chance.choice([5, 5, 7]))
    places = [
        (chance.choice(["Sales", "Law", None]), chance.choice(["A", "B", "others"]))
        for _ in range(chance.randint(3, 40))
    ]
    with tempfile.TemporaryDirectory() as folder:
        record = fresh_record(Path(folder))
        enrol(record, places)
        opens, _, closes = PLAN.moments(ZONE)
        rounds, answers = record.pulse_rounds(SECRET), record.pulse_answers(SECRET)
        rounds.plan("r", PLAN, ZONE, "T1:UADMIN")
        if rounds.open("r", minimum, opens, PLAN.first_on) is RoundState.OPEN:
            said = [n for n in range(len(places)) if chance.random() < 0.6]
            for n in said:
                answers.add("r", account(n), Answer([chance.randint(1, 5)] * 5, "x"), opens)
            rounds.close("r", minimum, closes)
            result = closed_rounds(record.engine, closes + timedelta(days=1), minimum, 1)[0]
            for group in result.groups:
                who = [
                    n
                    for n in said
                    if group.kind == "everybody"
                    or group.name == "others"
                    or group.name in places[n]
                ]
                assert len(who) >= minimum.people
            assert bool(result.groups) == (len(said) >= minimum.people)
            assert bool(result.comments) == (len(said) >= max(10, minimum.people))
        record.close()
