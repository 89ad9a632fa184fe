"""Keeps what the language model used, for each person and day, and grants no more than allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Select, String, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from adoption.questions.models import Base
from adoption.questions.record import Record

# PostgreSQL's advisory lock for "reserving tokens": any fixed number does.
_RESERVING = 7_261_002

GRANTED = "granted"
PERSON_REACHED = "person reached"
EVERYONE_REACHED = "everyone reached"


class ModelUse(Base):
    """What the language model used for one person on one day."""

    __tablename__ = "model_use"

    day: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("people.id"), primary_key=True, index=True
    )
    tokens_in: Mapped[int]
    tokens_out: Mapped[int]
    cost: Mapped[float]


class AnyUse(Protocol):
    """Tokens read and written, and what they cost."""

    @property
    def tokens_in(self) -> int:
        """Tokens that the model read."""

    @property
    def tokens_out(self) -> int:
        """Tokens that it wrote."""

    @property
    def cost(self) -> float:
        """In the currency of the prices."""


@dataclass(frozen=True)
class Sum:
    """What was used, added up."""

    tokens_in: int
    tokens_out: int
    cost: float

    @property
    def tokens(self) -> int:
        """Both kinds together."""
        return self.tokens_in + self.tokens_out


class Spending:
    """The days' use, in the record's database; people are there under their pseudonyms."""

    def __init__(self, record: Record, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._clock = clock

    def reserve(
        self,
        account: str,
        day: date,
        use: AnyUse,
        person_holds: Callable[[Any], bool],
        everyone_holds: Callable[[Any], bool],
    ) -> str:
        """Adds a use if the day's sums with it hold; no other worker comes between.

        Gives `granted`, `person reached` or `everyone reached`.
        """
        with self._record.transaction() as session:
            self._alone(session)
            person = self._record.person(session, account, self._clock())
            of_day = _sum().where(ModelUse.day == day)
            of_person = _read(session, of_day.where(ModelUse.person_id == person))
            if not person_holds(_plus(of_person, use)):
                return PERSON_REACHED
            if not everyone_holds(_plus(_read(session, of_day), use)):
                return EVERYONE_REACHED
            self._add(session, person, day, use)
            return GRANTED

    def correct(self, account: str, day: date, difference: AnyUse) -> None:
        """Adds what was used beyond a reservation; less was used where it is negative."""
        with self._record.transaction() as session:
            self._alone(session)
            person = self._record.person(session, account, self._clock())
            self._add(session, person, day, difference)

    def of_day(self, day: date) -> Sum:
        """What all together used on a day."""
        with Session(self._record.engine) as session:
            return _read(session, _sum().where(ModelUse.day == day))

    def _alone(self, session: Session) -> None:
        """Waits for whoever reserves at this moment; SQLite's transaction has waited already."""
        if self._record.engine.dialect.name != "sqlite":
            session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _RESERVING})

    def _add(self, session: Session, person: str, day: date, use: AnyUse) -> None:
        row = session.get(ModelUse, (day, person))
        if row is None:
            row = ModelUse(day=day, person_id=person, tokens_in=0, tokens_out=0, cost=0.0)
            session.add(row)
        row.tokens_in += use.tokens_in
        row.tokens_out += use.tokens_out
        row.cost += use.cost


def _sum() -> Select[int, int, float]:
    return select(
        func.coalesce(func.sum(ModelUse.tokens_in), 0),
        func.coalesce(func.sum(ModelUse.tokens_out), 0),
        func.coalesce(func.sum(ModelUse.cost), 0.0),
    )


def _read(session: Session, query: Select[int, int, float]) -> Sum:
    tokens_in, tokens_out, cost = session.execute(query).one()
    return Sum(int(tokens_in), int(tokens_out), float(cost))


def _plus(known: Sum, use: AnyUse) -> Sum:
    return Sum(
        known.tokens_in + use.tokens_in,
        known.tokens_out + use.tokens_out,
        known.cost + use.cost,
    )
