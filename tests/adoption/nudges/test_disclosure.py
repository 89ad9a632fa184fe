"""No figure of nudges, taken together with all others, gives a small group away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from adoption.measures import Share
from adoption.nudges.audience import Audience, Holder
from adoption.nudges.models import Excluded
from adoption.nudges.preview import people_in, preview_of
from adoption.privacy.disclosure import ROUNDED_TO, ShownShare, show_share
from adoption.privacy.groups import OTHERS, Minimum
from tests.support.examples import examples

TEAMS = ("Sales", "Law", "Ships")
# What somebody is for a message, as far as anybody could wish to know.
USER, BEGAN, IDLE, HELD_BEGAN, HELD_IDLE = "user", "began", "idle", "held began", "held idle"
REASONS = (Excluded.ON_LEAVE.value, Excluded.PART_TIME.value, Excluded.NEW.value)
PICKED, HELD = (BEGAN, IDLE), (HELD_BEGAN, HELD_IDLE)
STATES = (USER, *PICKED, *HELD, *REASONS)
Cell = tuple[str, str]
CELLS = [(team, state) for team in TEAMS for state in STATES]


@dataclass
class Attacker:
    """Knows the rounding rules and every figure, and solves for the counts of the cells."""

    minimum: int
    rows: list[tuple[np.ndarray, float, float]] = field(default_factory=list)

    def learns(self, share: ShownShare, part: list[Cell], whole: list[Cell]) -> None:
        if share.value is None:
            return
        size = weights(whole)
        # Rounded up or down at random: the true size is less than a step away.
        least = max(self.minimum, share.size - ROUNDED_TO + 1)
        self.rows.append((size, least, share.size + ROUNDED_TO - 1))
        parts, place = round(1 / share.step), round(share.value / share.step)
        for bound, sign in ((place - 1, 1), (place + 1, -1)):
            row = sign * (parts * weights(part) - bound * size)
            self.rows.append((row, 1, np.inf))

    def determines(self, cells: list[Cell]) -> bool:
        """Whether the figures allow one number of people only."""
        low, high = (self._solve(sign * weights(cells)) for sign in (1, -1))
        return round(float(weights(cells) @ low)) == round(float(weights(cells) @ high))

    def _solve(self, cost: np.ndarray) -> np.ndarray:
        matrix = np.array([row for row, _, _ in self.rows])
        ends = ([low for _, low, _ in self.rows], [high for _, _, high in self.rows])
        found = milp(
            cost,
            constraints=LinearConstraint(matrix, *ends) if self.rows else None,
            integrality=np.ones(len(CELLS)),
            bounds=Bounds(0, 300),
            options={"mip_rel_gap": 0.5, "time_limit": 20},
        )
        assert found.x is not None, found.message
        return found.x


def weights(cells: list[Cell]) -> np.ndarray:
    return np.array([float(cell in cells) for cell in CELLS])


def cells(holds: Callable[[str, str], bool]) -> list[Cell]:
    return [(team, state) for team, state in CELLS if holds(team, state)]


def people_of(company: dict[Cell, int]) -> dict[str, Cell]:
    made = [cell for cell, count in company.items() for _ in range(count)]
    return {f"{number:032x}": cell for number, cell in enumerate(made, sum(company.values()))}


def attacked(company: dict[Cell, int], minimum: Minimum) -> Attacker:
    """An attacker who has seen the preview and what the campaign did."""
    people = people_of(company)
    chosen = {id for id, (_, state) in people.items() if state in (*PICKED, *HELD)}
    reasons = {id: Excluded(state) for id, (_, state) in people.items() if state in REASONS}
    holders = {id: Holder(id, "T1:U", team) for id, (team, _) in people.items()}
    preview = preview_of("Mars", Audience(holders, sorted(chosen), reasons), minimum)
    attacker = Attacker(minimum.people)
    picked, everybody = cells(lambda t, s: s in (*PICKED, *HELD)), cells(lambda t, s: True)
    attacker.learns(preview.picked, picked, everybody)
    for name, share in preview.teams.items():
        own = [t for t in TEAMS if t == name or (name == OTHERS and t not in preview.teams)]
        attacker.learns(
            share, [c for c in picked if c[0] in own], cells(lambda t, s, own=own: t in own)
        )
    for name, share in preview.excluded.items():
        hidden = [r for r in REASONS if r not in preview.excluded]
        behind = hidden if name == OTHERS else [name]
        attacker.learns(share, cells(lambda t, s, b=behind: s in b), everybody)
    for began, idle in (PICKED, HELD):
        group = {id for id, (_, state) in people.items() if state in (began, idle)}
        used = {id for id in group if people[id][1] == began}
        share = show_share(Share.of(used, group), minimum)
        arm = cells(lambda t, s, w=(began, idle): s in w)
        attacker.learns(share, cells(lambda t, s, b=began: s == b), arm)
    return attacker


SIZES = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 60))


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(SIZES, min_size=len(CELLS), max_size=len(CELLS)), st.integers(5, 8))
def test_no_small_group_can_be_computed(counts: list[int], least: int):
    company = dict(zip(CELLS, counts, strict=True))
    attacker = attacked(company, Minimum(least))
    small: dict[str, list[Cell]] = {}
    for state in STATES:
        small[state] = cells(lambda t, s, state=state: s == state)
    for team in TEAMS:
        small[f"picked of {team}"] = cells(
            lambda t, s, team=team: t == team and s in (*PICKED, *HELD)
        )
    for name, group in small.items():
        if 0 < sum(company[cell] for cell in group) < least:
            assert not attacker.determines(group), (name, company)


def test_an_exact_figure_would_be_solved():
    attacker, group = Attacker(5), cells(lambda t, s: s == USER)
    attacker.rows.append((weights(group), 2, 3))
    assert not attacker.determines(group)
    attacker.rows.append((weights(group), 3, 9))
    assert attacker.determines(group)


@given(st.lists(SIZES, min_size=len(CELLS), max_size=len(CELLS)), st.integers(5, 8))
def test_no_figure_stands_for_fewer_people_than_the_minimum(counts: list[int], least: int):
    people = people_of(dict(zip(CELLS, counts, strict=True)))
    chosen = {id for id, (_, state) in people.items() if state in (*PICKED, *HELD)}
    reasons = {id: Excluded(state) for id, (_, state) in people.items() if state in REASONS}
    holders = {id: Holder(id, "T1:U", team) for id, (team, _) in people.items()}
    audience = Audience(holders, sorted(chosen), reasons)
    found = preview_of("Mars", audience, Minimum(least))
    assert found.is_enough is (len(chosen) >= least)
    if not found.is_enough:
        assert {**found.teams, **found.excluded} == {}
        return
    assert people_in(found.picked) % ROUNDED_TO == 0
    by_reason = Counter(why.value for why in reasons.values())
    for name in found.excluded.keys() - {OTHERS}:
        assert by_reason[name] >= least
    for name in found.teams.keys() - {OTHERS}:
        own = {id for id, (team, _) in people.items() if team == name}
        assert len(own & chosen) >= least
