"""What admins decided about guides: that one still holds, or that it is left out of answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, or_, select, true, update

from adoption.db.texts import storable
from adoption.people.directory import writing
from adoption.people.programme_models import GuideRow, Ruling
from adoption.usage.rollups import upsert


@dataclass(frozen=True)
class Ruled:
    """What holds for one guide.

    Attributes:
        reviewed: the last day on which an admin said that it still holds.
        left_out: whether answers do without it.
        by: the account of whoever decided last; empty where that is not kept any more.
    """

    source: str
    title: str
    reviewed: date | None
    left_out: bool
    by: str


def guide_id(source: str) -> str:
    """The name of a guide, short enough for a button; it does not tell its source."""
    return hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=16).hexdigest()


class GuideBook:
    """Keeps what was decided about guides; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rule(
        self,
        source: str,
        title: str,
        ruling: Ruling,
        decision: str,
        by: str,
        now: datetime,
        today: date,
    ) -> bool:
        """Decides about a guide; False where it was decided so already, by somebody faster.

        Args:
            decision: names the press; told again, it changes nothing and gives the same.
            today: the day that counts as its review.
        """
        id, table = guide_id(source), GuideRow
        changes: Mapping[Ruling, tuple[ColumnElement[bool], dict[str, Any]]] = {
            Ruling.HOLDS: (
                or_(table.reviewed_on.is_(None), table.reviewed_on < today),
                {"reviewed_on": today},
            ),
            Ruling.LEFT_OUT: (table.left_out.is_(False), {"left_out": True}),
            Ruling.BROUGHT_BACK: (table.left_out.is_(True), {"left_out": False}),
        }
        changing, values = changes[ruling]
        told = {"title": storable(title), "decided_at": now}
        fresh = {"id": id, "source": storable(source), "left_out": False, "decision": ""} | told
        values |= told | {"decision": decision, "decided_by": by}
        with writing(self._engine) as connection:
            connection.execute(upsert(connection, table).on_conflict_do_nothing(), [fresh])
            connection.execute(update(table).where(table.id == id, changing).values(values))
            return connection.scalar(select(table.decision).where(table.id == id)) == decision

    def get(self, id: str) -> Ruled | None:
        """What holds for a guide by its name, or None."""
        return next(iter(self._read(GuideRow.id == id).values()), None)

    def all(self) -> dict[str, Ruled]:
        """What holds for every guide that was decided about, by its source."""
        return self._read(true())

    def left_out(self) -> list[Ruled]:
        """The guides that answers do without, by title."""
        return sorted(self._read(GuideRow.left_out.is_(True)).values(), key=lambda each: each.title)

    def _read(self, which: ColumnElement[bool]) -> dict[str, Ruled]:
        columns = (GuideRow.source, GuideRow.title, GuideRow.reviewed_on)
        query = select(*columns, GuideRow.left_out, GuideRow.decided_by).where(which)
        with self._engine.connect() as connection:
            found = [
                Ruled(source, title, reviewed, left_out, by or "")
                for source, title, reviewed, left_out, by in connection.execute(query)
            ]
        return {each.source: each for each in found}
