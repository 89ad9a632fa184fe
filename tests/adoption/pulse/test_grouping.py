from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adoption.privacy.groups import Minimum
from adoption.pulse.grouping import Cell, merged, nearest
from adoption.pulse.results import grouped
from adoption.pulse.rounds import merged_rows, no_counts

CELLS = st.builds(
    Cell, st.sampled_from([None, 1, 2, 3, 4]), st.sampled_from([None, "A", "B", "others"])
)
SIZES = st.dictionaries(CELLS, st.integers(0, 12), min_size=1, max_size=20)
MINIMA = st.builds(Minimum, st.integers(5, 9))


def row(cell: Cell, answered: int) -> dict:
    counts = no_counts()
    counts[0][0] = answered
    shape = {"team_id": cell.team, "wave": cell.wave, "invited": answered + 2}
    return shape | {"round_id": "r", "answered": answered, "counts": counts}


@given(SIZES, MINIMA)
def test_every_group_has_the_minimum_and_nobody_is_lost(sizes: dict[Cell, int], minimum: Minimum):
    groups = merged(sizes, minimum)
    people = sum(sizes.values())
    if people < minimum.people:
        assert groups == {}
        return
    assert groups.keys() == {cell for cell, size in sizes.items() if size}
    for group in set(groups.values()):
        assert sum(sizes[c] for c, g in groups.items() if g == group) >= minimum.people


@given(SIZES, MINIMA)
def test_a_group_bears_the_name_of_a_team_or_wave_only_if_it_is_all_of_that(sizes, minimum):
    for cell, group in merged(sizes, minimum).items():
        assert group.team in (None, cell.team)
        assert group.wave in (None, cell.wave)


@given(SIZES, MINIMA, MINIMA)
def test_whoever_adds_and_subtracts_what_is_shown_finds_no_group_under_the_minimum(
    sizes: dict[Cell, int], first: Minimum, later: Minimum
):
    """People who are in the same figures, all of them, cannot be told apart by any sum of figures.

    So it is enough that they are never fewer than the minimum.
    """
    people = [cell for cell, size in sizes.items() for _ in range(size)]
    stored = merged_rows([row(cell, size) for cell, size in sizes.items()], first)
    figures = grouped(stored, {1: "One", 2: "Two", 3: "Three", 4: "Two"}, later)
    home = merged(sizes, first)
    kept = {Cell(r["team_id"], r["wave"]): r["answered"] for r in stored}
    again = merged(kept, later)
    together: dict[frozenset[int], int] = {}
    for cell in people if figures else ():
        group = again[home[cell]]
        of = frozenset(
            at
            for at, (_, _, parts) in enumerate(figures)
            if group in {Cell(p["team_id"], p["wave"]) for p in parts}
        )
        together[of] = together.get(of, 0) + 1
    assert all(size >= max(first.people, later.people) for size in together.values())
    assert sum(together.values()) in (0, len(people))
    for _, _, parts in figures:
        assert sum(part["answered"] for part in parts) >= later.people


@given(SIZES, MINIMA)
def test_who_did_not_answer_still_counts_as_invited(sizes: dict[Cell, int], minimum: Minimum):
    rows = [row(cell, size) for cell, size in sizes.items()]
    made = merged_rows(rows, minimum)
    if made:
        for name in ("invited", "answered"):
            assert sum(r[name] for r in made) == sum(r[name] for r in rows)


def test_a_cell_without_answers_counts_for_its_own_team_first():
    groups = [Cell(1, None), Cell(2, "A"), Cell(None, "B")]
    assert nearest(Cell(1, "A"), groups) == Cell(1, None)
    assert nearest(Cell(3, "A"), groups) == Cell(2, "A")
    assert nearest(Cell(None, None), groups) == Cell(None, "B")
