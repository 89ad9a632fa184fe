"""Who has a seat in which session: sign up, cancel, move up, and what ends by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, func, select, update

from adoption.db.writes import replace, write_lock
from adoption.people.directory import person_of
from adoption.people.models import Member, Person
from adoption.training.catalogue import Session, session_in
from adoption.training.models import OPEN, TAKEN, SeatRow, SeatState, SessionRow
from adoption.training.wait_list import free_seats, move_up


class SignedUp(StrEnum):
    """What came of somebody's wish for a seat."""

    RESERVED = "reserved"
    WAITING = "waiting"
    TOO_LATE = "too late"
    NOT_THERE = "not there"


@dataclass(frozen=True)
class Seat:
    """Somebody's seat in a session."""

    session: Session
    state: SeatState


@dataclass(frozen=True)
class Taken:
    """How many people have a seat in a session, and how many wait for one."""

    seats: int = 0
    waiting: int = 0


class Seats:
    """Reads and writes seats; every write can be repeated, and two at once come one by one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sign_up(self, session: str, account: str, at: datetime, now: datetime) -> SignedUp:
        """Gives somebody a seat, or a place on the wait list.

        Args:
            at: when they pressed; a press that is older than their last one changes nothing.
        """
        with write_lock(self._engine) as connection:
            found = session_in(connection, session)
            if found is None or found.is_cancelled:
                return SignedUp.NOT_THERE
            if found.starts_at <= now:
                return SignedUp.TOO_LATE
            person = person_of(connection, account, now)
            row = _row(connection, session, person)
            if row is not None and (row.state in OPEN or row.pressed_at >= at):
                return _outcome(row.state)
            move_up(connection, session, now)
            free = free_seats(connection, session) > 0
            state = SeatState.RESERVED if free else SeatState.WAITING
            _put(connection, session, person, state, at, row)
            return _outcome(state)

    def cancel(self, session: str, account: str, at: datetime, now: datetime) -> bool:
        """Gives a seat back; the next one of the wait list gets it. False once it has begun.

        Args:
            at: when they pressed, as for `sign_up`.
        """
        with write_lock(self._engine) as connection:
            found = session_in(connection, session)
            if found is None or found.starts_at <= now:
                return False
            person = person_of(connection, account, now)
            row = _row(connection, session, person)
            if row is not None and row.state in OPEN and row.pressed_at < at:
                _put(connection, session, person, SeatState.CANCELLED, at, row)
                move_up(connection, session, now)
            return True

    def tidy(self, now: datetime) -> None:
        """Takes back the seats of those who left, moves people up, and ends wait lists.

        A wait list ends when its session begins. Who left is owed no message.
        """
        with write_lock(self._engine) as connection:
            _release_leavers(connection, now)
            for id in connection.scalars(select(SessionRow.id).where(SessionRow.starts_at > now)):
                move_up(connection, id, now)
            begun = select(SessionRow.id).where(SessionRow.starts_at <= now)
            late = update(SeatRow).where(
                SeatRow.state == SeatState.WAITING, SeatRow.session_id.in_(begun)
            )
            ended = {"state": SeatState.CANCELLED, "revision": SeatRow.revision + 1}
            connection.execute(late.values(ended))

    def of(self, account: str, since: datetime) -> list[Seat]:
        """Somebody's seats in sessions that begin from a moment on, the next one first.

        What they cancelled, or what was cancelled, is left out.
        """
        query = (
            select(SeatRow.session_id, SeatRow.state)
            .join(Person, Person.id == SeatRow.person_id)
            .join(SessionRow, SessionRow.id == SeatRow.session_id)
            .where(Person.account == account, SessionRow.starts_at >= since)
            .where(SeatRow.state != SeatState.CANCELLED)
            .order_by(SessionRow.starts_at, SessionRow.id)
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).all()
            made = [(session_in(connection, id), state) for id, state in found]
        return [Seat(session, state) for session, state in made if session is not None]

    def taken(self, sessions: Collection[str]) -> Mapping[str, Taken]:
        """How full each of these sessions is."""
        query = (
            select(SeatRow.session_id, SeatRow.state, func.count())
            .where(SeatRow.session_id.in_(sessions), SeatRow.state != SeatState.CANCELLED)
            .group_by(SeatRow.session_id, SeatRow.state)
        )
        seats: Counter[str] = Counter()
        waiting: Counter[str] = Counter()
        with self._engine.connect() as connection:
            for id, state, count in connection.execute(query):
                (waiting if state is SeatState.WAITING else seats)[id] += count
        return {id: Taken(seats[id], waiting[id]) for id in sessions}

    def people(self, session: str) -> Mapping[str, SeatState]:
        """Everybody with a seat in a session, by account, without those who cancelled."""
        query = (
            select(Person.account, SeatRow.state)
            .join(Person, Person.id == SeatRow.person_id)
            .where(SeatRow.session_id == session, SeatRow.state != SeatState.CANCELLED)
            .order_by(SeatRow.pressed_at, SeatRow.person_id)
        )
        with self._engine.connect() as connection:
            return {account: state for account, state in connection.execute(query) if account}


def _release_leavers(connection: Connection, now: datetime) -> None:
    left = select(Member.person_id).where(Member.left_on <= now.date())
    begun = select(SessionRow.id).where(SessionRow.starts_at <= now)
    gone = update(SeatRow).where(
        SeatRow.state.in_(OPEN),
        SeatRow.person_id.in_(left),
        # Who left after a session may have been there.
        SeatRow.session_id.not_in(begun) | SeatRow.state.not_in(TAKEN),
    )
    silent = {
        "state": SeatState.CANCELLED,
        "revision": SeatRow.revision + 1,
        "told_revision": SeatRow.revision + 1,
        "told_state": SeatState.CANCELLED,
    }
    connection.execute(gone.values(silent))


def _outcome(state: SeatState) -> SignedUp:
    if state is SeatState.CANCELLED:
        # An older press than the one that cancelled.
        return SignedUp.NOT_THERE
    return SignedUp.WAITING if state is SeatState.WAITING else SignedUp.RESERVED


def _row(connection: Connection, session: str, person: str) -> SeatRow | None:
    query = select(SeatRow.__table__).where(
        SeatRow.session_id == session, SeatRow.person_id == person
    )
    found = connection.execute(query).mappings().first()
    return None if found is None else SeatRow(**found)


def _put(
    connection: Connection,
    session: str,
    person: str,
    state: SeatState,
    at: datetime,
    before: SeatRow | None,
) -> None:
    row = {
        "session_id": session,
        "person_id": person,
        "state": state,
        "pressed_at": at,
        "revision": before.revision + 1 if before else 1,
        "told_revision": before.told_revision if before else 0,
        "told_state": before.told_state if before else None,
        "told_sequence": before.told_sequence if before else None,
        "told_at": before.told_at if before else None,
        "zone": before.zone if before else None,
    }
    replace(connection, SeatRow, [row])
