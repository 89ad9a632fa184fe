"""Follow-ups: due, sent, answered. Every change can be repeated, and of two at once one happens.

due ──send──▶ sent ──answer──▶ answered
 ├──(the person left)──▶ cancelled
 └──(Slack refuses it)──▶ refused ──(admins know)──▶ cancelled
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from adoption.db.writes import insert_new, write_lock
from adoption.follow_ups.models import Feeling, FollowUpRow, FollowUpState, Obstacle
from adoption.follow_ups.occasions import AFTER_WEEKS, Occasion, Occasions, from_record
from adoption.people.directory import may_be_asked
from adoption.people.models import Member, Person

# What was due longer ago is not asked any more; answers are taken for so long.
_LATE, _ANSWERABLE = timedelta(days=7), timedelta(days=28)
# Nobody is asked twice within so many days.
_APART = timedelta(days=7)
_OPEN = (FollowUpState.DUE, FollowUpState.SENT)


@dataclass(frozen=True)
class FollowUp:
    """A follow-up with somebody; `account` is None where they erased their data."""

    id: str
    account: str | None
    occasion: str
    weeks: int
    due_on: date
    state: FollowUpState

    def is_open_on(self, day: date) -> bool:
        """Whether it takes an answer on a day."""
        return self.state in _OPEN and day <= self.due_on + _ANSWERABLE


_COLUMNS = (
    FollowUpRow.id,
    Person.account,
    FollowUpRow.occasion,
    FollowUpRow.weeks,
    FollowUpRow.due_on,
    FollowUpRow.state,
)


class FollowUps:
    """Stores follow-ups."""

    def __init__(self, engine: Engine, occasions: Occasions = from_record) -> None:
        self._engine = engine
        self._occasions = occasions

    def open_due(self, today: date) -> list[str]:
        """Stores the follow-ups that are due, and returns the ids of all that are to be sent.

        Whoever was followed up in the week before is left in peace.
        """
        since = today - timedelta(weeks=max(AFTER_WEEKS)) - _LATE
        with write_lock(self._engine) as connection:
            there = _there(connection, today)
            for occasion in self._occasions(connection, since):
                for weeks, due_on in occasion.due():
                    if today - _LATE < due_on <= today and occasion.person_id in there:
                        _open(connection, occasion, weeks, due_on)
            due = select(FollowUpRow.id).where(FollowUpRow.state == FollowUpState.DUE)
            return list(connection.scalars(due.order_by(FollowUpRow.id)))

    def get(self, id: str) -> FollowUp | None:
        """One follow-up, or None."""
        return next(iter(self._found(FollowUpRow.id == id)), None)

    def open_of(self, account: str, today: date) -> list[FollowUp]:
        """Those that were sent to somebody and take an answer, the newest first."""
        which = (Person.account == account) & (FollowUpRow.state == FollowUpState.SENT)
        found = self._found(which)
        return [each for each in reversed(found) if each.is_open_on(today)]

    def to_send(self, id: str, today: date) -> str | None:
        """The account of whoever is to be sent a follow-up; None where it is not to be sent.

        It is cancelled where the person has left, or has no account any more.
        """
        with write_lock(self._engine) as connection:
            row = connection.execute(
                select(FollowUpRow.person_id, Person.account)
                .join(Person, Person.id == FollowUpRow.person_id)
                .where(FollowUpRow.id == id, FollowUpRow.state == FollowUpState.DUE)
            ).first()
            if row is None:
                return None
            if row.account and row.person_id in _there(connection, today):
                return str(row.account)
            _change(connection, FollowUpRow.id == id, state=FollowUpState.CANCELLED)
            return None

    def set_sent(self, id: str) -> None:
        """Stores that a follow-up was sent."""
        which = (FollowUpRow.id == id) & (FollowUpRow.state == FollowUpState.DUE)
        with write_lock(self._engine) as connection:
            _change(connection, which, state=FollowUpState.SENT)

    def set_refused(self, id: str) -> None:
        """Stores that Slack did not take a follow-up."""
        which = (FollowUpRow.id == id) & (FollowUpRow.state == FollowUpState.DUE)
        with write_lock(self._engine) as connection:
            _change(connection, which, state=FollowUpState.REFUSED)

    def refused(self) -> list[str]:
        """The accounts of people to whom a follow-up could not be sent, until admins know."""
        found = self._found(FollowUpRow.state == FollowUpState.REFUSED)
        return sorted({each.account for each in found if each.account})

    def close_refused(self, accounts: Sequence[str]) -> None:
        """Cancels what could not be sent to some accounts, once admins know."""
        people = select(Person.id).where(Person.account.in_(accounts))
        which = FollowUpRow.person_id.in_(people) & (FollowUpRow.state == FollowUpState.REFUSED)
        with write_lock(self._engine) as connection:
            _change(connection, which, state=FollowUpState.CANCELLED)

    def answer(
        self, id: str, account: str, how: Feeling, obstacle: Obstacle, today: date, key: str
    ) -> bool:
        """Stores an answer of the person it is with; True for the one that did, also repeated."""
        with write_lock(self._engine) as connection:
            person = select(Person.id).where(Person.account == account).scalar_subquery()
            own = (FollowUpRow.id == id) & (FollowUpRow.person_id == person)
            ready = FollowUpRow.state.in_(_OPEN) & (FollowUpRow.due_on >= today - _ANSWERABLE)
            _change(
                connection,
                own & ready,
                state=FollowUpState.ANSWERED,
                how=how,
                obstacle=obstacle,
                answered_on=today,
                answer_key=key,
            )
            return connection.scalar(select(FollowUpRow.answer_key).where(own)) == key

    def set_point(self, id: str, question: str) -> None:
        """Stores which question an open point became."""
        with write_lock(self._engine) as connection:
            _change(connection, FollowUpRow.id == id, point=question)

    def set_draft(self, id: str, submission: str) -> None:
        """Stores which submission a practice became."""
        with write_lock(self._engine) as connection:
            _change(connection, FollowUpRow.id == id, draft=submission)

    def _found(self, which: Any) -> list[FollowUp]:
        query = select(*_COLUMNS).join(Person, Person.id == FollowUpRow.person_id).where(which)
        with self._engine.connect() as connection:
            rows: Sequence[Any] = connection.execute(query.order_by(FollowUpRow.due_on)).all()
        return [FollowUp(*row) for row in rows]


def _there(connection: Connection, today: date) -> set[str]:
    """Everybody on the roster who may be asked something on a day."""
    query = (
        select(Member.person_id)
        .join(Person, Person.id == Member.person_id)
        .where(may_be_asked(today))
    )
    return set(connection.scalars(query))


def _open(connection: Connection, occasion: Occasion, weeks: int, due_on: date) -> None:
    near = select(FollowUpRow.id).where(
        FollowUpRow.person_id == occasion.person_id,
        FollowUpRow.due_on.between(due_on - _APART, due_on + _APART),
    )
    if connection.scalar(near.limit(1)) is not None:
        return
    row = {
        "id": occasion.id(weeks),
        "person_id": occasion.person_id,
        "occasion": occasion.kind,
        "weeks": weeks,
        "due_on": due_on,
        "state": FollowUpState.DUE,
    }
    insert_new(connection, FollowUpRow, row)


def _change(connection: Connection, which: Any, **values: Any) -> None:
    connection.execute(update(FollowUpRow).where(which).values(**values))
