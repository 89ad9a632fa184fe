"""What the size of a company, and of a team, has to do with what is shown of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.people.roster import RosterRow
from adoption.privacy.groups import OTHERS, Minimum, groups
from tests.adoption.factories import NOON, fresh_record


@pytest.mark.parametrize(
    ("people", "least"), [(0, 5), (1, 20), (19, 20), (20, 10), (49, 10), (50, 5), (5_000, 5)]
)
def test_the_smallest_group_is_larger_in_a_small_company(tmp_path: Path, people: int, least: int):
    record = fresh_record(tmp_path)
    rows = [RosterRow(f"p{n}@x.example") for n in range(min(people, 60))]
    left = [RosterRow(f"l{n}@x.example", left_on=date(2026, 1, 1)) for n in range(60)]
    record.roster.store([*rows, *left] if people else [], NOON)
    assert Minimum(5).in_company_of(people) == Minimum(least)
    assert record.minimum(5) == Minimum(least)
    record.close()


def test_a_team_of_whom_all_must_have_done_it_is_not_shown_by_name():
    said = {f"s{n}": "Sales" for n in range(5)} | {f"l{n}": "Law" for n in range(5)}
    everybody = ["Sales"] * 20 + ["Law"] * 5 + ["Board"] * 8
    assert groups(said, Minimum()).keys() == {"Sales", "Law"}
    assert groups(said, Minimum(), everybody).keys() == {"Sales", OTHERS}


@given(
    st.lists(st.sampled_from(["Sales", "Law", "Board", None]), max_size=60),
    st.sets(st.integers(0, 59)),
)
def test_whoever_did_something_is_in_a_group_of_twice_as_many(
    teams: Sequence[str | None], did: set[int]
):
    said = {str(n): teams[n] for n in did if n < len(teams)}
    shown = groups(said, Minimum(), teams)
    for name, people in shown.items():
        assert len(people) >= 5
        assert name == OTHERS or teams.count(None if name == "none" else name) >= 10
    assert sum(map(len, shown.values())) in (0, len(said))
