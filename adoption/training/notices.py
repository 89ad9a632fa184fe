"""What people are owed a message about: each change of a seat, told once.

A message says what differs from what the person was told last. Whatever happens between two
messages, the later one is right, and nobody needs one that never came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, select, update

from adoption.db.writes import write_lock
from adoption.people.models import Person
from adoption.training.catalogue import Session, session_in
from adoption.training.models import TAKEN, SeatRow, SeatState


class NoticeKind(StrEnum):
    """What a message is about."""

    SEAT = "seat"
    WAITING = "waiting"
    MOVED_UP = "moved_up"
    MOVED = "moved"
    CANCELLED = "cancelled"
    SESSION_CANCELLED = "session_cancelled"
    NO_SEAT = "no_seat"
    ATTENDED = "attended"
    ABSENT = "absent"
    NOTHING = "nothing"


@dataclass(frozen=True)
class OwedNotice:
    """A message that somebody is owed.

    Attributes:
        revision: of their seat; each has one message.
    """

    session: str
    account: str
    revision: int

    @property
    def key(self) -> str:
        """Names the message for good."""
        return f"{self.session}:{self.account}:{self.revision}"


@dataclass(frozen=True)
class Notice:
    """A message about somebody's seat.

    Attributes:
        told: the state of the seat in the message before; None where there was none.
        zone: in which that message said the time; empty where there was none.
    """

    session: Session
    state: SeatState
    kind: NoticeKind
    told: SeatState | None = None
    zone: str = ""

    @property
    def adds_to_calendar(self) -> bool:
        """Whether their calendar is to hold the session, as it is now."""
        return self.state in TAKEN and self.kind is not NoticeKind.NOTHING

    @property
    def removes_from_calendar(self) -> bool:
        """Whether their calendar holds it, and no longer should."""
        was_invited = self.told is SeatState.CONFIRMED
        return was_invited and self.state in (SeatState.CANCELLED, SeatState.WAITING)


class SeatNotices:
    """Reads which messages are owed, and stores what was told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def owed(self, session: str | None = None) -> list[OwedNotice]:
        """The messages that are still to be sent, those of one session or all."""
        query = (
            select(SeatRow.session_id, Person.account, SeatRow.revision)
            .join(Person, Person.id == SeatRow.person_id)
            .where(SeatRow.revision > SeatRow.told_revision, Person.account.is_not(None))
            .order_by(SeatRow.session_id, SeatRow.pressed_at)
        )
        if session is not None:
            query = query.where(SeatRow.session_id == session)
        with self._engine.connect() as connection:
            return [OwedNotice(id, str(who), r) for id, who, r in connection.execute(query)]

    def notice(self, owed: OwedNotice, now: datetime) -> Notice | None:
        """What a message says; None where it was sent, or a later one replaces it."""
        row = SeatRow
        query = select(row.state, row.told_state, row.told_sequence, row.zone).where(
            *_of(owed), row.revision == owed.revision, row.told_revision < owed.revision
        )
        with self._engine.connect() as connection:
            seat, session = connection.execute(query).first(), session_in(connection, owed.session)
        if seat is None or session is None:
            return None
        moved = seat.told_sequence is not None and seat.told_sequence != session.sequence
        kind = kind_of(seat.told_state, seat.state, moved, session, now)
        return Notice(session, seat.state, kind, seat.told_state, seat.zone or "")

    def set_told(self, owed: OwedNotice, notice: Notice, zone: str, now: datetime) -> None:
        """Stores what somebody was told; a reserved seat is confirmed with it.

        Args:
            zone: in which they were told the time.
        """
        is_seat = notice.state in TAKEN
        told = {
            "told_revision": owed.revision,
            "told_state": SeatState.CONFIRMED if is_seat else notice.state,
            "told_sequence": notice.session.sequence,
            "told_at": now,
            "zone": zone,
        }
        own = update(SeatRow).where(*_of(owed))
        unchanged = own.where(
            SeatRow.state == SeatState.RESERVED, SeatRow.revision == owed.revision
        )
        with write_lock(self._engine) as connection:
            if is_seat:
                connection.execute(unchanged.values(state=SeatState.CONFIRMED))
            connection.execute(own.where(SeatRow.told_revision < owed.revision).values(told))


def _of(owed: OwedNotice) -> tuple[ColumnElement[bool], ...]:
    person = select(Person.id).where(Person.account == owed.account).scalar_subquery()
    return SeatRow.session_id == owed.session, SeatRow.person_id == person


def kind_of(
    told: SeatState | None, state: SeatState, moved: bool, session: Session, now: datetime
) -> NoticeKind:
    """What a message is about, from what somebody was told last and what is so now.

    Args:
        told: what they were told their seat is; None where they were told nothing.
        moved: whether the session was moved since.
    """
    if state is SeatState.ATTENDED:
        return NoticeKind.NOTHING if told is state else NoticeKind.ATTENDED
    if state is SeatState.ABSENT:
        return NoticeKind.NOTHING if told is state else NoticeKind.ABSENT
    if state is SeatState.CANCELLED:
        return _ended(told, session, now)
    if (state in TAKEN) == (told is SeatState.CONFIRMED) and told not in (
        None,
        SeatState.CANCELLED,
    ):
        return NoticeKind.MOVED if moved else NoticeKind.NOTHING
    if state is SeatState.WAITING:
        return NoticeKind.WAITING
    return NoticeKind.MOVED_UP if told is SeatState.WAITING else NoticeKind.SEAT


def _ended(told: SeatState | None, session: Session, now: datetime) -> NoticeKind:
    if told is SeatState.CANCELLED:
        return NoticeKind.NOTHING
    if session.is_cancelled:
        return NoticeKind.SESSION_CANCELLED
    if told is SeatState.WAITING and session.starts_at <= now:
        return NoticeKind.NO_SEAT
    return NoticeKind.CANCELLED
