from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.measures import (
    Costs,
    Decisions,
    Person,
    Range,
    Segment,
    Share,
    acceptance_rate,
    activated,
    activated_within,
    active,
    adoption_rate,
    breadth,
    completion_share,
    days_to_first_use,
    dormant,
    eligible,
    habit_rate,
    habitual,
    intensity,
    monthly_active,
    never_used,
    override_rate,
    resolved_share,
    retention,
    return_on_cost,
    segments,
    stickiness,
    time_saved,
    time_to_answer,
    time_to_first_value,
    transitions,
    weekly_active,
)

# A Sunday, so that the four windows of seven days are the four ISO weeks before it.
END = date(2026, 11, 22)


def ago(*days: int) -> set[date]:
    return {END - timedelta(days=n) for n in days}


def by_day(seen: Mapping[str, Collection[date]]) -> dict[date, set[str]]:
    """Each person's days as the people of each day."""
    days = sorted(set().union(*seen.values()))
    return {day: {person for person in seen if day in seen[person]} for day in days}


ROSTER = [
    Person("ada", since=END - timedelta(days=60)),
    Person("bob", since=END - timedelta(days=60)),
    Person("cyd", since=END),
    Person("dan", since=END - timedelta(days=60), left=END),
    Person("eve", since=END + timedelta(days=1)),
    Person("fay"),
]
SEEN_BY_PERSON = {
    "ada": ago(0, 1, 7, 14, 21, 40),
    "bob": ago(28, 35),
    "dan": ago(3),
    "eve": ago(2, 9),
}
DAYS = by_day(SEEN_BY_PERSON)
FIRST = {person: min(seen) for person, seen in SEEN_BY_PERSON.items()}


def test_the_measures_agree_with_a_count_by_hand():
    assert eligible(ROSTER, END) == {"ada", "bob", "cyd", "fay"}
    assert activated(eligible(ROSTER, END), FIRST, END) == Share(2, 4)
    assert never_used(eligible(ROSTER, END), FIRST, END) == Share(2, 4)
    assert dormant(eligible(ROSTER, END), DAYS, FIRST, END) == Share(1, 4)
    assert weekly_active(DAYS, END) == 3
    assert monthly_active(DAYS, END) == 3
    assert adoption_rate(eligible(ROSTER, END), DAYS, END) == Share(1, 4)
    nine = by_day({"ada": ago(*range(0, 63, 7)), "bob": ago(*range(0, 56, 7))})
    assert habitual(nine, END) == {"ada"}
    assert habit_rate(eligible(ROSTER, END), habitual(nine, END)) == Share(1, 4)
    # 3, 2, 1 and 1 people in the four weeks, 3 in all.
    assert stickiness(DAYS, END) == pytest.approx(7 / 4 / 3)
    # 5, 1 and 2 active days.
    assert intensity(DAYS, END) == pytest.approx(8 / 3)
    assert breadth({"a": DAYS, "b": by_day({"ada": ago(0)})}, END) == pytest.approx(4 / 3)


def test_nobody_and_nothing_have_no_figures():
    assert stickiness({}, END) is None
    assert intensity({}, END) is None
    assert breadth({}, END) is None
    assert adoption_rate(set(), {}, END) == Share(0, 0)
    assert time_to_first_value([], {}, END) is None
    assert time_saved([], 5) is None
    assert retention({}, END) == {}


def test_one_person_is_all_or_nothing():
    assert adoption_rate({"ada"}, by_day({"ada": ago(0)}), END) == Share(1, 1)
    assert adoption_rate({"ada"}, by_day({"ada": ago(28)}), END) == Share(0, 1)


def test_a_person_who_left_counts_no_more_but_did_before():
    gone = [Person("dan", left=END)]
    assert eligible(gone, END) == set()
    assert eligible(gone, END - timedelta(days=1)) == {"dan"}


def test_a_cohort_is_followed_week_by_week():
    monday = date(2026, 11, 2)
    days = {
        "ada": {monday, monday + timedelta(days=15)},
        "bob": {monday + timedelta(days=6), monday + timedelta(days=7)},
    }
    # The third week is over on Sunday, the fourth is not.
    days = by_day(days)
    assert retention(days, END)[monday] == [Share(2, 2), Share(1, 2), Share(1, 2)]
    assert len(retention(days, END - timedelta(days=1))[monday]) == 2


