"""Targets set beforehand, and whether a share meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import Engine, delete, select

from adoption.db.writes import upsert, write_lock
from adoption.errors import TargetWrong
from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.reports.use import UseFigures
from adoption.tracking.models import Target


class Dimension(StrEnum):
    """What a target is for."""

    ALL = "all"
    TEAM = "team"
    WAVE = "wave"
    TOOL = "tool"


# The measures that a target can be set for; overrides should stay under theirs.
MEASURES: Mapping[str, str] = {
    "activated": "activated",
    "weekly": "weekly active",
    "monthly": "monthly active (28 days)",
    "habitual": "habitual users",
    "acceptance": "recommendations accepted",
    "overrides": "recommendations overridden",
}
_AT_MOST = {"overrides"}


class Verdict(StrEnum):
    """How a share compares to its target; `open` where its interval contains the target."""

    MET = "met"
    MISSED = "missed"
    OPEN = "too close to call"
    HIDDEN = "not shown: too few people, or no data"


@dataclass(frozen=True)
class Aim:
    """A target: what share (0 to 1) a measure should reach, for whom, by when."""

    measure: str
    dimension: Dimension
    name: str
    value: float
    by: date | None = None

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise TargetWrong(
                f"There is no target for “{self.measure}”. Use {', '.join(MEASURES)}."
            )
        if not 0 < self.value <= 1:
            raise TargetWrong("A target must be more than 0 and at most 100 per cent.")

    @property
    def whose(self) -> str:
        """Whom the target is for, as a phrase."""
        return whose(self.dimension, self.name)

    def verdict(self, share: ShownShare) -> Verdict:
        """Met or missed only where the whole interval is on that side of the target."""
        return compared(share.interval, self.value, at_most=self.measure in _AT_MOST)


def compared(
    interval: tuple[float, float] | None, value: float, *, at_most: bool = False
) -> Verdict:
    """Where a figure's 95 % interval is beside a value that it should exceed.

    Args:
        interval: lower and upper end; None where the figure is hidden.
        at_most: whether the figure should stay under the value instead.
    """
    if interval is None:
        return Verdict.HIDDEN
    low, high = interval
    if low <= value <= high:
        return Verdict.OPEN
    return Verdict.MET if (high < value if at_most else low > value) else Verdict.MISSED


def whose(dimension: Dimension, name: str) -> str:
    """A group as a phrase: `everybody`, `team Sales`."""
    return "everybody" if dimension is Dimension.ALL else f"{dimension.value} {name}"


class Targets:
    """Stores targets; one for each measure and group."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def put(self, aim: Aim) -> None:
        """Sets a target in place of an earlier one."""
        row = {
            "measure": aim.measure,
            "dimension": aim.dimension.value,
            "name": aim.name,
            "value": aim.value,
            "by": aim.by,
        }
        with write_lock(self.engine) as connection:
            insert = upsert(connection, Target)
            renewed = {name: insert.excluded[name] for name in ("value", "by")}
            keys = ["measure", "dimension", "name"]
            connection.execute(
                insert.on_conflict_do_update(index_elements=keys, set_=renewed), [row]
            )

    def all(self) -> list[Aim]:
        """Every target, in a fixed order."""
        query = select(
            Target.measure, Target.dimension, Target.name, Target.value, Target.by
        ).order_by(Target.dimension, Target.name, Target.measure)
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Aim(measure, Dimension(dim), name, value, by) for measure, dim, name, value, by in rows
        ]

    def remove(self, measure: str, dimension: Dimension, name: str) -> bool:
        """Removes a target; False where there was none."""
        with write_lock(self.engine) as connection:
            gone = (
                delete(Target)
                .where(
                    Target.measure == measure,
                    Target.dimension == dimension.value,
                    Target.name == name,
                )
                .returning(Target.measure)
            )
            return connection.execute(gone).first() is not None


def share_of(measure: str, figures: UseFigures) -> ShownShare:
    """The share that a target's measure stands for."""
    if measure != "activated":
        found = getattr(figures, measure)
        assert isinstance(found, ShownShare)
        return found
    never = figures.never_used
    return HIDDEN if never.value is None else replace(never, value=round(1 - never.value, 9))
