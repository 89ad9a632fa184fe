"""What admins decided about guides: one is still accurate, or it is excluded from answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, or_, select, true, update

from adoption.db.texts import storable
from adoption.db.writes import insert_new, write_lock
from adoption.guides.models import GuideDecision, GuideDecisionRow


@dataclass(frozen=True)
class GuideStatus:
    """What was decided about one guide.

    Attributes:
        reviewed: the last day on which an admin said that it is still accurate.
        excluded: whether answers do without it.
        by: the account of whoever decided last; empty where they erased their data.
        at: when they did.
    """

    source: str
    title: str
    reviewed: date | None
    excluded: bool
    by: str
    at: datetime


def guide_id(source: str) -> str:
    """The name of a guide, short enough for a button; it does not reveal its source."""
    return hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=16).hexdigest()


class GuideDecisions:
    """What was decided about guides; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def decide(
        self,
        source: str,
        title: str,
        decision: GuideDecision,
        key: str,
        by: str,
        now: datetime,
        today: date,
    ) -> bool:
        """Decides about a guide; False where it was decided so already, by somebody faster.

        Args:
            key: names the press; repeated, it changes nothing and returns the same.
            today: the day that counts as its review.
        """
        id = guide_id(source)
        changes: Mapping[GuideDecision, tuple[ColumnElement[bool], dict[str, Any]]] = {
            GuideDecision.STILL_ACCURATE: (
                or_(GuideDecisionRow.reviewed_on.is_(None), GuideDecisionRow.reviewed_on < today),
                {"reviewed_on": today},
            ),
            GuideDecision.EXCLUDED: (GuideDecisionRow.excluded.is_(False), {"excluded": True}),
            GuideDecision.INCLUDED: (GuideDecisionRow.excluded.is_(True), {"excluded": False}),
        }
        changing, values = changes[decision]
        common = {"title": storable(title), "decided_at": now}
        fresh = {"id": id, "source": storable(source), "excluded": False, "decision_key": ""}
        values |= common | {"decision_key": key, "decided_by": by}
        with write_lock(self._engine) as connection:
            insert_new(connection, GuideDecisionRow, fresh | common)
            connection.execute(
                update(GuideDecisionRow).where(GuideDecisionRow.id == id, changing).values(values)
            )
            return (
                connection.scalar(
                    select(GuideDecisionRow.decision_key).where(GuideDecisionRow.id == id)
                )
                == key
            )

    def get(self, id: str) -> GuideStatus | None:
        """What was decided about a guide, by its id, or None."""
        return next(iter(self._read(GuideDecisionRow.id == id).values()), None)

    def all(self) -> dict[str, GuideStatus]:
        """What was decided about every guide, by its source."""
        return self._read(true())

    def excluded(self) -> list[GuideStatus]:
        """The guides that answers do without, by title."""
        return sorted(
            self._read(GuideDecisionRow.excluded.is_(True)).values(), key=lambda each: each.title
        )

    def _read(self, which: ColumnElement[bool]) -> dict[str, GuideStatus]:
        columns = (GuideDecisionRow.source, GuideDecisionRow.title, GuideDecisionRow.reviewed_on)
        last = (GuideDecisionRow.decided_by, GuideDecisionRow.decided_at)
        query = select(*columns, GuideDecisionRow.excluded, *last).where(which)
        with self._engine.connect() as connection:
            found = [
                GuideStatus(source, title, reviewed, excluded, by or "", at)
                for source, title, reviewed, excluded, by, at in connection.execute(query)
            ]
        return {each.source: each for each in found}
