"""Somebody who collects all figures of two weeks and solves for small groups.

The attacker knows the rounding rules and which kinds of people there are (team, wave, seats, in
which of the weeks they are on the roster), but no counts. Every shown figure becomes linear
constraints over whole numbers: how many people each kind has, and how many of them were active. A
small group is solved where its smallest and largest possible count are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from adoption.privacy.disclosure import ROUNDED_TO, ShownShare
from adoption.privacy.groups import OTHERS
from adoption.reports.report.model import Report
from adoption.reports.targets import Dimension
from adoption.reports.use import UseFigures

WEEKS = ("before", "now")
MEASURES = ("weekly", "monthly", "habitual", "never_used")


@dataclass(frozen=True)
class Kind:
    """People who are the same in all that figures are parted by.

    Attributes:
        weeks: in which of the two weeks they are on the roster; none for those who never are.
    """

    team: str | None
    wave: str | None
    seats: frozenset[str]
    weeks: frozenset[str]


@dataclass(frozen=True)
class Figure:
    """A shown share or size of a group in a week; without a measure it is the size."""

    week: str
    tool: str | None
    measure: str | None
    kinds: Sequence[Kind]
    share: ShownShare


@dataclass
class Attacker:
    """Collects figures, then solves."""

    kinds: Sequence[Kind]
    people: Sequence[Kind]
    minimum: int
    tools: Sequence[str]
    figures: list[Figure] = field(default_factory=list)

    def read_digest(self, text: str, weeks: dict[str, str]) -> None:
        """Takes in a digest's JSON; `weeks` names its `now` and `before` among the two weeks."""
        data = json.loads(text)["use"]
        for own, week in weeks.items():
            self._add(week, None, self._all, _parsed(data[own]))
            for group in data["teams"]:
                names = {each["name"] for each in data["teams"]}
                members = self._group("team", group["name"], names, weeks["now"])
                self._add(week, None, members, _parsed(group[own]))
            for group in data["tools"]:
                self._add(week, group["name"], self._seated(group["name"]), _parsed(group[own]))

    def read_report(self, report: Report, week: str) -> None:
        """Takes in what a report's page, tables and CSV show."""
        for dimension, attribute in ((Dimension.TEAM, "team"), (Dimension.WAVE, "wave")):
            found = report.by(dimension)
            names = {group.name for group in found}
            for group in found:
                self._add(week, None, self._group(attribute, group.name, names), group.figures)
        for group in report.by(Dimension.TOOL):
            self._add(week, group.name, self._seated(group.name), group.figures)
        self._add(week, None, self._all, report.figures)

    def solved(self) -> list[str]:
        """Everything about a small group that the figures determine."""
        model = _Model(self)
        wanted = []
        for name, kinds in self.small_groups():
            for week in WEEKS:
                counted = [kind for kind in kinds if week in kind.weeks]
                if 0 < sum(kind in counted for kind in self.people) < self.minimum:
                    for measure in (None, *MEASURES):
                        what = f"{name}, {week}, {measure or 'size'}"
                        wanted.append((what, model.sum_of(counted, week, measure)))
        return [what for what, cost in wanted if model.determines(cost)]

    def small_groups(self) -> Iterator[tuple[str, list[Kind]]]:
        """Groups of fewer people than the minimum that somebody may want to know about."""
        wanted: dict[str, Callable[[Kind], bool]] = {
            "joined": lambda k: k.weeks == {"now"},
            "left": lambda k: k.weeks == {"before"},
        }
        for tool in self.tools:
            wanted[f"no seat for {tool}"] = lambda k, tool=tool: tool not in k.seats
            wanted[f"seat for {tool}"] = lambda k, tool=tool: tool in k.seats
        for team in {kind.team for kind in self.kinds}:
            wanted[f"team {team}"] = lambda k, team=team: k.team == team
        for wave in {kind.wave for kind in self.kinds}:
            wanted[f"wave {wave}"] = lambda k, wave=wave: k.wave == wave
        for kind in self.kinds:
            wanted[str(kind)] = lambda k, kind=kind: k == kind
        for name, holds in wanted.items():
            kinds = [kind for kind in self.kinds if holds(kind)]
            if 0 < sum(kind in kinds for kind in self.people) < self.minimum:
                yield name, kinds

    @property
    def _all(self) -> list[Kind]:
        return list(self.kinds)

    def _seated(self, tool: str) -> list[Kind]:
        found = [kind for kind in self.kinds if tool in kind.seats]
        return found or self._all

    def _group(self, attribute: str, name: str, shown: set[str], week: str = "now") -> list[Kind]:
        def own(kind: Kind) -> str:
            value = getattr(kind, attribute) or "none"
            return value if value in shown else OTHERS

        # Groups are made of the people who are there in the digest's own week.
        return [kind for kind in self.kinds if own(kind) == name and week in kind.weeks]

    def _add(self, week: str, tool: str | None, kinds: Sequence[Kind], use: UseFigures) -> None:
        there = [kind for kind in kinds if week in kind.weeks]
        if use.eligible:
            size = ShownShare(None, 0.0, use.eligible)
            self.figures.append(Figure(week, tool, None, there, size))
        for measure in MEASURES:
            share = getattr(use, measure)
            if share.value is not None:
                self.figures.append(Figure(week, tool, measure, there, share))


