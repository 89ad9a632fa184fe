"""Which groups of a pulse round are counted separately: large enough parts of teams and waves.

Everybody belongs to one group. Each group that is stored has twice the minimum of people, and of
each that is shown the minimum answered, and
everything that is shown is a sum over whole groups. So whatever is added or subtracted, it is again
about whole groups, and never about fewer people than the minimum.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from adoption.privacy.groups import OTHERS, Minimum, fold

# Before a name, so that no wave is mistaken for the fold.
_NAMED = "="


class Cell(NamedTuple):
    """A team within a wave.

    Attributes:
        team: the id of the team; None for several small ones together, and for no team.
        wave: None for several waves together, and for no wave.
    """

    team: int | None
    wave: str | None


def merged(sizes: Mapping[Cell, int], minimum: Minimum) -> dict[Cell, Cell]:
    """The group that each cell belongs to; nothing where all together are too few.

    Small teams are put together, and within a team small waves, each with the next smallest until
    they reach the minimum. Cells without people are left out.
    """
    teams = fold(_totals({cell: str(cell.team) for cell in sizes}, sizes), minimum)
    of_team = {
        cell: None if teams[str(cell.team)] == OTHERS else cell.team
        for cell, size in sizes.items()
        if size > 0 and str(cell.team) in teams
    }
    return {
        cell: Cell(team, wave)
        for team in set(of_team.values())
        for cell, wave in _waves([c for c in of_team if of_team[c] == team], sizes, minimum).items()
    }


def nearest(cell: Cell, groups: Collection[Cell]) -> Cell:
    """The group that a cell without people counts for: its team's and wave's, if there is one."""
    return min(
        groups, key=lambda each: (each.team != cell.team, each.wave != cell.wave, _order(each))
    )


def _waves(
    cells: Collection[Cell], sizes: Mapping[Cell, int], minimum: Minimum
) -> dict[Cell, str | None]:
    waves = fold(_totals({cell: _wave(cell) for cell in cells}, sizes), minimum)
    return {cell: None if waves[_wave(cell)] == OTHERS else cell.wave for cell in cells}


def _wave(cell: Cell) -> str:
    return "" if cell.wave is None else f"{_NAMED}{cell.wave}"


def _totals(names: Mapping[Cell, str], sizes: Mapping[Cell, int]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for cell, name in names.items():
        totals[name] = totals.get(name, 0) + sizes[cell]
    return totals


def _order(cell: Cell) -> tuple[bool, int, bool, str]:
    return cell.team is None, cell.team or 0, cell.wave is None, cell.wave or ""