def test_a_cohort_runs_over_new_year_and_week_53():
    monday = date(2026, 12, 28)
    days = by_day({"ada": {monday, date(2027, 1, 4)}})
    assert retention(days, date(2027, 1, 10)) == {monday: [Share(1, 1), Share(1, 1)]}


def test_time_to_first_value_waits_for_half_of_the_people():
    since = END - timedelta(days=30)
    people = [Person(name, since) for name in "abcd"]
    got = {"a": since + timedelta(days=4), "b": since - timedelta(days=1)}
    assert time_to_first_value(people, got, END) is None
    assert time_to_first_value(people[:3], got, END) == 4
    assert time_to_first_value(people, got | {"c": since + timedelta(days=8)}, END) == 6


def test_what_is_shown_alone_was_not_decided_on():
    decisions = Decisions(shown=100, accepted=6, edited=2, overridden=1, ignored=1)
    assert acceptance_rate(decisions) == Share(8, 10)
    assert override_rate(decisions) == Share(1, 10)
    assert acceptance_rate(Decisions(shown=5)) == Share(0, 0)


def test_a_question_handed_to_a_person_is_not_resolved_without_one():
    answered = {"1": "a", "2": "a", "3": "b"}
    assert resolved_share(answered, ["3", "4"], [*"aabbc"]) == Share(2, 5)
    assert completion_share([*"aab"], [*"aabc"]) == Share(3, 4)


def test_a_question_that_waits_is_counted_apart():
    start = datetime(2026, 11, 16, 9, tzinfo=UTC)
    hour = timedelta(hours=1)
    asked = [(start, start + hour), (start, start + 3 * hour), (start, None)]
    assert time_to_answer(asked) == 2 * hour
    assert time_to_answer([]) is None


def test_one_wild_guess_does_not_move_the_time_saved():
    reports = [Range(30, 60), Range(30, 60), Range(0, 100_000)]
    assert time_saved(reports, 10) == Range(5, 10)
    back = return_on_cost(Range(5, 10), Costs(a_month=1000, an_hour=60))
    assert (back.low, back.high) == (pytest.approx(0.3), pytest.approx(1.6))
    assert return_on_cost(Range(5, 10), Costs(0, 60)) is None


def test_activation_gives_everybody_the_same_thirty_days():
    people = [Person(name, END - timedelta(days=40)) for name in "abc"]
    people.append(Person("late", END - timedelta(days=29)))
    first = {
        "a": END - timedelta(days=40),
        "b": END - timedelta(days=10),
        "c": END - timedelta(days=9),
        "late": END,
    }
    assert activated_within(people, first, END) == Share(2, 3)
    assert days_to_first_use(people, first, END) == pytest.approx(29.5)
    assert days_to_first_use([], {}, END) is None


def test_segments_need_steadiness_and_volume():
    weeks = {"power": 9, "habit": 9, "novice": 5, "low": 1}
    days = by_day({name: ago(*range(0, 7 * n, 7)) for name, n in weeks.items()})
    actions = {"power": 180, "habit": 179, "novice": 12, "low": 11}
    found = segments([*weeks, "never"], days, actions, END)
    assert found == {
        Segment.POWER: {"power"},
        Segment.HABITUAL: {"habit"},
        Segment.NOVICE: {"novice"},
        Segment.LOW: {"low"},
        Segment.NON_USER: {"never"},
    }


def test_everybody_moves_in_one_way_from_month_to_month():
    days = {
        "new": ago(3),
        "stays": ago(3, 30, 80),
        "back": ago(3, 80),
        "gone": ago(30, 80),
        "asleep": ago(80),
    }
    first = {name: min(seen) for name, seen in days.items()}
    found = transitions([*days, "never"], by_day(days), first, END)
    assert {kind.value: who for kind, who in found.items()} == {
        "new": {"new"},
        "retained": {"stays"},
        "reactivated": {"back"},
        "lapsed": {"gone"},
        "inactive": {"asleep"},
        "never used": {"never"},
    }


