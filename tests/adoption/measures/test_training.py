from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adoption.measures.training import AROUND, Slot, compared_slots, use_around

DAY = date(2026, 11, 2)
OFFSETS = st.integers(-20, 20)


def day(offset: int) -> date:
    return DAY + timedelta(days=offset)


def by_day(used: Mapping[str, Collection[date]]) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for who, days in used.items():
        for each in days:
            found.setdefault(each, set()).add(who)
    return found


def test_use_counts_in_14_days_on_either_side_and_not_on_the_day_itself():
    slots = dict.fromkeys("abcdef", Slot(DAY, ("Mars",)))
    days = {
        "Mars": {"a": {day(-14)}, "b": {day(14)}, "c": {day(0)}, "d": {day(-15), day(15)}},
        "Venus": {"e": {day(-1), day(1)}},
    }
    active = {tool: by_day(used) for tool, used in days.items()}
    around = use_around(slots, active)
    assert (around.before.part, around.after.part, around.before.whole) == (1, 1, 6)
    any_tool = use_around(dict.fromkeys("abcdef", Slot(DAY)), active)
    assert (any_tool.before.part, any_tool.after.part) == (2, 2)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sets(OFFSETS), min_size=1))
def test_the_shares_are_those_of_a_count_by_hand(used: dict[str, set[int]]):
    days = {who: {day(each) for each in offsets} for who, offsets in used.items()}
    around = use_around(dict.fromkeys(used, Slot(DAY, ("Mars",))), {"Mars": by_day(days)})
    before = sum(any(-AROUND <= each <= -1 for each in offsets) for offsets in used.values())
    after = sum(any(1 <= each <= AROUND for each in offsets) for offsets in used.values())
    assert (around.before.part, around.after.part) == (before, after)


@given(st.integers(1, 30))
def test_people_are_compared_on_the_same_days_in_like_proportions(many: int):
    slots = [Slot(DAY)] * many + [Slot(day(7), ("Mars",))] * 10
    people = [f"p{number}" for number in range(2000)]
    compared = compared_slots(people, slots)
    assert compared == compared_slots(reversed(people), slots[::-1])
    share = sum(slot.day == DAY for slot in compared.values()) / len(people)
    assert abs(share - many / (many + 10)) < 0.06
    assert compared_slots(people, []) == {}
