"""Moves people up from the wait list of a session, within the transaction that frees a seat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from adoption.people.models import Member
from adoption.training.models import TAKEN, SeatRow, SeatState, SessionRow


def free_seats(connection: Connection, session: str) -> int:
    """How many seats of a session nobody has; under zero where more were given than there are."""
    taken = select(func.count()).where(SeatRow.session_id == session, SeatRow.state.in_(TAKEN))
    seats = connection.scalar(select(SessionRow.seats).where(SessionRow.id == session)) or 0
    return seats - (connection.scalar(taken) or 0)


def move_up(connection: Connection, session: str, now: datetime) -> None:
    """Reserves free seats for those who wait longest, as long as the session has not begun.

    Who has left the company is passed over.
    """
    open_still = select(SessionRow.id).where(
        SessionRow.id == session, SessionRow.cancelled_at.is_(None), SessionRow.starts_at > now
    )
    if connection.scalar(open_still) is None:
        return
    waiting = (
        select(SeatRow.person_id)
        .outerjoin(Member, Member.person_id == SeatRow.person_id)
        .where(
            SeatRow.session_id == session,
            SeatRow.state == SeatState.WAITING,
            or_(Member.left_on.is_(None), Member.left_on > now.date()),
        )
        .order_by(SeatRow.pressed_at, SeatRow.person_id)
        .limit(max(free_seats(connection, session), 0))
    )
    for person in connection.scalars(waiting).all():
        own = update(SeatRow).where(SeatRow.session_id == session, SeatRow.person_id == person)
        changed = {"state": SeatState.RESERVED, "revision": SeatRow.revision + 1}
        connection.execute(own.values(changed))