PEOPLE = st.lists(
    st.builds(
        Person,
        st.sampled_from("abcdefgh"),
        st.none() | st.integers(-60, 3).map(lambda n: END + timedelta(days=n)),
        st.none() | st.integers(-60, 3).map(lambda n: END + timedelta(days=n)),
    ),
    max_size=8,
    unique_by=lambda person: person.id,
)
SEEN = st.dictionaries(
    st.sampled_from("abcdefghxyz"),
    st.sets(st.integers(-80, 3).map(lambda n: END + timedelta(days=n)), min_size=1, max_size=30),
    max_size=11,
)


def walk(days: int) -> list[date]:
    return [END - timedelta(days=n) for n in range(days)]


@given(PEOPLE, SEEN)
def test_every_measure_agrees_with_a_slow_walk_over_people_and_days(roster, seen):
    first = {person: min(days) for person, days in seen.items()}
    days = by_day(seen)
    may = [
        p.id
        for p in roster
        if not (p.since is not None and p.since > END)
        and not (p.left is not None and p.left <= END)
    ]
    assert eligible(roster, END) == set(may)

    def was_active(person: str, days: list[date]) -> bool:
        return any(day in seen.get(person, ()) for day in days)

    month = walk(28)
    assert active(days, END, 28) == {p for p in seen if was_active(p, month)}
    assert adoption_rate(eligible(roster, END), days, END) == Share(
        sum(was_active(p, month) for p in may), len(may)
    )
    weeks = [month[n : n + 7] for n in (0, 7, 14, 21)]
    quarter = walk(84)
    twelve = [quarter[n : n + 7] for n in range(0, 84, 7)]
    habit = [p for p in seen if sum(was_active(p, week) for week in twelve) >= 9]
    assert habitual(days, END) == set(habit)
    assert habit_rate(eligible(roster, END), habitual(days, END)).part == sum(
        p in habit for p in may
    )
    ever = [p for p in may if p in first and first[p] <= END]
    assert activated(eligible(roster, END), first, END) == Share(len(ever), len(may))
    assert never_used(eligible(roster, END), first, END).part == len(may) - len(ever)
    asleep = [p for p in ever if not was_active(p, month)]
    assert dormant(eligible(roster, END), days, first, END) == Share(len(asleep), len(may))
    used = [p for p in seen if was_active(p, month)]
    person_days = sum(day in seen[p] for p in used for day in month)
    assert intensity(days, END) == (person_days / len(used) if used else None)
    weekly = sum(was_active(p, week) for p in seen for week in weeks)
    assert stickiness(days, END) == (pytest.approx(weekly / 4 / len(used)) if used else None)
    # Whoever is not adopted is dormant or never was there.
    parts = (
        adoption_rate(eligible(roster, END), days, END).part + len(asleep) + len(may) - len(ever)
    )
    assert parts == len(may)


@given(SEEN)
def test_retention_agrees_with_a_slow_walk_over_weeks(seen):
    rows = retention(by_day(seen), END)
    monday = END - timedelta(days=6)
    for back in range(13):
        first = monday - timedelta(weeks=back)
        cohort = []
        for days in seen.values():
            known = [d for d in days if d <= END]
            if known and first <= min(known) < first + timedelta(days=7):
                cohort.append(known)
        assert (first in rows) == bool(cohort)
        for week, share in enumerate(rows.get(first, [])):
            start = first + timedelta(weeks=week)
            span = [start + timedelta(days=n) for n in range(7)]
            kept = sum(any(day in known for day in span) for known in cohort)
            assert share == Share(kept, len(cohort))
        if cohort:
            assert len(rows[first]) == min(12, back + 1)


@given(PEOPLE, SEEN)
def test_time_to_first_value_is_a_median(roster, seen):
    first = {person: min(days) for person, days in seen.items()}
    waits = []
    for p in roster:
        if p.since is not None and p.since <= END and not (p.left and p.left <= END):
            got = first.get(p.id)
            late = 10**6
            waits.append(max(0, (got - p.since).days) if got and got <= END else late)
    middle = plain_median(waits) if waits else None
    expected = None if middle is None or middle >= 10**5 else middle
    assert time_to_first_value(roster, first, END) == expected
