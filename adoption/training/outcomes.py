"""Who attended which training when, for reports; all by pseudonym."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from adoption.training.catalogue import Catalogue, Session
from adoption.training.models import CourseRow, SeatRow, SeatState, SessionRow, Tier, TrainingRow


@dataclass(frozen=True)
class Attended:
    """Somebody's attendance at a session."""

    person: str
    day: date
    tier: Tier
    tools: tuple[str, ...]


@dataclass(frozen=True)
class Coming:
    """A session to come, with the people who wait for a seat."""

    session: Session
    waiting: frozenset[str]


class Outcomes:
    """Reads what became of training."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def attended(self, since: datetime, until: datetime) -> list[Attended]:
        """Who attended the sessions that began in a span, the first one first."""
        query = (
            select(
                SeatRow.person_id,
                SessionRow.starts_at,
                SessionRow.zone,
                CourseRow.tier,
                CourseRow.tools,
            )
            .join(SessionRow, SessionRow.id == SeatRow.session_id)
            .join(CourseRow, CourseRow.id == SessionRow.course_id)
            .where(SeatRow.state == SeatState.ATTENDED)
            .where(SessionRow.starts_at >= since, SessionRow.starts_at < until)
            .order_by(SessionRow.starts_at, SessionRow.id, SeatRow.person_id)
        )
        with self._engine.connect() as connection:
            return [
                Attended(who, at.astimezone(ZoneInfo(zone)).date(), tier, tuple(tools))
                for who, at, zone, tier, tools in connection.execute(query)
            ]

    def ever_trained(self) -> frozenset[str]:
        """Everybody who attended a session, or completed a tier in another way."""
        attended = select(SeatRow.person_id).where(SeatRow.state == SeatState.ATTENDED)
        with self._engine.connect() as connection:
            found = connection.scalars(attended.union(select(TrainingRow.person_id)))
            return frozenset(found)

    def coming(self, now: datetime) -> list[Coming]:
        """The sessions to come, the next one first."""
        query = select(SeatRow.session_id, SeatRow.person_id).where(
            SeatRow.state == SeatState.WAITING
        )
        waiting: dict[str, set[str]] = {}
        with self._engine.connect() as connection:
            for session, person in connection.execute(query):
                waiting.setdefault(session, set()).add(person)
        sessions = Catalogue(self._engine).sessions(now)
        return [Coming(each, frozenset(waiting.get(each.id, ()))) for each in sessions]

    def unmarked(self, since: datetime, until: datetime) -> list[Session]:
        """The sessions of a span that somebody signed up for, and nobody marked who came to."""
        taken = select(SeatRow.session_id, func.count()).group_by(SeatRow.session_id)
        taken = taken.where(SeatRow.state != SeatState.CANCELLED)
        with self._engine.connect() as connection:
            seats = dict(connection.execute(taken).all())
        sessions = Catalogue(self._engine).sessions(since, until)
        return [each for each in sessions if each.attendance_at is None and seats.get(each.id)]
