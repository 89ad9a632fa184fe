"""Who came to a session, and what they completed with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, delete, select, update

from adoption.db.writes import insert_new, replace, write_lock
from adoption.people.directory import find_people, person_of, plain
from adoption.training.catalogue import Session, session_in
from adoption.training.models import (
    OPEN,
    SeatRow,
    SeatState,
    SessionRow,
    TrainingRow,
)


class Marked(StrEnum):
    """What came of marking who came."""

    DONE = "done"
    TOO_EARLY = "too early"
    NOT_THERE = "not there"


class Attendance:
    """Stores who came."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, handles: Collection[str]) -> frozenset[str]:
        """Those of some accounts, addresses and logins whom the record knows."""
        wanted = {plain(each): each for each in handles}
        with self._engine.connect() as connection:
            found = find_people(connection, wanted)
        return frozenset(each for handle, each in wanted.items() if handle in found)

    def mark(
        self,
        session: str,
        came: Collection[str],
        now: datetime,
        listed: Collection[str] | None = None,
    ) -> Marked:
        """Stores who came; who has a seat and did not come was absent.

        It can be corrected by marking again. Each change is owed a message.

        Args:
            came: accounts or addresses, also of people without a seat.
            listed: whom whoever marks could choose; who is not among them stays as they are. None
                for everybody.
        """
        with write_lock(self._engine) as connection:
            found = session_in(connection, session)
            if found is None or found.is_cancelled:
                return Marked.NOT_THERE
            if found.starts_at > now:
                return Marked.TOO_EARLY
            people = {person_of(connection, each, now) for each in sorted(came)}
            seen = None
            if listed is not None:
                seen = people | {person_of(connection, each, now) for each in sorted(listed)}
            self._mark(connection, found, people, seen, now)
        return Marked.DONE

    def _mark(
        self,
        connection: Connection,
        session: Session,
        came: set[str],
        seen: set[str] | None,
        now: datetime,
    ) -> None:
        rows = connection.execute(
            select(SeatRow.person_id, SeatRow.state).where(SeatRow.session_id == session.id)
        )
        before: dict[str, SeatState] = dict(rows.all())
        for person in sorted(came - before.keys()):
            insert_new(connection, SeatRow, _walk_in(session.id, person, now))
            before[person] = SeatState.CANCELLED
        for person, state in before.items():
            if seen is not None and person not in seen:
                continue
            after = SeatState.ATTENDED if person in came else _missed(state)
            if after is not state:
                _set(connection, session.id, person, after)
                _complete(connection, session, person, after)
        own = update(SessionRow).where(SessionRow.id == session.id)
        connection.execute(own.values(attendance_at=now))


def _missed(state: SeatState) -> SeatState:
    """What becomes of somebody who did not come: nobody misses a seat that they waited for."""
    if state is SeatState.WAITING:
        return SeatState.CANCELLED
    is_missed = state in OPEN or state is SeatState.ATTENDED
    return SeatState.ABSENT if is_missed else state


def _walk_in(session: str, person: str, now: datetime) -> dict[str, object]:
    return {
        "session_id": session,
        "person_id": person,
        "state": SeatState.CANCELLED,
        "pressed_at": now,
        "revision": 0,
        "told_revision": 0,
    }


def _set(connection: Connection, session: str, person: str, state: SeatState) -> None:
    own = update(SeatRow).where(SeatRow.session_id == session, SeatRow.person_id == person)
    connection.execute(own.values(state=state, revision=SeatRow.revision + 1))


def _complete(connection: Connection, session: Session, person: str, state: SeatState) -> None:
    """Stores the completed tier, or takes back the one that this session had given."""
    tier = session.course.tier
    if state is SeatState.ATTENDED:
        row = {"person_id": person, "tier": tier, "done_on": session.day}
        replace(connection, TrainingRow, [row], newer_by="done_on")
        return
    connection.execute(
        delete(TrainingRow).where(
            TrainingRow.person_id == person,
            TrainingRow.tier == tier,
            TrainingRow.done_on == session.day,
        )
    )
