"""What digests recommended: who took it, and what was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, select, update

from adoption.db.writes import upsert, write_lock
from adoption.reports.recommendations import Recommendation
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from adoption.tracking.models import ActionRow

# A Slack account: team and user id.
_ACCOUNT = re.compile(r"\w+:\w+", re.ASCII)


@dataclass(frozen=True)
class Point:
    """One recommendation of a week's digest.

    Attributes:
        evidence: the figures behind it, and who should see to it.
        owner: the account that took it; nothing while nobody has.
        did: what was done; nothing while it is open.
    """

    week: str
    subject: str
    said: str
    owner: str = ""
    did: str = ""
    evidence: str = ""

    @property
    def state(self) -> str:
        """Owner and state in words; an account is not shown."""
        who = "" if _ACCOUNT.fullmatch(self.owner) else self.owner
        by = f" by {who}" if who else ""
        if self.did:
            return f"Done{by}: {self.did}"
        return f"In progress{by}" if self.owner else "Open, no owner yet"


class ActionBook:
    """Stores recommendations and what was done about them; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def recommend(self, week: Week, actions: Sequence[Recommendation]) -> None:
        """Stores a week's recommendations, the weightiest first; those that are there stay."""
        rows = [
            {
                "week": str(week),
                "subject": each.subject[:255],
                "rank": rank,
                "text": plain(each.text),
                "evidence": _evidence(each),
            }
            for rank, each in enumerate(actions)
        ]
        if rows:
            with write_lock(self.engine) as connection:
                connection.execute(upsert(connection, ActionRow).on_conflict_do_nothing(), rows)

    def of(self, week: Week | str) -> list[Point]:
        """The recommendations of a week, what matters most first."""
        return self._read(ActionRow.week == str(week), ActionRow.rank, ActionRow.subject)

    def between(self, first: Week, last: Week, most: int) -> list[Point]:
        """The recommendations of those weeks, each matter once, the newest first."""
        those = ActionRow.week.between(str(first), str(last))
        found: dict[str, Point] = {}
        order = (ActionRow.week.desc(), ActionRow.outcome.is_(None), ActionRow.rank)
        for point in self._read(those, *order):
            found.setdefault(point.subject, point)
        return list(found.values())[:most]

    def _read(self, which: ColumnElement[bool], *order: Any) -> list[Point]:
        row = ActionRow
        columns = (row.week, row.subject, row.text, row.owner, row.outcome, row.evidence)
        query = select(*columns).where(which)
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(*order)).all()
        return [
            Point(week, subject, said, owner or "", did or "", evidence)
            for week, subject, said, owner, did, evidence in rows
        ]

    def get(self, week: str, subject: str) -> Point | None:
        """One recommendation, or None."""
        return next((point for point in self.of(week) if point.subject == subject), None)

    def take(self, week: str, subject: str, owner: str) -> bool:
        """Gives a recommendation to whoever takes it first; True for that one."""
        row = (ActionRow.week == week) & (ActionRow.subject == subject)
        with write_lock(self.engine) as connection:
            connection.execute(
                update(ActionRow)
                .where(row, ActionRow.owner.is_(None), ActionRow.done_at.is_(None))
                .values(owner=owner)
            )
            return connection.scalar(select(ActionRow.owner).where(row)) == owner

    def finish(self, week: str, subject: str, owner: str, did: str, now: datetime) -> bool:
        """Stores what was done; False where somebody else reported it before."""
        row = (ActionRow.week == week) & (ActionRow.subject == subject)
        with write_lock(self.engine) as connection:
            connection.execute(
                update(ActionRow)
                .where(row, ActionRow.done_at.is_(None))
                .values(owner=owner, outcome=did.replace("\0", ""), done_at=now)
            )
            return connection.scalar(select(ActionRow.owner).where(row)) == owner


def _evidence(action: Recommendation) -> str:
    figures = plain(action.evidence)
    return f"{figures[:1].upper()}{figures[1:]}. Owner: {action.owner}"
