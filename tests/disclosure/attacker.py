"""Somebody who collects all figures of two weeks and solves for small groups.

The attacker knows the rounding rules, which kinds of people there are, when sessions and messages
were, and perhaps how many people each team has. Every shown figure bounds a sum over some kinds.
A small group is solved where its count is the same in every company that fits.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from adoption.feedback.models import TimeSaved
from adoption.follow_ups.models import Feeling
from adoption.measures import Segment, Transition
from adoption.measures.use import MONTH_WEEKS
from adoption.nudges.preview import people_in
from adoption.privacy.disclosure import MANY, ROUNDED_TO, ShownShare, _parts
from adoption.privacy.groups import OTHERS, Minimum, fold
from adoption.questions.models import Surface
from tests.disclosure import people
from tests.disclosure.company import AWAY, MINUTES, OBSTACLES, PLACES, REASONS, SKIPPED, TIERS
from tests.disclosure.figures import Figure, figures_in, size
from tests.disclosure.people import STRANGER, Count, Kind, Use, event, holds
from tests.disclosure.worlds import Life, Sum, determined

# Weeks are counted back: 0 is this week, 1 the last one, 4 four weeks ago.
PERIODS = (0, 1)
SHARES = ("weekly", "monthly", "habitual", "never_used")
PARTS = (*Segment, *Transition)
_USE = ("weeks", "actions")
# What the preview of a message shows depends on use and on these.
_WITH_USE = (*_USE, "nudge", "away")
# Messages are at least so many weeks apart.
PAUSE_WEEKS = 2
ONCE, ANYBODY = 1.0, people.everybody()
# Two shares of whole people are further apart than this.
_LESS = 0.004
Weigh = tuple[tuple[Count, float], ...]
# What happened to people, those first that depend on another one.
FACETS = (
    "handed",
    "saved",
    "decided",
    "check_in",
    "follow_up",
    "asked",
    "override",
    "trained",
    "waits",
    "nudge",
    "pulse",
    "away",
)
# What else changes with each of them where the others alone do not suffice.
_BESIDES = {
    "handed": ("asked",),
    "saved": ("asked",),
    "asked": ("handed", "saved"),
}


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
    known: dict[tuple, list[Sum]] = field(default_factory=dict)
    knows_teams: bool = False
    small: int = 0
    pulse_groups: Sequence[Mapping[str, frozenset[Kind]]] = ()
    own: Life | None = None

    def __post_init__(self) -> None:
        there = {kind for kind, _ in self.people if kind != STRANGER}
        parts: list[Iterable[Any]] = [
            {kind.team for kind in there},
            {kind.wave for kind in there},
            map(frozenset, _subsets(self.tools)),
            ({"now", "before"}, {"now"}, {"before"}),
        ]
        made = (Kind(*part[:3], frozenset(part[3])) for part in itertools.product(*parts))
        self.kinds = sorted({STRANGER, *made}, key=str)

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

    def seated(self, tool: str) -> list[Kind]:
        """Those with a seat for a tool, or everybody where nobody has one."""
        return self.those(lambda kind: tool in kind.seats) or self.kinds

    def group(self, attribute: str, name: str, shown: Iterable[str], back: int) -> list[Kind]:
        """The people of a team or wave that is shown among others, who are there in a week."""
        named = set(shown)

        def own(kind: Kind) -> str:
            value = getattr(kind, attribute) or "none"
            return value if value in named else OTHERS

        return self.those(lambda kind: own(kind) == name and kind.is_there(back))

    def learn_share(
        self,
        key: tuple,
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
        self, key: tuple, kinds: Iterable[Kind], part: Count, whole: Count, text: str, **more: bool
    ) -> None:
        """The same of a share as it is written."""
        self.learn_share(key, kinds, part, whole, figures_in(text, **more))

    def read_size(self, key: tuple, kinds: Iterable[Kind], whole: Count, count: int) -> None:
        """What a rounded size says; that nothing of a kind happened at all is no secret."""
        if count:
            self.learn_share(key, kinds, whole, whole, [size(count)])

    def read_count(
        self, key: tuple, kinds: Iterable[Kind], whole: Count, count: int | None
    ) -> None:
        """The same of a size that is None where there are some, but too few people."""
        if count is None:
            self.learn_few((*key, "few"), kinds, whole, some=True)
        else:
            self.read_size(key, kinds, whole, count)

    def learn_part(
        self,
        key: tuple,
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

    def learn_few(self, key: tuple, kinds: Iterable[Kind], whole: Count, *, some: bool) -> None:
        """That something is of fewer people than the minimum, of none at all unless `some`."""
        counted = frozenset(kinds)
        low = 1 if some else 0
        self.known[key] = [Sum(counted, ((whole, ONCE),), low, self.minimum - 1)]

    def learn_mean(
        self, key: tuple, kinds: Iterable[Kind], part: Count, whole: Count, low: float, high: float
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
        self, key: tuple, kinds: Iterable[Kind], whole: Count, low: float, high: float
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

    def solved(self) -> list[str]:
        """Everything about a small group that the figures determine.

        What happened to people is looked at apart from what they used: where one of the two
        changes, and the other stays as it is with each person, its figures stay as well. Where
        that finds no other company, both change.
        """
        known = [each for sums in self.known.values() for each in sums]
        wanted = dict(self._wanted())
        solved: list[str] = []
        for field_name in FACETS:
            sought = {
                name: each
                for name, each in wanted.items()
                if _is_about(each, field_name) and not _is_of_all(each)
            }
            own = [each for each in known if _is_about(each, field_name)]
            # Of what no figure is about, nothing follows.
            if sought and own:
                found = self._solved_apart(field_name, own, sought)
                left = {name: sought[name] for name in found}
                more = _BESIDES.get(field_name, _USE)
                besides = [each for each in known if _is_of(each, more)]
                if left:
                    solved += self._solved_apart(field_name, [*own, *besides], left, more)
            wanted = {n: each for n, each in wanted.items() if n not in sought}
        own = [each for each in known if _is_of(each, _WITH_USE)]
        if not own:
            return solved
        linked = [name for name in _WITH_USE if any(_is_about(each, name) for each in own)]
        stripped = [(kind, _only(use, linked)) for kind, use in self.people]
        return solved + determined(
            stripped, list(self._others(stripped)), own, wanted, self._own(linked)
        )

    def _solved_apart(
        self,
        field_name: str,
        known: Sequence[Sum],
        wanted: Mapping[str, Sum],
        more: tuple[str, ...] = (),
    ) -> list[str]:
        """The same of one field, where everything else stays as it is with each person.

        Args:
            more: what changes besides: `_USE`, what belongs to a question, or nothing.
        """
        linked = {n for each in (*known, *wanted.values()) for c, _ in each.weigh for n in c.fields}
        if field_name == "decided":
            linked.add("actions")
        people_ = [(kind, _only(use, linked)) for kind, use in self.people]
        values = list(self._values_of(field_name))
        others = [
            (kind, replace(other, **{field_name: each}))
            for kind, use in dict.fromkeys(people_)
            for other in self._else(use, more)
            for each in values
            if field_name != "decided" or sum(each[1:]) <= use.actions
        ]
        kept = sorted(linked - {field_name, *more})
        return determined(people_, others, known, wanted, self._own(linked), kept)

    def _else(self, use: Use, more: tuple[str, ...]) -> Iterator[Use]:
        """The same with some other use, or another question."""
        yield use
        if more == _USE:
            yield from self._used_else(use)
        elif more:
            values = itertools.product(*map(self._values_of, more))
            yield from (replace(use, **dict(zip(more, each, strict=True))) for each in values)

    def _used_else(self, use: Use) -> Iterator[Use]:
        yield replace(use, weeks=frozenset())
        for tool in self.tools:
            yield from (replace(use, weeks=use.weeks ^ {(tool, week)}) for week in range(14))
            yield replace(use, weeks=frozenset((tool, week) for week in range(14)))

    def _own(self, fields: Iterable[str]) -> Life | None:
        """Who they are, in some fields."""
        if self.own is None:
            return None
        kind, use = self.own
        return kind, _only(use, fields)

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

    def _total(self, known: Sum) -> float:
        return sum(
            factor * count.of(*(getattr(use, name) for name in count.fields), *count.args)
            for kind, use in self.people
            if kind in known.kinds
            for count, factor in known.weigh
        )

    def _is_true(self, known: Sum) -> bool:
        total = self._total(known)
        return known.low - 1e-6 <= total <= known.high + 1e-6

    def _others(self, lives: Sequence[Life]) -> Iterator[Life]:
        """Who may be there instead: people of every kind, with some use of every sort."""
        often, some = range(14), range(7)
        sorts = [(), often, some, *([week] for week in range(11)), *([n, n + 9] for n in PERIODS)]
        weeks = [frozenset((tool, week) for week in sort) for tool in self.tools for sort in sorts]
        for kind, use in dict.fromkeys(lives):
            once = [use.weeks ^ {(t, week)} for t in self.tools for week in range(14)]
            habit = [use.weeks | {(t, n) for n in range(5)} for t in self.tools]
            yield from ((kind, replace(use, weeks=each)) for each in once)
            for each in (use.weeks, *habit):
                yield from ((kind, replace(use, weeks=each, actions=n)) for n in (1, 4, 20))
        uses = dict.fromkeys(use for _, use in lives)
        uses |= dict.fromkeys(Use(each, n) for each in weeks for n in (1, 20))
        yield from itertools.product(self.kinds, uses)

    def _values_of(self, field_name: str) -> Iterable[Any]:
        """What a field may hold instead."""
        felt = [(None, None), *itertools.product(Feeling, OBSTACLES)]
        thumbs = [(False, 0), *((True, thumb) for thumb in (0, 1, -1))]
        states = [("sent", True, ""), ("sent", False, ""), ("held out", False, "")]
        states += [("skipped", False, each.value) for each in SKIPPED]
        scores = (None, 1, 2, 3, 4, 5)
        found: dict[str, Iterable[Any]] = {
            "check_in": [None, *itertools.product(range(5), (True, False), MINUTES)],
            "follow_up": [None, *((n, *how) for n in range(5) for how in felt)],
            "asked": [
                None,
                *((n, *how, each.value) for n in range(5) for how in thumbs for each in PLACES),
            ],
            "override": [None, *((n, each.value) for n in range(6) for each in REASONS)],
            "trained": [None, *itertools.product(self.sessions, (each.value for each in TIERS))],
            "waits": [True, False],
            "away": ["", *(each.value for each in AWAY)],
            "handed": [True, False],
            "saved": ["", *(each.value for each in TimeSaved)],
            "nudge": [None, *states],
            "decided": itertools.product(range(5), range(4), range(3)),
            "pulse": itertools.product(scores, scores),
        }
        return found[field_name]

    def _wanted(self) -> Iterator[tuple[str, Sum]]:
        for name, kinds in self._small_groups():
            for back in PERIODS:
                counted = frozenset(k for k in kinds if k == STRANGER or k.is_there(back))
                if not 0 < self._count(counted) < (self.small or self.minimum):
                    continue
                events = self._events(back) if counted != {STRANGER} else ()
                for what, count in (*self._measures(back), *events):
                    if what != "size" or self._is_size_secret(name):
                        yield f"{name}, {back} back: {what}", Sum(counted, ((count, ONCE),))

    def _is_size_secret(self, name: str) -> bool:
        """Whether the size of a group is nothing that the attacker knew before."""
        return not self.knows_teams or "seat" in name or name == "not on the roster"

    def _measures(self, back: int) -> Iterator[tuple[str, Count]]:
        yield "size", ANYBODY
        for measure, tool in itertools.product(SHARES, (None, *self.tools)):
            yield f"{measure} {tool}" if tool else measure, holds(measure, back, tool)
        yield from ((part, holds(part, back)) for part in PARTS)
        for measure in SHARES[:2]:
            yield f"{measure} a month before", holds(measure, back + MONTH_WEEKS)

    def _events(self, back: int) -> Iterator[tuple[str, Count]]:
        yield "check-in", event("check_in", back, back)
        yield "check-in done", event("check_in", back, back, (1, True))
        yield "follow-up", event("follow_up", back, back)
        yield "follow-up stuck", event("follow_up", back, back, (1, Feeling.STUCK))
        for obstacle in OBSTACLES:
            yield f"follow-up: {obstacle}", event("follow_up", back, back, (2, obstacle))
        yield "asked", event("asked", back, back)
        yield "asked without an answer", event("asked", back, back, (1, False))
        yield "asked in a channel", event("asked", back, back, (3, Surface.CHANNEL.value))
        yield "handed on", people.handed_on(back, back)
        yield "saved an hour", people.said_saved(back, back, frozenset({TimeSaved.HOUR.value}))
        yield "saves an hour a week", people.minutes(back, back, MINUTES[1], MINUTES[2])
        yield "thumb down", event("asked", back, back, (2, -1))
        yield "thumb", people.thumb(back, back)
        yield "override", event("override", back, back)
        for reason in REASONS:
            yield f"override: {reason}", event("override", back, back, (1, reason.value))
        yield "overridden in four weeks", people.decisions(back, back + 3, None, "overridden")
        yield "answered the pulse", people.replied(back)
        yield "scores in the pulse", people.scored(back)
        for tool in self.tools:
            reached = people.idle(tool, back, frozenset({""}), self.is_recent(back))
            yield f"would get a message about {tool}", reached
        yield from self._programme()

    def _programme(self) -> Iterator[tuple[str, Count]]:
        for week in self.sessions:
            tiers = frozenset(each.value for each in TIERS)
            yield f"trained in week {week}", people.trained(week, week, tiers)
            for around in ("before", "after"):
                used = people.trained(week, week, tiers, around, self.about)
                yield f"trained in week {week}, used it {around}", used
        yield "waits for a seat", people.waits()
        began = (self.tools[0], self.campaign)
        for state in (("sent", "skipped"), ("held out",), ("sent",)):
            yield f"nudge {state}", people.nudged(state)
            yield f"nudge {state}, began", people.nudged(state, began)
        yield "pressed", people.pressed()
        for why in SKIPPED:
            yield f"no message: {why}", people.skipped(why.value)
        for why in AWAY:
            yield f"left out: {why}", people.left_out(why.value)

    def _small_groups(self) -> Iterator[tuple[str, frozenset[Kind]]]:
        """Groups of fewer people than the minimum that somebody may want to know about."""
        parts = self._parted()
        for one, two in itertools.combinations(dict(parts), 2):
            parts[f"{one} and {two}"] = parts[one] & parts[two]
        parts |= {str(kind): frozenset({kind}) for kind in self.kinds}
        for kinds, name in {kinds: name for name, kinds in reversed(parts.items())}.items():
            if 0 < self._count(kinds) < (self.small or self.minimum):
                yield name, kinds

    def _parted(self) -> dict[str, frozenset[Kind]]:
        found = {
            "joined": self.those(lambda k: k.weeks == {"now"}),
            "left": self.those(lambda k: k.weeks == {"before"}),
            "not on the roster": [STRANGER],
        }
        for tool in self.tools:
            found[f"no seat for {tool}"] = self.those(
                lambda k, t=tool: k.weeks and t not in k.seats
            )
            found[f"seat for {tool}"] = self.those(lambda k, t=tool: t in k.seats)
        for kind in self.kinds:
            found[f"team {kind.team}"] = self.those(lambda k, own=kind: k.team == own.team)
            found[f"wave {kind.wave}"] = self.those(lambda k, own=kind: k.wave == own.wave)
        return {name: frozenset(kinds) for name, kinds in found.items()}

    def _count(self, kinds: frozenset[Kind]) -> int:
        """How many people are in some kinds, besides the attacker."""
        count = sum(kind in kinds for kind, _ in self.people)
        return count - (self.own is not None and self.own[0] in kinds)


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return itertools.chain.from_iterable(
        itertools.combinations(names, number) for number in range(len(names) + 1)
    )


def _is_about(each: Sum, field_name: str) -> bool:
    return any(field_name in count.fields for count, _ in each.weigh)


def _is_of_all(each: Sum) -> bool:
    """Whether a sum depends on use and on what happened to people alike."""
    return _is_about(each, "nudge") and _is_about(each, "away")


def _is_of(each: Sum, fields: Iterable[str]) -> bool:
    return all(set(fields).issuperset(count.fields) for count, _ in each.weigh)


def _only(use: Use, fields: Iterable[str]) -> Use:
    """What somebody did, as far as it is in some fields."""
    return Use(**{name: getattr(use, name) for name in sorted(fields)})


def _between(
    kinds: frozenset[Kind], part: Count, whole: Count, low: float, high: float, less: float = 0
) -> Iterator[Sum]:
    yield Sum(kinds, ((part, ONCE), (whole, -low)), less)
    yield Sum(kinds, ((part, -ONCE), (whole, high)), less)
