"""Somebody who collects all figures of two weeks and solves for small groups.

The attacker knows the rounding rules, which kinds of people there are, when sessions and messages
were, and perhaps how many people each team has. Every shown figure bounds a sum over some kinds.
A small group is solved where its count is the same in every company that fits.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adoption.nudges.preview import people_in
from adoption.privacy.disclosure import MANY, ROUNDED_TO, ShownShare, _parts
from adoption.privacy.groups import OTHERS, Minimum, fold
from tests.disclosure import people
from tests.disclosure.figures import Figure, figures_in, size
from tests.disclosure.people import STRANGER, Count, Kind, Use, holds
from tests.disclosure.worlds import Life, Sum

# Weeks are counted back: 0 is this week, 1 the last one, 4 four weeks ago.
PERIODS = (0, 1)
SHARES = ("weekly", "monthly", "habitual", "never_used")
# Messages are at least so many weeks apart.
PAUSE_WEEKS = 2
ONCE, ANYBODY = 1.0, people.everybody()
# What a figure is of.
Key = tuple[Any, ...]
# Two shares of whole people are further apart than this.
_LESS = 0.004


@dataclass
class Attacker:
    """Collects figures, then solves.

    Attributes:
        minimum: the smallest group that is shown; fewer people than `small` are a small group.
        sessions: in which weeks people were trained; `about` is the tool that they were about.
        campaign: the week of the messages about the first tool.
        own: who of the people they are; None for somebody else.
        pulse_groups: whom the groups that are shown of each round consist of.
    """

    people: Sequence[Life]
    minimum: int
    tools: Sequence[str]
    sessions: Sequence[int] = ()
    about: str = ""
    campaign: int = 3
    known: dict[Key, list[Sum]] = field(default_factory=dict)
    knows_teams: bool = False
    knows_sessions: bool = False
    small: int = 0
    pulse_groups: Sequence[Mapping[str, frozenset[Kind]]] = ()
    own: Life | None = None

    def __post_init__(self) -> None:
        there = {kind for kind, _ in self.people if kind != STRANGER}
        made = itertools.product(
            {kind.team for kind in there},
            {kind.wave for kind in there},
            map(frozenset, _subsets(self.tools)),
            map(frozenset, ({"now", "before"}, {"now"}, {"before"})),
        )
        self.kinds = sorted({STRANGER, *itertools.starmap(Kind, made)}, key=str)

    @property
    def staff(self) -> list[Kind]:
        """Those who are or were on the roster: nobody else is asked how it goes."""
        return self.those(lambda kind: kind != STRANGER)

    def is_recent(self, back: int) -> bool:
        """Whether whoever was picked in the campaign gets no other message in a week."""
        return 0 <= self.campaign - back < PAUSE_WEEKS

    def learn_teams(self) -> None:
        """Looks up how many people each team has in each week."""
        self.knows_teams = True
        for team, back in itertools.product({kind.team for kind in self.staff}, PERIODS):
            there = frozenset(k for k in self.staff if k.team == team and k.is_there(back))
            count = sum(kind in there for kind, _ in self.people)
            self.known["team", team, back] = [Sum(there, ((ANYBODY, ONCE),), count, count)]

    def those(self, fits: Callable[[Kind], bool]) -> list[Kind]:
        """The kinds that fit."""
        return [kind for kind in self.kinds if fits(kind)]

    def holders(self, tool: str) -> list[Kind]:
        """Those with a seat for a tool, or everybody where nobody has one."""
        return self.those(lambda kind: tool in kind.seats) or self.kinds

    def seated(self, tool: str, back: int) -> list[Kind]:
        """The same of a week, or everybody where those without a seat are few, which they learn."""
        holders = [kind for kind in self.holders(tool) if kind.is_there(back)]
        there = self.those(lambda kind: kind.is_there(back))
        without = frozenset(there) - frozenset(holders)
        are_few = self.total(without, ANYBODY) < self.minimum <= self.total(holders, ANYBODY)
        if without:
            ends = (0, self.minimum - 1) if are_few else (self.minimum, np.inf)
            self.known["without a seat", tool, back] = [Sum(without, ((ANYBODY, ONCE),), *ends)]
        return there if are_few else holders

    def group(self, attribute: str, name: str, shown: Iterable[str], back: int) -> list[Kind]:
        """The people of a team or wave that is shown among others, who are there in a week."""
        named = set(shown)

        def own(kind: Kind) -> str:
            value = getattr(kind, attribute) or "none"
            return value if value in named else OTHERS

        return self.those(lambda kind: own(kind) == name and kind.is_there(back))

    def learn_share(
        self,
        key: Key,
        kinds: Iterable[Kind],
        part: Count,
        whole: Count,
        figures: Sequence[Figure],
    ) -> None:
        """What a shown share says of the sums of `part` and `whole` over some kinds.

        Where a text leaves its step open, the one that the true size asks for is given away.
        """
        counted = frozenset(kinds)
        steps = self._steps(counted, whole) if len(figures) > 1 else ()
        for figure in figures:
            sums = list(self._bounds(counted, part, whole, figure))
            if len(figures) == 1 or (figure.parts in steps and all(map(self._is_true, sums))):
                self.known[*key, counted, part, whole, figure] = sums
                return
        assert not figures, f"{key} does not fit: {figures}"

    def read_share(
        self, key: Key, kinds: Iterable[Kind], part: Count, whole: Count, text: str, **more: bool
    ) -> None:
        """The same of a share as it is written."""
        self.learn_share(key, kinds, part, whole, figures_in(text, **more))

    def read_size(self, key: Key, kinds: Iterable[Kind], whole: Count, count: int) -> None:
        """What a rounded size says; that nothing of a kind happened at all is no secret."""
        if count:
            self.learn_share(key, kinds, whole, whole, [size(count)])

    def read_count(self, key: Key, kinds: Iterable[Kind], whole: Count, count: int | None) -> None:
        """The same of a size that is None where there are some, but too few people."""
        if count is None:
            self.learn_few((*key, "few"), kinds, whole, some=True)
        else:
            self.read_size(key, kinds, whole, count)

    def learn_part(
        self,
        key: Key,
        kinds: Iterable[Kind],
        part: Count,
        whole: Count,
        count: int,
        least: int | None = None,
    ) -> None:
        """What is said by about how many people a share stands for that is not shown itself.

        Its steps, and the rounded size of its group, are given away.

        Args:
            least: so many they are at least; the minimum where it is left out.
        """
        counted = frozenset(kinds)
        true = round(self._total(Sum(counted, ((whole, ONCE),))))
        sizes = {max(5, true // ROUNDED_TO * ROUNDED_TO), -(-true // ROUNDED_TO) * ROUNDED_TO}
        parts = {n: _parts(max(self.minimum, n - ROUNDED_TO + 1)) for n in sizes}
        fits = [
            (step / each, 1 / each)
            for n, each in parts.items()
            for step in range(each + 1)
            if people_in(ShownShare(step / each, 1 / each, n)) == count
        ]
        assert fits, f"{key}: {count} of {true}"
        low, high = min(v - off for v, off in fits), max(v + off for v, off in fits)
        self.known[*key, "share"] = list(_between(counted, part, whole, low, high))
        self.known[*key, "size"] = [
            Sum(counted, ((part, ONCE),), self.minimum if least is None else least)
        ]

    def teams_among(self, kinds: Iterable[Kind]) -> dict[str, frozenset[Kind]]:
        """The teams of some people as they are named, small ones together."""
        counted = frozenset(kinds)
        sizes = Counter(kind.team or "none" for kind, _ in self.people if kind in counted)
        names = fold(sizes, Minimum(self.minimum))
        found: dict[str, set[Kind]] = {}
        for kind in counted:
            if name := names.get(kind.team or "none"):
                found.setdefault(name, set()).add(kind)
        return {name: frozenset(those) for name, those in found.items()}

    def learn_few(self, key: Key, kinds: Iterable[Kind], whole: Count, *, some: bool) -> None:
        """That something is of fewer people than the minimum, of none at all unless `some`."""
        counted = frozenset(kinds)
        low = 1 if some else 0
        self.known[key] = [Sum(counted, ((whole, ONCE),), low, self.minimum - 1)]

    def learn_mean(
        self, key: Key, kinds: Iterable[Kind], part: Count, whole: Count, low: float, high: float
    ) -> None:
        """That the mean of `part` over those who count in `whole` is between two ends."""
        self.known[*key, low, high] = list(_between(frozenset(kinds), part, whole, low, high))

    def step_of_mean(self, mean: float, kinds: Iterable[Kind], whole: Count) -> float:
        """How far from a shown mean the true one is at most, where the text leaves it open too."""
        total = self._total(Sum(frozenset(kinds), ((whole, ONCE),)))
        return 0.15 if mean * 2 % 1 or total >= MANY + ROUNDED_TO else 0.55

    def is_between(
        self, kinds: frozenset[Kind], part: Count, whole: Count, low: float, high: float
    ) -> bool:
        """Whether the mean is between two ends in truth."""
        return all(map(self._is_true, _between(kinds, part, whole, low, high)))

    def learn_sum(
        self, key: Key, kinds: Iterable[Kind], whole: Count, low: float, high: float
    ) -> None:
        """That a sum is between two ends."""
        self.known[*key, low, high] = [Sum(frozenset(kinds), ((whole, ONCE),), low, high)]

    def add(
        self,
        back: int,
        tool: str | None,
        measure: str,
        kinds: Sequence[Kind],
        figures: Sequence[Figure],
    ) -> None:
        """Takes in a share of those of a group who are there in a week."""
        there = frozenset(kind for kind in kinds if kind.is_there(back))
        if there:
            counts = holds(measure, back, tool), ANYBODY
            self.learn_share((back, tool, measure), there, *counts, figures)

    def _bounds(
        self, kinds: frozenset[Kind], part: Count, whole: Count, figure: Figure
    ) -> Iterator[Sum]:
        least, most = figure.size
        yield Sum(kinds, ((whole, ONCE),), max(self.minimum, least), most)
        if part != whole:
            yield from _between(kinds, part, whole, *figure.share, _LESS)

    def _steps(self, kinds: frozenset[Kind], whole: Count) -> set[int]:
        """The steps of a share of a group: its size is rounded up or down, or hidden."""
        true = round(self._total(Sum(kinds, ((whole, ONCE),))))
        rounded = (true // ROUNDED_TO * ROUNDED_TO, -(-true // ROUNDED_TO) * ROUNDED_TO)
        smallest = (max(self.minimum, each - ROUNDED_TO + 1) for each in rounded)
        return {_parts(true), *map(_parts, smallest)}

    def total(self, kinds: Iterable[Kind], whole: Count) -> float:
        """What a sum is in truth."""
        return self._total(Sum(frozenset(kinds), ((whole, ONCE),)))

    def of_others(self, kinds: Iterable[Kind], count: Count) -> float:
        """How much there is in truth of people of some kinds besides the attacker."""
        counted = frozenset(kinds)
        total = self.total(counted, count)
        if self.own is None or self.own[0] not in counted:
            return total
        return total - self._of(count, self.own[1])

    @staticmethod
    def _of(count: Count, use: Use) -> float:
        return count.of(*(getattr(use, name) for name in count.fields), *count.args)

    def _total(self, known: Sum) -> float:
        return sum(
            factor * self._of(count, use)
            for kind, use in self.people
            if kind in known.kinds
            for count, factor in known.weigh
        )

    def _is_true(self, known: Sum) -> bool:
        total = self._total(known)
        return known.low - 1e-6 <= total <= known.high + 1e-6


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return itertools.chain.from_iterable(
        itertools.combinations(names, number) for number in range(len(names) + 1)
    )


def _between(
    kinds: frozenset[Kind], part: Count, whole: Count, low: float, high: float, less: float = 0
) -> Iterator[Sum]:
    yield Sum(kinds, ((part, ONCE), (whole, -low)), less)
    yield Sum(kinds, ((part, -ONCE), (whole, high)), less)
