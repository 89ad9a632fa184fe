"""Other companies in which the same figures would be shown.

A count that differs between two such companies can't be computed from the figures. Most are found
by exchange: from the true company, somebody is added, removed, or replaced by somebody else, as
long as every figure stays within what its rounding leaves open, and again from there. For counts
that never differed on the way, the equations are solved: for shares of people first, which finds
who may be needed, and then for whole people.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.disclosure.people import Count, Kind, Use

# More people than a walk adds.
_MANY_MORE = 100_000
# Where the figures are looked at in parts, those first that most exchanges break.
_BLOCKS = (12, 40, 120)
# How long shares of people are looked for, in seconds of the processor.
_SECONDS = 30
# What `milp` says where its limit is reached, and which part of the time is enough to believe it.
_LIMIT_REACHED, _ENOUGH = 1, 0.8


class Effort(NamedTuple):
    """How hard the equations are solved for a sum that never differed.

    Attributes:
        some: so many who may be there instead are tried in shares.
        whole: so many of them may come as whole people, besides those whom the shares need.
        seconds: how long whole people are looked for, in seconds of the processor.
    """

    some: int
    whole: int
    seconds: int


class Round(NamedTuple):
    """A part of the search, in which less is tried than in the one after it.

    Attributes:
        others: so many of those who may be there instead are looked at; None for all.
        steps: the walk ends after so many steps without success.
        efforts: for each sum that never differed, one after the other.
    """

    others: int | None
    steps: int
    efforts: tuple[Effort, ...]


# A walk is quicker where it gets anywhere, and few people suffice for most of the other sums.
_FEW, _MANY = (Effort(300, 0, 2), Effort(1_000, 0, 5)), Effort(6_000, 150, 5)
_ROUNDS = (
    Round(1_200, 300, ()),
    Round(6_000, 3_000, _FEW),
    Round(20_000, 2_000, (*_FEW, _MANY)),
    Round(None, 1_000, (*_FEW, _MANY, Effort(6_000, 500, 5), Effort(6_000, 2_000, 20))),
)


@dataclass(frozen=True)
class Sum:
    """A sum over the people of some kinds, of counts times factors; from `low` to `high`."""

    kinds: frozenset[Kind]
    weigh: tuple[tuple[Count, float], ...]
    low: float = -np.inf
    high: float = np.inf


Life = tuple[Kind, Use]


def determined(
    people: Sequence[Life],
    others: Sequence[Life],
    known: Sequence[Sum],
    wanted: Mapping[str, Sum],
    own: Life | None = None,
    kept: Sequence[str] | None = None,
) -> list[str]:
    """The wanted sums that have one value in every company that was found.

    Args:
        people: the true company.
        others: who else may be there instead.
        known: the figures, which hold for `people`.
        own: who of these people looks: what they did themselves is known to them.
        kept: everybody stays of their kind, and who they are in these fields.
    """
    left = dict(wanted)
    for each in _ROUNDS:
        # All are looked at in the last one.
        if left and (each.others or 0) < len(others):
            some = random.Random(0).sample(others, each.others or len(others))
            left = _unmoved(people, some, known, left, own, kept, each)
    return list(left)


def _unmoved(
    people: Sequence[Life],
    others: Sequence[Life],
    known: Sequence[Sum],
    wanted: Mapping[str, Sum],
    own: Life | None,
    kept: Sequence[str] | None,
    most: Round,
) -> dict[str, Sum]:
    """The wanted sums that are the same in all companies of some of those who may be there."""
    lives = list(dict.fromkeys([*people, *others]))
    place = {life: n for n, life in enumerate(lives)}
    counts = np.bincount([place[life] for life in people], minlength=len(lives))
    known, table = _merged(known), _Table(lives)
    # The same sum under several names is looked for once.
    sought = list(dict.fromkeys((each.kinds, each.weigh) for each in wanted.values()))
    values, of_sought = _distinct(table.values([Sum(*each) for each in sought]))
    figures = table.values(known)
    low, high = (np.array([getattr(each, end) for each in known]) for end in ("low", "high"))
    if own is not None:
        counts[place[own]] -= 1
        low, high = low - figures[place[own]], high - figures[place[own]]
    alike = None if kept is None else _alike(lives, kept)
    search = _Search(figures, values, low - 1e-6, high + 1e-6, counts, alike)
    search.walk(most.steps)
    search.solve(most.efforts)
    is_open = dict(zip(sought, search.is_open[of_sought], strict=True))
    return {n: each for n, each in wanted.items() if not is_open[each.kinds, each.weigh]}


def _alike(lives: Sequence[Life], fields: Sequence[str]) -> np.ndarray:
    """A number for each life, the same for those of one kind that are the same in some fields."""
    keys = [(kind, *(getattr(use, name) for name in fields)) for kind, use in lives]
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys])


def _distinct(values: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """The columns that differ, and which of them each column is."""
    places: dict[bytes, int] = {}
    at = [places.setdefault(column.tobytes(), len(places)) for column in values.T]
    first = list(dict(zip(reversed(at), reversed(range(len(at))), strict=True)).items())
    return values[:, [column for _, column in sorted(first)]], at


class _Table:
    """What each life adds to each sum."""

    def __init__(self, lives: Sequence[Life]) -> None:
        kinds, uses = (dict.fromkeys(part) for part in zip(*lives, strict=True))
        self._kinds, self._uses = list(kinds), list(uses)
        of_kind, of_use = (
            {part: n for n, part in enumerate(each)} for each in (self._kinds, self._uses)
        )
        self._at_kind = [of_kind[kind] for kind, _ in lives]
        self._at_use = [of_use[use] for _, use in lives]
        self._fields: dict[tuple[str, ...], tuple[list[tuple[Any, ...]], np.ndarray]] = {}
        self._counts: dict[Count, np.ndarray] = {}

    def values(self, sums: Sequence[Sum]) -> np.ndarray:
        """A row for each life, a column for each sum."""
        groups = {kinds: n for n, kinds in enumerate(dict.fromkeys(s.kinds for s in sums))}
        weighs = {weigh: n for n, weigh in enumerate(dict.fromkeys(s.weigh for s in sums))}
        belongs = np.array([[kind in g for g in groups] for kind in self._kinds])
        weights = np.zeros((len(self._uses), len(weighs)))
        for weigh, n in weighs.items():
            for count, factor in weigh:
                weights[:, n] += factor * self._of(count)
        columns = [groups[s.kinds] for s in sums], [weighs[s.weigh] for s in sums]
        return belongs[self._at_kind][:, columns[0]] * weights[self._at_use][:, columns[1]]

    def _of(self, count: Count) -> np.ndarray:
        """A count of each use: those alike in the fields that matter are counted once."""
        if count not in self._counts:
            if count.fields not in self._fields:
                get = [attrgetter(name) for name in count.fields]
                rows = [tuple(each(use) for each in get) for use in self._uses]
                places = {row: n for n, row in enumerate(dict.fromkeys(rows))}
                self._fields[count.fields] = list(places), np.array([places[row] for row in rows])
            rows, at = self._fields[count.fields]
            self._counts[count] = np.array([count.of(*row, *count.args) for row in rows])[at]
        return self._counts[count]


def _merged(sums: Sequence[Sum]) -> list[Sum]:
    """Bounds of the same sum as one."""
    found: dict[tuple[Any, ...], Sum] = {}
    for each in sums:
        key = each.kinds, each.weigh
        low, high = (found[key].low, found[key].high) if key in found else (-np.inf, np.inf)
        found[key] = Sum(each.kinds, each.weigh, max(low, each.low), min(high, each.high))
    return list(found.values())


def _solution(
    costs: np.ndarray, constraints: Sequence[LinearConstraint], whole: np.ndarray, seconds: float
) -> np.ndarray | None:
    """What `milp` finds in so many seconds of the processor; None for nothing.

    Its own limit is by the clock: on a busy machine it may pass before much is tried.
    """
    limit = seconds
    while True:
        began = time.process_time()
        options = {"time_limit": limit, "mip_rel_gap": 0.9}
        found = milp(
            costs,
            constraints=constraints,
            integrality=whole,
            bounds=Bounds(0, 200),
            options=options,
        )
        is_cut_short = found.status == _LIMIT_REACHED and found.x is None
        if not is_cut_short or time.process_time() - began >= _ENOUGH * seconds:
            solution: np.ndarray | None = found.x
            return solution
        limit *= 2


class _Search:
    """A walk from company to company; a company is how often each life is there."""

    def __init__(
        self,
        figures: np.ndarray,
        wanted: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        counts: np.ndarray,
        alike: np.ndarray | None = None,
    ) -> None:
        # The last life is nobody, for whom somebody may come or go.
        figures, self.wanted = (
            np.vstack([values, np.zeros(values.shape[1])]) for values in (figures, wanted)
        )
        self.chance = np.random.default_rng(0)
        self.counts, self.true = np.append(counts, _MANY_MORE), counts @ wanted
        self.is_open = np.zeros(len(self.true), dtype=bool)
        shown = self.counts @ figures
        assert ((shown >= low) & (shown <= high)).all(), "the figures do not fit the true company"
        # Who may come for whom: those with the same number; everybody where there are none.
        self.alike = alike
        self.instead: dict[int, np.ndarray] = {}
        # Figures that most exchanges break are looked at first.
        order = np.argsort(-self._broken(figures, shown, low, high), kind="stable")
        self.figures, self.low, self.high = figures[:, order], low[order], high[order]
        ends = [0, *(n for n in _BLOCKS if n < len(order)), len(order)]
        # A row for each figure: that is read faster than a row for each life.
        self.blocks = [
            (slice(a, b), np.ascontiguousarray(self.figures[:, a:b].T)) for a, b in pairwise(ends)
        ]

    def walk(self, most: int) -> None:
        """Marks the wanted sums that differ in the companies around a walk from the true one.

        Args:
            most: it ends after so many steps that mark none.
        """
        counts, moved = self.counts.copy(), np.zeros(len(self.true))
        shown, left = counts @ self.figures, most
        while left and not self.is_open.all():
            left -= 1
            out = self.chance.choice(self._here(counts))
            found = self._fitting(out, shown - self.figures[out])
            if self._mark(moved - self.wanted[out] + self.wanted[found]):
                left = most
            if found.size:
                into = self.chance.choice(found)
                shown = shown + self.figures[into] - self.figures[out]
                moved = moved + self.wanted[into] - self.wanted[out]
                counts[out] -= 1
                counts[into] += 1

    def solve(self, efforts: Iterable[Effort]) -> None:
        """Looks for companies in which the sums that never differed do."""
        for effort in efforts:
            for number in map(int, np.flatnonzero(~self.is_open)):
                lives = self._some(number, effort.some)
                for sign in (-1, 1):
                    # No count is negative.
                    if not self.is_open[number] and (sign > 0 or self.true[number] > 0):
                        self._move(lives, number, sign, effort)

    def _some(self, number: int, most: int) -> np.ndarray:
        """Those who are there, and some of those who may come instead: half count in the sum."""
        others = self.chance.permutation(np.flatnonzero(self.counts == 0))
        counting = self.wanted[others, number] != 0
        chosen = [others[counting][: most // 2], others[~counting][:most]]
        return np.concatenate([np.flatnonzero(self.counts[:-1]), *chosen])

    def _move(self, lives: np.ndarray, number: int, sign: int, effort: Effort) -> None:
        """Makes a sum smaller (-1) or larger (1), if the figures allow it for whole people.

        Who is needed for it is found by allowing any share of a person first.
        """
        least = number, sign
        found = self._solved(lives, least, _SECONDS)
        if found is None:
            return
        here = len(lives) - np.count_nonzero(self.counts[lives] == 0)
        rest = self.chance.permutation(np.arange(here, len(lives)))[: effort.whole]
        some = np.union1d(np.concatenate([np.arange(here), rest]), np.flatnonzero(found > 1e-9))
        whole = self._solved(lives[some], least, effort.seconds, is_whole=True)
        if whole is not None:
            self._mark((np.round(whole) @ self.wanted[lives[some]] - self.true)[None])

    def _solved(
        self,
        lives: np.ndarray,
        least: tuple[int, int],
        seconds: float,
        *,
        is_whole: bool = False,
    ) -> np.ndarray | None:
        """A company that fits the figures with few other people; None where none is found.

        Args:
            least: which sum must be larger (1) or smaller (-1) than in truth.
        """
        number, sign = least
        moved = sign * self.wanted[lives, number]
        figures = csr_array(np.vstack([self.figures[lives].T, moved]))
        low = np.append(self.low, sign * self.true[number] + 1)
        constraints = [LinearConstraint(figures, low, np.append(self.high, np.inf))]
        if self.alike is not None:
            constraints.append(self._as_many(lives))
        costs, whole = 1.0 * (self.counts[lives] == 0), np.full(len(lives), int(is_whole))
        return _solution(costs, constraints, whole, seconds)

    def _as_many(self, lives: np.ndarray) -> LinearConstraint:
        """That of those who are alike there are as many as in truth."""
        assert self.alike is not None
        places = self.alike[lives], np.arange(len(lives))
        there = np.bincount(self.alike, self.counts[:-1])
        sums = csr_array((np.ones(len(lives)), places), shape=(len(there), len(lives)))
        return LinearConstraint(sums, there, there)

    def _mark(self, moved: np.ndarray, least: float = 0.5) -> bool:
        """Notes which sums differ by so much; True where one is new."""
        closed = np.flatnonzero(~self.is_open)
        new = (np.abs(moved[:, closed]) > least).any(axis=0)
        self.is_open[closed[new]] = True
        return bool(new.any())

    def _instead_of(self, out: int) -> np.ndarray:
        """Those who are like somebody in what stays."""
        assert self.alike is not None
        number = self.alike[out]
        if number not in self.instead:
            self.instead[number] = np.flatnonzero(self.alike == number)
        return self.instead[number]

    def _here(self, counts: np.ndarray) -> np.ndarray:
        """Those who are there, and nobody: unless for everybody somebody alike must come."""
        return np.flatnonzero(counts if self.alike is None else counts[:-1])

    def _fitting(self, out: int, shown: np.ndarray) -> np.ndarray:
        """Who may come for somebody, so that every figure stays as it is shown."""
        found = np.arange(len(self.counts)) if self.alike is None else self._instead_of(out)
        for columns, figures in self.blocks:
            trial = figures[:, found] if found.size < figures.shape[1] else figures
            low, high = self.low[columns] - shown[columns], self.high[columns] - shown[columns]
            found = found[((trial >= low[:, None]) & (trial <= high[:, None])).all(axis=0)]
            if not found.size:
                break
        return found

    def _broken(
        self, figures: np.ndarray, shown: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> np.ndarray:
        """How many of some exchanges break each figure."""
        here = np.flatnonzero(self.counts)
        out, into = self.chance.choice(here, 400), self.chance.integers(len(figures), size=400)
        trial = shown + figures[into] - figures[out]
        broken: np.ndarray = ((trial < low) | (trial > high)).sum(axis=0)
        return broken
