"""How exactly figures about people are shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.measures import Share
from adoption.privacy.disclosure import (
    HIDDEN,
    show_mean,
    show_people,
    show_ratio,
    show_share,
    show_time,
)
from adoption.privacy.groups import Minimum


@pytest.mark.parametrize("people", [5, 6, 7, 9, 13, 20, 44, 110, 333])
def test_every_shown_share_stands_for_two_counts_at_least(people: int):
    names = [f"p{n}" for n in range(people)]
    counts: dict[tuple[int, float | None], set[int]] = {}
    for start in range(12):
        mixed = names[start:] + names[:start]
        for part in range(people + 1):
            shown = show_share(Share.of(mixed[:part], names), Minimum())
            counts.setdefault((shown.size, shown.value), set()).add(part)
    assert min(map(len, counts.values())) >= 2


@given(st.integers(0, 400), st.integers(0, 400), st.integers(5, 9))
def test_a_shown_share_is_near_the_true_one_and_its_interval_holds_it(part, more, least):
    people = [f"p{n}" for n in range(part + more)]
    share = Share.of(people[:part], people)
    shown = show_share(share, Minimum(least))
    if share.whole < least:
        assert shown == HIDDEN
        return
    assert abs(shown.value - share.value) < shown.step + 1e-9
    assert abs(shown.size - share.whole) < 5
    low, high = shown.interval
    assert low - 1e-9 <= share.value <= high + 1e-9


def test_a_change_is_clear_only_where_intervals_are_apart():
    def shown(part: int, whole: int):
        return show_share(Share(part, whole), Minimum())

    assert shown(24, 26).change_to(shown(2, 22)) == -1
    assert shown(2, 22).change_to(shown(24, 26)) == 1
    assert shown(12, 20).change_to(shown(9, 21)) == 0
    assert shown(12, 20).change_to(HIDDEN) == 0


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (78, 105, "74 %"),
        (24, 26, "about 90 %"),
        (26, 26, "over 90 %"),
        (3, 13, "about 20 %"),
        (1, 13, "under 20 %"),
        (300, 400, "75 %"),
        (3, 4, "–"),
    ],
)
def test_a_share_reads_as_exactly_as_its_group_allows(part: int, whole: int, words: str):
    assert str(show_share(Share(part, whole), Minimum())) == words


def test_people_are_counted_in_fives_and_few_are_not_counted():
    def shown(people: int) -> int | None:
        return show_people([f"p{n}" for n in range(people)], Minimum())

    assert [shown(n) for n in (0, 1, 4)] == [0, None, None]
    assert all(shown(n) % 5 == 0 and abs(shown(n) - n) < 5 for n in range(5, 60))


def test_a_ratio_is_rounded_by_the_chance_of_its_people_in_the_step_of_their_rounded_number():
    groups = [[f"{group}-{n}" for n in range(14)] for group in range(40)]
    assert {show_ratio(0.3, people, Minimum()) for people in groups} == {0.0, 0.2, 0.4, 0.5}
    assert show_ratio(0.3, groups[0][:4], Minimum()) is None
    assert show_ratio(None, groups[0], Minimum()) is None


def test_the_same_people_are_shown_alike_and_others_by_another_chance():
    people = [f"p{n}" for n in range(12)]
    shown = {show_share(Share.of(people[:6], order), Minimum()) for order in (people, people[::-1])}
    assert len(shown) == 1
    parts = [people[n : n + 6] for n in range(6)]
    assert len({show_share(Share.of(part, people), Minimum()).value for part in parts}) > 1


@given(st.floats(1, 5), st.integers(1, 200), st.integers(0, 2**64))
def test_a_shown_mean_is_near_the_true_one_and_as_fine_as_its_group_allows(mean, answers, key):
    shown, step, size = show_mean(mean, answers, key, key + 1)
    assert abs(shown - mean) < step + 0.05
    assert step == (0.1 if size >= 50 else 0.5)
    assert abs(size - answers) < 5


def test_a_mean_in_halves_stands_for_any_number_of_people():
    # In tenths, 3.3 is that of three people, or of more than six.
    shown = {
        show_mean(sum(scores) / len(scores), len(scores), key, key)[0]
        for key, scores in enumerate([(3, 3, 4)] * 20 + [(3, 4)] * 20 + [(3, 3, 3, 4)] * 20)
    }
    assert shown == {3.0, 3.5}


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (timedelta(minutes=42, seconds=17), timedelta(minutes=40)),
        (timedelta(hours=3, minutes=29, seconds=1), timedelta(hours=3)),
        (timedelta(days=4, hours=13), timedelta(days=5)),
        (timedelta(seconds=20), timedelta()),
        (None, None),
    ],
)
def test_a_time_is_shown_in_steps(exact: timedelta | None, shown: timedelta | None):
    assert show_time(exact) == shown
