"""What digests recommended: who took it, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update

from adoption.db.writes import upsert, write_lock
from adoption.reports.recommendations import Action
from adoption.reports.weeks import Week
from adoption.reports.wording import joined
from adoption.tracking.models import FollowUp


@dataclass(frozen=True)
class Point:
    """One recommendation of a week's digest.

    Attributes:
        owner: the account that took it; nothing while nobody has.
        did: what was done; nothing while it is open.
    """

    week: str
    subject: str
    said: str
    owner: str = ""
    did: str = ""


class FollowUpBook:
    """Keeps recommendations and what becomes of them; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def recommend(self, week: Week, actions: Sequence[Action]) -> None:
        """Writes a week's recommendations down; those that are there stay as they are."""
        rows = [
            {"week": str(week), "subject": each.subject, "text": joined(each.text)}
            for each in actions
        ]
        if rows:
            with write_lock(self.engine) as connection:
                connection.execute(upsert(connection, FollowUp).on_conflict_do_nothing(), rows)

    def of(self, week: Week | str) -> list[Point]:
        """The recommendations of a week."""
        query = select(
            FollowUp.week, FollowUp.subject, FollowUp.text, FollowUp.owner, FollowUp.outcome
        ).where(FollowUp.week == str(week))
        with self.engine.connect() as connection:
            rows = connection.execute(query.order_by(FollowUp.subject)).all()
        return [Point(w, s, said, owner or "", did or "") for w, s, said, owner, did in rows]

    def get(self, week: str, subject: str) -> Point | None:
        """One recommendation, or None."""
        return next((point for point in self.of(week) if point.subject == subject), None)

    def take(self, week: str, subject: str, owner: str) -> bool:
        """Gives a recommendation to whoever takes it first; True for that one."""
        row = (FollowUp.week == week) & (FollowUp.subject == subject)
        with write_lock(self.engine) as connection:
            connection.execute(
                update(FollowUp)
                .where(row, FollowUp.owner.is_(None), FollowUp.done_at.is_(None))
                .values(owner=owner)
            )
            return connection.scalar(select(FollowUp.owner).where(row)) == owner

    def finish(self, week: str, subject: str, owner: str, did: str, now: datetime) -> bool:
        """Writes down what was done; False where somebody else said so before."""
        row = (FollowUp.week == week) & (FollowUp.subject == subject)
        with write_lock(self.engine) as connection:
            connection.execute(
                update(FollowUp)
                .where(row, FollowUp.done_at.is_(None))
                .values(owner=owner, outcome=did.replace("\0", ""), done_at=now)
            )
            return connection.scalar(select(FollowUp.owner).where(row)) == owner
