"""What closed rounds may show: means of groups in which the minimum has answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Engine, select

from adoption.measures.shares import Share, wilson
from adoption.people.models import Team
from adoption.privacy.disclosure import ShownShare, show_mean, show_share
from adoption.privacy.groups import OTHERS, Minimum
from adoption.pulse.models import PulseCommentRow, PulseGroupRow, PulseRoundRow, RoundState
from adoption.pulse.rounds import merged_rows, no_counts
from adoption.pulse.statements import BARRIER, ELEMENTS, HIGHEST, LOWEST, Element

EVERYBODY = "everybody"
# Comments are shown where so many people have answered, in all groups together.
COMMENTS_FROM = 10
# Where everybody gave the same score, that is not shown exactly.
_LEAST, _MOST = 1.5, 4.5
# Steps up to this are too fine to widen an interval.
_FINE = 0.1


@dataclass(frozen=True)
class ShownMean:
    """The mean of the scores of a statement, as it may be shown.

    Attributes:
        value: 1.5 to 4.5, a multiple of `step`; the ends stand for what is beyond them.
        size: how many answered, rounded to 5.
    """

    value: float
    size: int
    step: float = 0.1

    @property
    def interval(self) -> tuple[float, float]:
        """A 95 % interval, 1 to 5.

        The Wilson interval of the mean on a scale from 0 to 1. It is wide enough: scores between
        the ends vary less than answers of yes or no with the same mean, for which it is made.
        Where the mean is rounded to halves, it is widened by what that hides.
        """
        span, off = HIGHEST - LOWEST, self._rounded_by
        least, most = max(LOWEST, self.value - off), min(HIGHEST, self.value + off)
        low, high = (wilson((end - LOWEST) / span * self.size, self.size) for end in (least, most))
        return LOWEST + span * low[0], LOWEST + span * high[1]

    @property
    def is_barrier(self) -> bool:
        """Whether it is 3 or below."""
        return self.value <= BARRIER

    @property
    def is_sure_barrier(self) -> bool:
        """Whether it is 3 or below however it was rounded."""
        return self.value + self._rounded_by <= BARRIER

    @property
    def _rounded_by(self) -> float:
        return self.step if self.step > _FINE else 0.0

    def change_to(self, after: ShownMean) -> int:
        """Whether `after` is higher (1), lower (-1) or not clearly different (0)."""
        mine, theirs = self.interval, after.interval
        return (theirs[0] > mine[1]) - (theirs[1] < mine[0])

    def __str__(self) -> str:
        """For people: `3.4`, `under 1.5` or `over 4.5`."""
        if self.value <= _LEAST:
            return f"under {_LEAST}"
        return f"over {_MOST}" if self.value >= _MOST else f"{self.value:.1f}"


@dataclass(frozen=True)
class GroupResult:
    """How a group answered in a round.

    Attributes:
        kind: `everybody`, `wave` or `team`.
        rate: the share of those invited who answered.
        means: in the order of the statements.
    """

    kind: str
    name: str
    rate: ShownShare
    means: Mapping[Element, ShownMean]

    @property
    def answered(self) -> int:
        """How many answered, rounded to 5."""
        return next(iter(self.means.values())).size

    @property
    def barrier(self) -> Element | None:
        """The first statement at 3 or below, in their order; None where none is.

        One that is at 3 perhaps only because it was rounded comes after those that surely are.
        """
        sure = (each for each in ELEMENTS if self.means[each].is_sure_barrier)
        shown = (each for each in ELEMENTS if self.means[each].is_barrier)
        return next(chain(sure, shown), None)

    @property
    def has_sure_barrier(self) -> bool:
        """Whether a statement is at 3 or below however it was rounded."""
        return any(mean.is_sure_barrier for mean in self.means.values())


@dataclass(frozen=True)
class RoundResult:
    """A closed round; without groups where too few people answered.

    Attributes:
        groups: everybody first, then waves, then teams, each by name.
        comments: in no order that says when they were written.
    """

    id: str
    first_on: date
    closed_at: datetime
    groups: Sequence[GroupResult] = field(default_factory=tuple)
    comments: Sequence[str] = field(default_factory=tuple)

    @property
    def everybody(self) -> GroupResult | None:
        """All together, or None."""
        return next((each for each in self.groups if each.kind == EVERYBODY), None)

    def group(self, kind: str, name: str) -> GroupResult | None:
        """One group, or None."""
        same = (each for each in self.groups if (each.kind, each.name) == (kind, name))
        return next(same, None)


def closed_rounds(
    engine: Engine, before: datetime, minimum: Minimum, most: int
) -> list[RoundResult]:
    """The rounds that closed before a moment, the newest first.

    A round that is open shows nothing: two looks at it would show what was answered in between.
    """
    query = (
        select(
            PulseRoundRow.id,
            PulseRoundRow.first_on,
            PulseRoundRow.closes_at,
            PulseRoundRow.rounding,
        )
        .where(PulseRoundRow.state == RoundState.CLOSED, PulseRoundRow.closes_at < before)
        .order_by(PulseRoundRow.closes_at.desc())
        .limit(most)
    )
    with engine.connect() as connection:
        names: dict[int, str] = dict(connection.execute(select(Team.id, Team.name)).all())
        return [
            _result(connection, *row, names=names, minimum=minimum)
            for row in connection.execute(query).all()
        ]


def grouped(
    rows: Sequence[Mapping[str, Any]], names: Mapping[int, str], minimum: Minimum
) -> list[tuple[str, str, list[Mapping[str, Any]]]]:
    """The groups that are shown, by kind and name, each with the rows that it is the sum of.

    `rows` are the groups of a round; they are merged again, for the minimum may have grown.
    """
    parts = merged_rows(rows, minimum)
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for part in parts:
        found.setdefault((EVERYBODY, ""), []).append(part)
        if part["wave"] is not None:
            found.setdefault(("wave", part["wave"]), []).append(part)
        name = names.get(part["team_id"], OTHERS) if part["team_id"] is not None else OTHERS
        found.setdefault(("team", name), []).append(part)
    order = {EVERYBODY: 0, "wave": 1, "team": 2}
    return [
        (kind, name, of)
        for (kind, name), of in sorted(
            found.items(), key=lambda item: (order[item[0][0]], item[0][1] == OTHERS, item[0][1])
        )
    ]


def _result(
    connection: Connection,
    id: str,
    first_on: date,
    closed_at: datetime,
    rounding: str,
    names: Mapping[int, str],
    minimum: Minimum,
) -> RoundResult:
    query = select(*PulseGroupRow.__table__.c).where(PulseGroupRow.round_id == id)
    rows = [
        dict(row) for row in connection.execute(query.order_by(PulseGroupRow.number)).mappings()
    ]
    groups = [
        _group(rounding, kind, name, parts, minimum)
        for kind, name, parts in grouped(rows, names, minimum)
    ]
    texts = select(PulseCommentRow.text).where(PulseCommentRow.round_id == id)
    are_many = sum(row["answered"] for row in rows) >= max(COMMENTS_FROM, minimum.people)
    comments = list(connection.scalars(texts.order_by(PulseCommentRow.id))) if are_many else []
    return RoundResult(id, first_on, closed_at, groups, comments)


def _group(
    rounding: str, kind: str, name: str, parts: Sequence[Mapping[str, Any]], minimum: Minimum
) -> GroupResult:
    counts = no_counts()
    for part in parts:
        for sums, given in zip(counts, part["counts"], strict=True):
            for at, count in enumerate(given):
                sums[at] += count
    answered, invited = (sum(part[each] for part in parts) for each in ("answered", "invited"))
    # Rounded up or down by a chance that stays, and that is no person's.
    key = _key(rounding, kind, name)
    share = Share(answered, invited, key, key + 1)
    means = {
        each: _mean(given, key, _key(rounding, kind, name, each))
        for each, given in zip(ELEMENTS, counts, strict=True)
    }
    return GroupResult(kind, name, show_share(share, minimum), means)


def _key(rounding: str, *of: str) -> int:
    digest = hashlib.blake2b(" ".join(of).encode(), digest_size=15, key=bytes.fromhex(rounding))
    return int.from_bytes(digest.digest())


def _mean(given: Sequence[int], size_key: int, key: int) -> ShownMean:
    total = sum(given)
    mean = sum(score * count for score, count in enumerate(given, start=LOWEST)) / total
    value, step, size = show_mean(mean, total, size_key, key)
    return ShownMean(min(max(value, _LEAST), _MOST), size, step)