class _Model:
    """The constraints as a matrix; variables are people of a kind, and of them the active ones."""

    def __init__(self, attacker: Attacker) -> None:
        self.kinds = attacker.kinds
        self.index: dict[tuple, int] = {}
        self.rows: list[dict[int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.solutions: list[np.ndarray] = []
        for kind in self.kinds:
            self._variables(kind, attacker.tools)
        for figure in attacker.figures:
            self._figure(figure, attacker.minimum)

    def sum_of(self, kinds: Sequence[Kind], week: str, measure: str | None) -> np.ndarray:
        """How many people of some kinds, as weights of the variables."""
        weights = np.zeros(len(self.index))
        for kind in kinds:
            weights[self._at(kind, week, None, measure)] += 1
        return weights

    def determines(self, weights: np.ndarray) -> bool:
        """Whether the figures allow one value only."""
        if len({round(float(weights @ found)) for found in self.solutions}) > 1:
            return False
        ends = [float(weights @ self._solve(sign * weights)) for sign in (1, -1)]
        return round(ends[0]) == round(ends[1])

    def _solve(self, cost: np.ndarray) -> np.ndarray:
        result = milp(
            cost,
            constraints=self._constraints,
            integrality=np.ones(len(self.index)),
            bounds=Bounds(0, 200),
            # Any two solutions that differ will do.
            options={"mip_rel_gap": 0.5, "time_limit": 20},
        )
        assert result.x is not None, result.message
        self.solutions.append(result.x)
        return result.x

    @cached_property
    def _constraints(self) -> LinearConstraint:
        entries = [(n, at, weight) for n, row in enumerate(self.rows) for at, weight in row.items()]
        rows, columns, weights = zip(*entries, strict=True)
        shape = (len(self.rows), len(self.index))
        return LinearConstraint(csr_array((weights, (rows, columns)), shape), self.low, self.high)

    def _at(self, kind: Kind, week: str, tool: str | None, measure: str | None) -> int:
        key = ("size", kind) if measure is None else (kind, week, tool, measure)
        return self.index.setdefault(key, len(self.index))

    def _row(self, low: float, high: float, row: dict[int, float]) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _variables(self, kind: Kind, tools: Sequence[str]) -> None:
        """What anybody knows of the measures: which of them include which."""
        size = self._at(kind, "", None, None)
        for week in WEEKS:
            for tool in (None, *tools):
                at = {name: self._at(kind, week, tool, name) for name in MEASURES}
                self._row(0, np.inf, {size: 1, at["monthly"]: -1, at["never_used"]: -1})
                self._row(0, np.inf, {at["monthly"]: 1, at["weekly"]: -1})
                self._row(0, np.inf, {size: 1, at["habitual"]: -1})
            for measure in ("weekly", "monthly"):
                whole = self._at(kind, week, None, measure)
                used = [self._at(kind, week, tool, measure) for tool in tools]
                for at_tool in used:
                    self._row(0, np.inf, {whole: 1, at_tool: -1})
                self._row(0, np.inf, {whole: -1} | dict.fromkeys(used, 1))
        if kind.weeks == set(WEEKS):
            then, now = (self._at(kind, week, None, "never_used") for week in WEEKS)
            self._row(0, np.inf, {then: 1, now: -1})

    def _figure(self, figure: Figure, minimum: int) -> None:
        sizes = [self._at(kind, "", None, None) for kind in figure.kinds]
        # Rounded up or down at random: the true size is less than a step away.
        shown = figure.share.size
        least = max(minimum, shown - ROUNDED_TO + 1)
        self._row(least, shown + ROUNDED_TO - 1, dict.fromkeys(sizes, 1))
        if figure.measure is None:
            return
        value, step = figure.share.value, figure.share.step
        active = [self._at(kind, figure.week, figure.tool, figure.measure) for kind in figure.kinds]
        parts, place = round(1 / step), round(value / step)
        for bound, sign in ((place - 1, 1), (place + 1, -1)):
            row = dict.fromkeys(active, float(sign * parts))
            row.update(dict.fromkeys(sizes, float(-sign * bound)))
            self._row(1, np.inf, row)


def _parsed(data: dict) -> UseFigures:
    """A group's figures as the JSON shows them."""
    shares = {
        name: ShownShare(each["share"], each["step"], each["size"])
        for name in MEASURES
        if (each := data[name])
    }
    return UseFigures(eligible=data["eligible"], **shares)
