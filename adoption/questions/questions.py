"""Questions and how they ended: stored once, edited, withdrawn, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session, selectinload

from adoption.db.texts import storable
from adoption.db.writes import insert_new, transaction
from adoption.people.directory import person_of
from adoption.people.models import Person
from adoption.questions.logging_pauses import is_paused
from adoption.questions.models import (
    OUTSIDE_SLACK,
    CitationRow,
    Interaction,
    Outcome,
    QuestionEditRow,
    Surface,
)
from adoption.questions.threads import insert_turn

# What an edit of a question leaves as it was.
_UNEDITED = ("id", "asked_at", "surface", "client", "channel")


@dataclass(frozen=True)
class Cited:
    """A source under an answer, as the record has it."""

    number: int
    passage_id: str
    title: str
    heading: str
    source: str


@dataclass(frozen=True)
class Asked:
    """One question and how it ended, ready to be stored.

    Attributes:
        id: names the question for good (its channel and ts in Slack).
        account: who asked, as the surface knows them (team and user id in Slack).
        client: the AI tool that asked in their name; empty where they asked themselves.
        find_seconds: finding passages; answer_seconds: writing the answer;
            post_seconds: delivering it.
    """

    id: str
    account: str
    asked_at: datetime
    surface: Surface
    channel: str
    question: str
    outcome: Outcome
    answer: str
    index_version: str
    model: str | None = None
    tool: str | None = None
    client: str = ""
    find_seconds: float = 0.0
    answer_seconds: float = 0.0
    post_seconds: float = 0.0
    citations: Sequence[Cited] = field(default_factory=tuple)

    def row(self) -> dict[str, Any]:
        """The columns of the question's row, without who asked."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        del values["account"], values["citations"]
        texts = {name: storable(values[name]) for name in ("question", "answer", "client")}
        return values | texts


class Questions:
    """The questions of the record; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, asked: Asked, thread: str = "") -> bool:
        """Stores a question; False if it already was, and then nothing changes.

        A question of somebody who paused logging is not stored either.

        Args:
            thread: in which it was answered, as `Threads.add` stores it; empty where it was not.
        """
        with transaction(self._engine) as connection:
            if is_paused(connection, asked.account):
                return False
            if thread:
                insert_turn(connection, asked.id, asked.channel, thread)
            person = person_of(connection, asked.account, asked.asked_at)
            if not insert_new(connection, Interaction, asked.row() | {"person_id": person}):
                return False
            _add_citations(connection, asked)
            return True

    def edit(self, asked: Asked, edited_at: datetime) -> bool:
        """Stores an edited question and how it ended in place of the first; False if none is.

        The moment at which it was asked, the person and the votes stay. The same edit a second
        time changes nothing more.
        """
        with transaction(self._engine) as connection:
            question = Interaction.id == asked.id
            query = select(Interaction.id).where(question).with_for_update()
            if connection.scalar(query) is None:
                return False
            row = {"interaction_id": asked.id, "edited_at": edited_at}
            if insert_new(connection, QuestionEditRow, row):
                values = {k: v for k, v in asked.row().items() if k not in _UNEDITED}
                connection.execute(update(Interaction).where(question).values(values))
                connection.execute(
                    delete(CitationRow).where(CitationRow.interaction_id == asked.id)
                )
                _add_citations(connection, asked)
            return True

    def edits(self, interaction_id: str) -> list[datetime]:
        """When a question was edited, the first edit first."""
        edited = QuestionEditRow.edited_at
        query = select(edited).where(QuestionEditRow.interaction_id == interaction_id)
        with self._engine.connect() as connection:
            return list(connection.scalars(query.order_by(edited)))

    def withdraw(self, interaction_id: str) -> None:
        """Deletes the words of a question that was deleted; that it was asked still counts."""
        with transaction(self._engine) as connection:
            gone = update(Interaction).where(Interaction.id == interaction_id)
            connection.execute(gone.values(question=""))

    def has(self, interaction_id: str) -> bool:
        """Whether a question is stored."""
        with self._engine.connect() as connection:
            return bool(connection.scalar(select(exists().where(Interaction.id == interaction_id))))

    def get(self, interaction_id: str) -> Interaction | None:
        """One question with its citations, or None."""
        with Session(self._engine) as session:
            return session.scalar(
                select(Interaction)
                .where(Interaction.id == interaction_id)
                .options(selectinload(Interaction.citations))
            )

    def between(self, start: datetime, end: datetime) -> list[Interaction]:
        """The questions asked from `start` up to but without `end`, the oldest first."""
        query = (
            select(Interaction)
            .where(Interaction.asked_at >= start, Interaction.asked_at < end)
            .order_by(Interaction.asked_at, Interaction.id)
            .options(selectinload(Interaction.citations))
        )
        with Session(self._engine) as session:
            return list(session.scalars(query))

    def ids_of(self, account: str) -> list[str]:
        """The ids of the questions somebody asked."""
        query = select(Interaction.id).join(Person, Person.id == Interaction.person_id)
        with self._engine.connect() as connection:
            return list(connection.scalars(query.where(Person.account == account)))

    def first_asked(self) -> datetime | None:
        """When the first question was asked; None while there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.min(Interaction.asked_at)))

    def last_asked_in_slack(self) -> datetime | None:
        """When the newest question was asked in Slack; None where there is none."""
        query = select(func.max(Interaction.asked_at)).where(
            Interaction.surface.not_in(OUTSIDE_SLACK)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def count(self) -> int:
        """How many questions are stored."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Interaction)) or 0


def _add_citations(connection: Connection, asked: Asked) -> None:
    rows = [
        {
            "interaction_id": asked.id,
            "number": cited.number,
            "passage_id": cited.passage_id,
            "title": storable(cited.title),
            "heading": storable(cited.heading),
            "source": storable(cited.source),
        }
        for cited in asked.citations
    ]
    if rows:
        connection.execute(insert(CitationRow), rows)
