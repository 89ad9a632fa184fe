"""Somebody who collects all figures of two weeks and solves for small groups.

The attacker knows the rounding rules and which kinds of people there are, but no counts. Every
shown figure bounds a sum over some kinds: how many people there are, and how many of them used a
tool. A small group is solved where its count is the same in every company that fits.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from adoption.follow_ups.counts import FollowUpCounts
from adoption.follow_ups.models import Feeling
from adoption.measures import Segment, Transition
from adoption.measures.use import MONTH_WEEKS
from adoption.privacy.disclosure import _PARTS, ROUNDED_TO, ShownShare
from adoption.privacy.groups import NO_GROUP, OTHERS
from adoption.reports.report.model import Report
from adoption.reports.targets import Dimension
from adoption.reports.use import UseFigures
from tests.adoption.reports.people import STRANGER, Kind, Use
from tests.adoption.reports.worlds import Life, Sum, determined

# Weeks are counted back: 0 is this week, 1 the last one, 4 four weeks ago.
PERIODS = (0, 1)
SHARES = ("weekly", "monthly", "habitual", "never_used")
PARTS = (*Segment, *Transition)
EVENTS = ("check_in", "check_in done", "follow_up", "follow_up stuck", "asked", "asked open")


@dataclass
class Attacker:
    """Collects figures, then solves."""

    people: Sequence[Life]
    minimum: int
    tools: Sequence[str]
    known: dict[tuple, list[Sum]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = sorted({STRANGER, *(kind for kind, _ in self.people)}, key=str)

    @property
    def staff(self) -> list[Kind]:
        """Those who are or were on the roster: nobody else is asked how it goes."""
        return self._those(lambda kind: kind != STRANGER)

    def read_digest(self, text: str, back: int) -> None:
        """Takes in the JSON of the digest of a week."""
        whole = json.loads(text)
        data = whole["use"]
        self._read_questions(whole, back)
        for own, ago in (("now", 0), ("before", 1), ("month_before", MONTH_WEEKS)):
            week = back + ago
            self._add(week, None, self.kinds, _parsed(data[own]), self.kinds)
            for group in data["teams"]:
                names = {each["name"] for each in data["teams"]}
                members = self._group("team", group["name"], names, back)
                self._add(week, None, members, _parsed(group[own]), members)
            for group in data["tools"]:
                tool = group["name"]
                self._add(week, tool, self._seated(tool), _parsed(group[own]), self.kinds)
        trend = {date.fromisoformat(day): _share(share) for day, share in data["trend"].items()}
        self._trend(back, "weekly", trend)

    def read_report(self, report: Report, back: int) -> None:
        """Takes in what a report's page, tables and CSV show."""
        for dimension, attribute in ((Dimension.TEAM, "team"), (Dimension.WAVE, "wave")):
            found = report.by(dimension)
            names = {group.name for group in found}
            for group in found:
                members = self._group(attribute, group.name, names, back)
                self._add(back, None, members, group.figures, members)
                for week, share in enumerate(group.cohort):
                    stayed = [_stayed(back, week, active=active) for active in (True, False)]
                    self._bound((back, "cohort", week), members, *stayed, share)
        check_ins = [_has(what, back, back + 3) for what in ("check_in done", "check_in")]
        self._bound((back, "check-ins"), self.staff, *check_ins, report.check_ins)
        for group in report.by(Dimension.TOOL):
            self._add(back, group.name, self._seated(group.name), group.figures, self.kinds)
        self._add(back, None, self.kinds, report.figures, self.kinds)
        self._add(back + MONTH_WEEKS, None, self.kinds, report.start_figures, self.kinds)
        self._trend(back, "weekly", report.trend)
        self._trend(back, "habitual", report.habit_trend)
        power = [(Segment.POWER, s.share) for s in report.funnel if s.name == "Power users"]
        for name, share in (*report.segments.items(), *report.transitions.items(), *power):
            self.add(back, None, name, self.kinds, share)

    def read_follow_ups(self, counts: FollowUpCounts, first: int, last: int) -> None:
        """Takes in what the follow-ups that were due so many weeks back say, team by team."""
        said, due = _has("follow_up answered", first, last), _has("follow_up", first, last)
        groups = {"": self.staff} | {
            name: [k for k in self.staff if _shown_as(k.team, counts.teams) == name]
            for name in counts.teams
        }
        for name, kinds in groups.items():
            found = counts.teams[name] if name else counts.everybody
            key = (first, last, "follow-ups", name)
            self._bound(key, kinds, said, said if name else due, found.answered)
            for feeling, share in found.feelings.items():
                felt = _has(f"follow_up {feeling}", first, last)
                self._bound((*key, feeling), kinds, felt, said, share)

    def _read_questions(self, data: Mapping[str, Any], back: int) -> None:
        asked, answered = _has("asked", back), _has("asked done", back)
        open_ = _has("asked open", back)
        share = _share(data["questions"]["answered"])
        self._bound((back, "questions"), self.kinds, answered, asked, share)
        counts = {"asked": (asked, data["questions"]["questions"])}
        counts |= {each["name"]: (answered, each["count"]) for each in data["topics"]}
        counts |= {each["name"]: (open_, each["count"]) for each in data["gaps"]}
        for name, (weigh, count) in counts.items():
            if count:
                size = ShownShare(1.0, 1.0, count)
                self._bound((back, "questions", name), self.kinds, weigh, weigh, size)

    def solved(self) -> list[str]:
        """Everything about a small group that the figures determine."""
        known = [each for sums in self.known.values() for each in sums]
        return determined(self.people, list(self._others()), known, dict(self._wanted()))

    def _others(self) -> Iterator[Life]:
        """Who may be there instead: people of every kind, with some use of every sort."""
        often, some = range(14), range(7)
        sorts = [(), often, some, *([week] for week in range(11)), *([n, n + 9] for n in PERIODS)]
        uses = dict.fromkeys(use for _, use in self.people)
        yield from ((k, use) for k in self.kinds for use in _variants(Use()))
        for kind, use in self.people[:20]:
            yield from ((kind, each) for each in _variants(use))
        for tool in self.tools:
            weeks = (frozenset((tool, week) for week in sort) for sort in sorts)
            uses |= dict.fromkeys(Use(each, n) for each in weeks for n in (1, 20))
        yield from itertools.product(self.kinds, uses)

    def _wanted(self) -> Iterator[tuple[str, Sum]]:
        for name, kinds in self._small_groups():
            for back in PERIODS:
                counted = frozenset(k for k in kinds if k == STRANGER or k.is_there(back))
                if not 0 < self._count(counted) < self.minimum:
                    continue
                for what in EVENTS:
                    yield f"{name}, {back} back: {what}", Sum(counted, _has(what, back))
                for measure, week, tool in self._measures(back):
                    what = f"{measure} {tool}" if tool else measure
                    when = "" if week == back else " a month before"
                    yield (
                        f"{name}, {back} back: {what}{when}",
                        Sum(counted, _counted(measure, week, tool)),
                    )

    def _measures(self, back: int) -> Iterator[tuple[str, int, str | None]]:
        yield "size", back, None
        for measure in SHARES:
            yield from ((measure, back, tool) for tool in (None, *self.tools))
        yield from ((part, back, None) for part in PARTS)
        yield from ((measure, back + MONTH_WEEKS, None) for measure in SHARES[:2])

    def _small_groups(self) -> Iterator[tuple[str, frozenset[Kind]]]:
        """Groups of fewer people than the minimum that somebody may want to know about."""
        parts = self._parted()
        for one, two in itertools.combinations(dict(parts), 2):
            parts[f"{one} and {two}"] = parts[one] & parts[two]
        parts |= {str(kind): frozenset({kind}) for kind in self.kinds}
        for kinds, name in {kinds: name for name, kinds in reversed(parts.items())}.items():
            if 0 < self._count(kinds) < self.minimum:
                yield name, kinds

    def _parted(self) -> dict[str, frozenset[Kind]]:
        found = {
            "joined": self._those(lambda k: k.weeks == {"now"}),
            "left": self._those(lambda k: k.weeks == {"before"}),
            "not on the roster": [STRANGER],
        }
        for tool in self.tools:
            found[f"no seat for {tool}"] = self._those(
                lambda k, t=tool: k.weeks and t not in k.seats
            )
            found[f"seat for {tool}"] = self._those(lambda k, t=tool: t in k.seats)
        for kind in self.kinds:
            found[f"team {kind.team}"] = self._those(lambda k, own=kind: k.team == own.team)
            found[f"wave {kind.wave}"] = self._those(lambda k, own=kind: k.wave == own.wave)
        return {name: frozenset(kinds) for name, kinds in found.items()}

    def _count(self, kinds: frozenset[Kind]) -> int:
        return sum(kind in kinds for kind, _ in self.people)

    def _those(self, holds: Callable[[Kind], bool]) -> list[Kind]:
        return [kind for kind in self.kinds if holds(kind)]

    def _seated(self, tool: str) -> list[Kind]:
        return self._those(lambda kind: tool in kind.seats) or self.kinds

    def _group(self, attribute: str, name: str, shown: set[str], back: int) -> list[Kind]:
        def own(kind: Kind) -> str:
            value = getattr(kind, attribute) or "none"
            return value if value in shown else OTHERS

        # Groups are made of the people who are there in the week of the digest or report.
        return self._those(lambda kind: own(kind) == name and kind.is_there(back))

    def _trend(self, back: int, measure: str, trend: Mapping[date, ShownShare]) -> None:
        for place, monday in enumerate(sorted(trend, reverse=True)):
            self.add(back + place, None, measure, self.kinds, trend[monday])

    def _add(
        self,
        back: int,
        tool: str | None,
        kinds: Sequence[Kind],
        use: UseFigures,
        active: Sequence[Kind],
    ) -> None:
        if use.eligible:
            # Every size is shown beside some share; alone it says that all are of that size.
            self.add(back, tool, "size", kinds, ShownShare(1.0, 1.0, use.eligible))
        for measure in SHARES:
            self.add(back, tool, measure, kinds, getattr(use, measure))
        if use.stickiness is not None:
            self._ratio(back, tool, active, use.stickiness)

    def add(
        self, back: int, tool: str | None, measure: str, kinds: Sequence[Kind], share: ShownShare
    ) -> None:
        """Takes in a share of a group in a week.

        It is less than a step away from the true share, and its size less than 5 people.
        """
        there = frozenset(kind for kind in kinds if kind.is_there(back))
        if there:
            parts = _counted(measure, back, tool), _counted("size", back, None)
            self._bound((back, tool, measure), there, *parts, share)

    def _bound(
        self,
        key: tuple,
        kinds: Iterable[Kind],
        part: Callable[[Use], float],
        whole: Callable[[Use], float],
        share: ShownShare,
    ) -> None:
        """What a shown share says of the sums of `part` and `whole` over some kinds."""
        counted = frozenset(kinds)
        if share.value is None:
            return
        least, most = max(self.minimum, share.size - ROUNDED_TO + 1), share.size + ROUNDED_TO - 1
        sums = [Sum(counted, whole, least, most)]
        parts, place = round(1 / share.step), round(share.value / share.step)
        for bound, sign in ((place - 1, 1), (place + 1, -1)):
            weigh = lambda use, b=bound, s=sign: s * (parts * part(use) - b * whole(use))  # noqa: E731
            sums.append(Sum(counted, weigh, 1))
        self.known[*key, counted, share] = sums

    def _ratio(self, back: int, tool: str | None, kinds: Sequence[Kind], value: float) -> None:
        """The mean of four weeks over the month, of all who were active, on the roster or not."""
        parts = min(p for p in _PARTS if abs(value * p - round(value * p)) < 1e-6)
        weeks = [_counted("weekly", back + ago, tool) for ago in range(MONTH_WEEKS)]
        month = _counted("monthly", back, tool)
        for sign in (1, -1):
            bound = MONTH_WEEKS * (value - sign / (2 * parts))
            weigh = lambda use, b=bound, s=sign: s * (sum(w(use) for w in weeks) - b * month(use))  # noqa: E731
            self.known[back, tool, frozenset(kinds), value, sign] = [
                Sum(frozenset(kinds), weigh, 0)
            ]


