"""Targets set beforehand, and whether a share meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Engine, delete, select

from adoption.db.writes import upsert, write_lock
from adoption.errors import TargetWrong
from adoption.measures import Share
from adoption.reports.digest.use_section import UseFigures
from adoption.tracking.models import Target


class Dimension(StrEnum):
    """What a target is for."""

    ALL = "all"
    TEAM = "team"
    WAVE = "wave"
    TOOL = "tool"


# The measures that a target can be set for; overrides should stay under theirs.
MEASURES: Mapping[str, str] = {
    "activated": "ever used a tool",
    "adoption": "active in 28 days",
    "weekly": "active in a week",
    "habit": "active in each of four weeks",
    "acceptance": "recommendations taken",
    "overrides": "recommendations overridden, at most",
}
_AT_MOST = {"overrides"}


class Verdict(StrEnum):
    """How a share stands to its target; `open` where the interval holds the target."""

    MET = "met"
    MISSED = "missed"
    OPEN = "too close to call"
    HIDDEN = "not shown, too few people"


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
                f"“{self.measure}” is no measure with a target. Use {', '.join(MEASURES)}."
            )
        if not 0 < self.value <= 1:
            raise TargetWrong("A target is a share over 0 and up to 100 per cent.")

    def verdict(self, share: Share | None) -> Verdict:
        """Met or missed only where the whole interval is on that side of the target."""
        interval = share.interval if share is not None else None
        if interval is None:
            return Verdict.HIDDEN
        low, high = interval
        if low <= self.value <= high:
            return Verdict.OPEN
        reached = high < self.value if self.measure in _AT_MOST else low > self.value
        return Verdict.MET if reached else Verdict.MISSED


class Targets:
    """Keeps targets; one for each measure and group."""

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
        """Takes a target away; False where there was none."""
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


def share_of(measure: str, figures: UseFigures) -> Share:
    """The share that a target's measure speaks of."""
    if measure == "activated":
        return Share(figures.never_used.whole - figures.never_used.part, figures.never_used.whole)
    found = getattr(figures, measure)
    assert isinstance(found, Share)
    return found
