"""Other companies in which the same figures would be shown.

A count that differs between two such companies can't be computed from the figures. Most are found
by exchange: from the true company, somebody is added, removed, or replaced by somebody else, as
long as every figure stays within what its rounding leaves open, and again from there. Counts that
never differed on the way are changed first, and then exchanges follow until the figures fit again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.adoption.reports.people import Kind, Use

# The search ends after so many steps without success; a step tries so many who go and who come.
_MOST_STEPS = 1_000
_FEW, _MANY = 4, 60
_TRIES, _REPAIRS = 400, 120


@dataclass(frozen=True)
class Sum:
    """A sum over the people of some kinds, by what they used; from `low` to `high` if known."""

    kinds: frozenset[Kind]
    weigh: Callable[[Use], float]
    low: float = -np.inf
    high: float = np.inf


Life = tuple[Kind, Use]


def determined(
    people: Sequence[Life], others: Sequence[Life], known: Sequence[Sum], wanted: Mapping[str, Sum]
) -> list[str]:
    """The wanted sums that have one value in every company that was found.

    Args:
        people: the true company.
        others: who else may be there instead.
        known: the figures, which hold for `people`.
    """
    lives = list(dict.fromkeys([*people, *others]))
    place = {life: n for n, life in enumerate(lives)}
    counts = np.bincount([place[life] for life in people], minlength=len(lives))
    values = _values(lives, known), _values(lives, list(wanted.values()))
    search = _Search(*values, known, counts)
    search.walk()
    search.force()
    return [name for name, is_open in zip(wanted, search.is_open, strict=True) if not is_open]


def _values(lives: Sequence[Life], sums: Sequence[Sum]) -> np.ndarray:
    """What each life adds to each sum."""
    kinds, uses = (
        {part: n for n, part in enumerate(dict.fromkeys(p))} for p in zip(*lives, strict=True)
    )
    belongs = np.array([[kind in each.kinds for each in sums] for kind in kinds], dtype=float)
    weights = np.array([[each.weigh(use) for each in sums] for use in uses], dtype=float)
    at_kind, at_use = [kinds[k] for k, _ in lives], [uses[u] for _, u in lives]
    return belongs[at_kind] * weights[at_use]


class _Search:
    """A walk from company to company; a company is how often each life is there."""

    def __init__(
        self, figures: np.ndarray, wanted: np.ndarray, known: Sequence[Sum], counts: np.ndarray
    ) -> None:
        # The last life is nobody, for whom somebody may come or go.
        self.figures, self.wanted = (
            np.vstack([values, np.zeros(values.shape[1])]) for values in (figures, wanted)
        )
        self.low = np.array([each.low for each in known]) - 1e-6
        self.high = np.array([each.high for each in known]) + 1e-6
        self.scale = np.maximum(1, np.abs(self.figures).max(axis=0))
        self.chance = np.random.default_rng(0)
        self.counts, self.true = counts, counts @ wanted
        self.is_open = np.zeros(wanted.shape[1], dtype=bool)

    def walk(self) -> None:
        """Marks the wanted sums that differ in the companies around a walk from the true one."""
        counts = np.append(self.counts, _MOST_STEPS)
        shown = counts.astype(float) @ self.figures
        assert self._fits(shown).all(), "the figures do not fit the true company"
        moved = np.zeros(len(self.true))
        left = _MOST_STEPS
        while left and not self.is_open.all():
            left -= 1
            closed = np.flatnonzero(~self.is_open)
            out, into = self._moves(counts, shown, self.wanted[:, self.chance.choice(closed)])
            changed = moved[closed] + self.wanted[np.ix_(into, closed)]
            changed -= self.wanted[np.ix_(out, closed)]
            found = closed[(np.abs(changed) > 0.5).any(axis=0)]
            self.is_open[found] = True
            if found.size:
                left = _MOST_STEPS
            if out.size:
                one = self.chance.integers(out.size)
                counts[out[one]] -= 1
                counts[into[one]] += 1
                shown = shown + self.figures[into[one]] - self.figures[out[one]]
                moved += self.wanted[into[one]] - self.wanted[out[one]]

    def force(self) -> None:
        """Changes the sums that never differed, and repairs the figures that fit no more."""
        for _ in range(_TRIES):
            for number in np.flatnonzero(~self.is_open):
                if not self.is_open[number]:
                    self._force(number, int(self.chance.choice([-1, 1])))

    def _force(self, number: int, sign: int) -> None:
        """Looks for a company with a larger (1) or smaller (-1) sum, one exchange after another."""
        counts = np.append(self.counts, _MOST_STEPS)
        shown, moved = counts.astype(float) @ self.figures, np.zeros(len(self.true))
        for _ in range(_REPAIRS):
            out, into = self._pairs(counts, self.wanted[:, number])
            trial = shown + self.figures[into] - self.figures[out]
            off = np.maximum(self.low - trial, trial - self.high).clip(0) / self.scale
            change = self.wanted[into, number] - self.wanted[out, number]
            cost = off.sum(axis=1) + (1 - sign * (moved[number] + change)).clip(0)
            best = cost.argmin()
            counts[out[best]] -= 1
            counts[into[best]] += 1
            shown = trial[best]
            moved += self.wanted[into[best]] - self.wanted[out[best]]
            if cost[best] < 1e-6:
                self.is_open |= np.abs(moved) > 0.5
                return

    def _moves(
        self, counts: np.ndarray, shown: np.ndarray, sought: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pairs that leave every figure as it is shown."""
        out, into = self._pairs(counts, sought)
        fits = self._fits(shown + self.figures[into] - self.figures[out])
        return out[fits], into[fits]

    def _pairs(self, counts: np.ndarray, sought: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Who may go and who may come instead, for some that count in a sum and some others."""
        here, nobody = np.flatnonzero(counts[:-1]), len(counts) - 1
        if self.chance.random() < 0.5:
            go, come = here[sought[here] != 0], np.arange(nobody)
        else:
            go, come = here, np.flatnonzero(sought)
        go, come = (
            np.append(self.chance.permutation(lives)[:most], nobody)
            for lives, most in ((go, _FEW), (come, _MANY))
        )
        out, into = np.repeat(go, come.size), np.tile(come, go.size)
        return out[out != into], into[out != into]

    def _fits(self, shown: np.ndarray) -> np.ndarray:
        return ((shown >= self.low) & (shown <= self.high)).all(axis=-1)