def _counted(measure: str, back: int, tool: str | None) -> Callable[[Use], float]:
    return lambda use: float(use.holds(measure, back, tool))


def _has(what: str, first: int, last: int | None = None) -> Callable[[Use], float]:
    return lambda use: float(use.has(what, first, last))


def _stayed(back: int, week: int, *, active: bool) -> Callable[[Use], float]:
    return lambda use: float(use.stayed(back, week, active=active))


def _shown_as(team: str | None, shown: Collection[str]) -> str:
    name = team or NO_GROUP
    return name if name in shown else OTHERS


def _variants(use: Use) -> Iterator[Use]:
    """The same use with another check-in, follow-up or question, or without."""
    for field_name, outcomes in (
        ("check_in", (True, False)),
        ("follow_up", (None, *Feeling)),
        ("asked", (True, False)),
    ):
        found = [None, *itertools.product(range(5), outcomes)]
        yield from (replace(use, **{field_name: each}) for each in found)


def _parsed(data: dict) -> UseFigures:
    """A group's figures as the JSON shows them."""
    shares = {name: _share(data[name]) for name in SHARES}
    return UseFigures(eligible=data["eligible"], stickiness=data["stickiness"], **shares)


def _share(data: dict | None) -> ShownShare:
    return ShownShare(data["share"], data["step"], data["size"]) if data else ShownShare()
