"""What the language model used, for each person and day; grants no more than allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, func, select

from adoption.db.writes import Lock, upsert, write_lock
from adoption.people.directory import person_of
from adoption.questions.models import ModelUse

GRANTED = "granted"
PERSON_REACHED = "person reached"
EVERYONE_REACHED = "everyone reached"


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
    """What the language model used each day; people are there under their pseudonyms."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
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

        Returns `granted`, `person reached` or `everyone reached`.
        """
        with write_lock(self._engine, Lock.MODEL_BUDGET) as connection:
            person = person_of(connection, account, self._clock())
            of_day = _sum().where(ModelUse.day == day)
            of_person = _read(connection, of_day.where(ModelUse.person_id == person))
            if not person_holds(_plus(of_person, use)):
                return PERSON_REACHED
            if not everyone_holds(_plus(_read(connection, of_day), use)):
                return EVERYONE_REACHED
            _add(connection, person, day, use)
            return GRANTED

    def correct(self, account: str, day: date, difference: AnyUse) -> None:
        """Adds what was used beyond a reservation; less was used where it is negative."""
        with write_lock(self._engine, Lock.MODEL_BUDGET) as connection:
            person = person_of(connection, account, self._clock())
            _add(connection, person, day, difference)

    def of_day(self, day: date) -> Sum:
        """What all together used on a day."""
        with self._engine.connect() as connection:
            return _read(connection, _sum().where(ModelUse.day == day))


def _add(connection: Connection, person: str, day: date, use: AnyUse) -> None:
    names = ("tokens_in", "tokens_out", "cost")
    row = {"day": day, "person_id": person} | {name: getattr(use, name) for name in names}
    insert = upsert(connection, ModelUse)
    grown = {name: getattr(ModelUse, name) + insert.excluded[name] for name in names}
    done = insert.on_conflict_do_update(index_elements=["day", "person_id"], set_=grown)
    connection.execute(done, [row])


def _sum() -> Select[int, int, float]:
    return select(
        func.coalesce(func.sum(ModelUse.tokens_in), 0),
        func.coalesce(func.sum(ModelUse.tokens_out), 0),
        func.coalesce(func.sum(ModelUse.cost), 0.0),
    )


def _read(connection: Connection, query: Select[int, int, float]) -> Sum:
    tokens_in, tokens_out, cost = connection.execute(query).one()
    return Sum(int(tokens_in), int(tokens_out), float(cost))


def _plus(known: Sum, use: AnyUse) -> Sum:
    return Sum(
        known.tokens_in + use.tokens_in,
        known.tokens_out + use.tokens_out,
        known.cost + use.cost,
    )
