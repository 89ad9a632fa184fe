"""Invitations and answers of the round that is open."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, or_, select, update

from adoption.db.texts import storable
from adoption.db.writes import insert_new, write_lock
from adoption.people.models import Member, Person
from adoption.pulse.models import (
    PulseCommentRow,
    PulseGroupRow,
    PulseInvitationRow,
    PulseReceiptRow,
    PulseRoundRow,
    RoundState,
)
from adoption.pulse.receipts import key_check, receipt_of, slot_of
from adoption.pulse.statements import ELEMENTS, HIGHEST, LOWEST


class Outcome(StrEnum):
    """What became of an answer."""

    COUNTED = "counted"
    ALREADY = "already"
    CLOSED = "closed"
    NOT_INVITED = "not invited"


@dataclass(frozen=True)
class Answer:
    """What somebody thinks; `scores` are in the order of the statements."""

    scores: Sequence[int]
    comment: str = ""

    def __post_init__(self) -> None:
        fits = len(self.scores) == len(ELEMENTS)
        if not fits or not all(LOWEST <= score <= HIGHEST for score in self.scores):
            raise ValueError("An answer has a score from 1 to 5 for each statement.")


class PulseAnswers:
    """Counts answers without keeping whose they are.

    Args:
        secret: the part of the receipts' key that is not in the database.
    """

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self._engine = engine
        self._secret = secret

    def add(self, round_id: str, account: str, answer: Answer, now: datetime) -> Outcome:
        """Counts an answer in its group; the first one of each person.

        All in one transaction: a receipt, the group's counts, the comment.
        """
        return self.add_all(round_id, {account: answer}, now)[account]

    def add_all(
        self, round_id: str, answers: Mapping[str, Answer], now: datetime
    ) -> dict[str, Outcome]:
        """Counts the answers of several accounts in one transaction, each as `add` does."""
        with write_lock(self._engine) as connection:
            salt = self._salt(connection, round_id, now)
            return {
                account: Outcome.CLOSED
                if salt is None
                else self._add(connection, round_id, salt, account, answer)
                for account, answer in answers.items()
            }

    def _add(
        self, connection: Connection, round_id: str, salt: str, account: str, answer: Answer
    ) -> Outcome:
        number = _number(connection, round_id, account)
        if number is None:
            return Outcome.NOT_INVITED
        row = {"round_id": round_id, "receipt": receipt_of(self._secret, salt, account)}
        if not insert_new(connection, PulseReceiptRow, row):
            return Outcome.ALREADY
        _count(connection, round_id, number, answer.scores)
        if text := storable(answer.comment.strip()):
            row = {"id": secrets.token_hex(16), "round_id": round_id, "text": text}
            insert_new(connection, PulseCommentRow, row)
        return Outcome.COUNTED

    def is_awaited(self, round_id: str, account: str, now: datetime) -> bool:
        """Whether somebody is invited, and can still answer."""
        with self._engine.connect() as connection:
            salt = self._salt(connection, round_id, now)
            if salt is None or _number(connection, round_id, account) is None:
                return False
            return not self._has_answered(connection, round_id, salt, account)

    def is_invited(self, round_id: str, account: str, now: datetime) -> bool:
        """Whether somebody may answer, or has answered, a round that takes answers."""
        with self._engine.connect() as connection:
            salt = self._salt(connection, round_id, now)
            return salt is not None and _number(connection, round_id, account) is not None

    def slots(self, round_id: str, now: datetime) -> list[str]:
        """A name for each person who is invited, in no order that says who is who."""
        with self._engine.connect() as connection:
            salt = self._salt(connection, round_id, now)
            accounts = _accounts(connection, round_id) if salt else []
            return sorted(slot_of(self._secret, str(salt), each) for each in accounts)

    def awaited_at(self, round_id: str, slot: str, now: datetime, today: date) -> str | None:
        """The account behind a slot, if they can still answer and have not left; or None."""
        with self._engine.connect() as connection:
            salt = self._salt(connection, round_id, now)
            accounts = _accounts(connection, round_id, today) if salt else []
            for account in accounts:
                if salt and slot_of(self._secret, salt, account) == slot:
                    has_answered = self._has_answered(connection, round_id, salt, account)
                    return None if has_answered else account
        return None

    def _salt(self, connection: Connection, round_id: str, now: datetime) -> str | None:
        """The salt of a round that takes answers; None where it does not, or the secret changed.

        With another secret, people who have answered could answer again.
        """
        query = select(PulseRoundRow.salt, PulseRoundRow.key_check).where(
            PulseRoundRow.id == round_id,
            PulseRoundRow.state == RoundState.OPEN,
            PulseRoundRow.closes_at > now,
        )
        found = connection.execute(query).first()
        if found is None or not found.salt:
            return None
        is_same = key_check(self._secret, found.salt) == found.key_check
        return str(found.salt) if is_same else None

    def _has_answered(self, connection: Connection, round_id: str, salt: str, account: str) -> bool:
        receipt = receipt_of(self._secret, salt, account)
        query = select(PulseReceiptRow.receipt).where(
            PulseReceiptRow.round_id == round_id, PulseReceiptRow.receipt == receipt
        )
        return connection.scalar(query) is not None


def _number(connection: Connection, round_id: str, account: str) -> int | None:
    query = (
        select(PulseInvitationRow.number)
        .join(Person, Person.id == PulseInvitationRow.person_id)
        .where(PulseInvitationRow.round_id == round_id, Person.account == account)
    )
    return connection.scalar(query)


def _accounts(connection: Connection, round_id: str, today: date | None = None) -> list[str]:
    """The accounts of everybody who is invited; with a day, of those who are still there."""
    query = (
        select(Person.account)
        .join(PulseInvitationRow, PulseInvitationRow.person_id == Person.id)
        .outerjoin(Member, Member.person_id == Person.id)
        .where(PulseInvitationRow.round_id == round_id, Person.account.is_not(None))
    )
    if today is not None:
        query = query.where(or_(Member.left_on.is_(None), Member.left_on > today))
    return [account for account in connection.scalars(query) if account]


def _count(connection: Connection, round_id: str, number: int, scores: Sequence[int]) -> None:
    own = (PulseGroupRow.round_id == round_id) & (PulseGroupRow.number == number)
    query = select(PulseGroupRow.answered, PulseGroupRow.counts).where(own)
    answered, counts = connection.execute(query).one()
    for given, score in zip(counts, scores, strict=True):
        given[score - LOWEST] += 1
    values = {"answered": answered + 1, "counts": [list(given) for given in counts]}
    connection.execute(update(PulseGroupRow).where(own).values(values))
