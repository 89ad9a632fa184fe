"""The record: writes down each question, source and thumb once, and reads them back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, selectinload

from adoption.db.engine import open_database
from adoption.db.texts import storable
from adoption.questions.desk_models import Pause
from adoption.questions.models import (
    Base,
    CitationRow,
    Feedback,
    Interaction,
    Outcome,
    Person,
    Reason,
    Surface,
    Vote,
)


@dataclass(frozen=True)
class Cited:
    """A source under an answer, as the record keeps it."""

    number: int
    passage_id: str
    title: str
    heading: str
    source: str


@dataclass(frozen=True)
class Asked:
    """One question and how it ended, ready to be written down.

    Attributes:
        id: names the question for good (its channel and ts in Slack).
        account: who asked, as the surface knows them (team and user id in Slack).
        find_seconds: finding passages; answer_seconds: putting the answer;
            post_seconds: handing it over.
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
    find_seconds: float = 0.0
    answer_seconds: float = 0.0
    post_seconds: float = 0.0
    citations: Sequence[Cited] = field(default_factory=tuple)


@dataclass(frozen=True)
class Opinion:
    """What one person made of one answer."""

    vote: Vote
    reason: Reason | None
    comment: str | None
    voted_at: datetime


class Record:
    """Everything that happened, in one database.

    Every write is repeatable: the same fact written twice is there once.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Record:
        """The record at a database address, tables up to date.

        Raises:
            RecordUnavailable: see `adoption.db.engine.open_database`.
        """
        return cls(open_database(url))

    def close(self) -> None:
        """Lets go of every connection."""
        self.engine.dispose()

    def keep_interaction(self, asked: Asked) -> bool:
        """Writes a question down; False if it already was, and then nothing changes.

        A question of somebody who wants none of theirs kept is not written down either.
        """
        with self.transaction() as session:
            if session.get(Pause, asked.account) is not None:
                return False
            person = self.person(session, asked.account, asked.asked_at)
            if not self.insert_new(session, Interaction, values_of(asked) | {"person_id": person}):
                return False
            session.add_all(citations_of(asked))
            return True

    def keep_vote(self, interaction_id: str, account: str, vote: Vote, voted_at: datetime) -> bool:
        """Writes a thumb down in place of the person's earlier one; False if it is older.

        A reason given for a thumb down goes when the thumb is turned up.
        """
        with self.transaction() as session:
            row = self._feedback_of(session, interaction_id, account, vote, voted_at)
            if row.voted_at > voted_at:
                return False
            row.vote, row.voted_at = vote, voted_at
            if vote is Vote.POSITIVE:
                row.reason = row.comment = None
            return True

    def keep_reason(
        self,
        interaction_id: str,
        account: str,
        reason: Reason,
        comment: str | None,
        given_at: datetime,
    ) -> bool:
        """Writes down why an answer did not help; False if the thumb has been turned up since."""
        with self.transaction() as session:
            row = self._feedback_of(session, interaction_id, account, Vote.NEGATIVE, given_at)
            if row.vote is Vote.POSITIVE:
                return False
            row.reason, row.comment = reason, comment
            return True

    def interaction(self, interaction_id: str) -> Interaction | None:
        """One question with its citations, or None."""
        with Session(self.engine) as session:
            return session.scalar(
                select(Interaction)
                .where(Interaction.id == interaction_id)
                .options(selectinload(Interaction.citations))
            )

    def interactions(self, start: datetime, end: datetime) -> list[Interaction]:
        """The questions asked from `start` up to but without `end`, the oldest first."""
        query = (
            select(Interaction)
            .where(Interaction.asked_at >= start, Interaction.asked_at < end)
            .order_by(Interaction.asked_at, Interaction.id)
            .options(selectinload(Interaction.citations))
        )
        with Session(self.engine) as session:
            return list(session.scalars(query))

    def feedback(self, start: datetime, end: datetime) -> list[Feedback]:
        """The thumbs under questions asked from `start` up to but without `end`."""
        query = (
            select(Feedback)
            .join(Interaction, Interaction.id == Feedback.interaction_id)
            .where(Interaction.asked_at >= start, Interaction.asked_at < end)
            .order_by(Feedback.interaction_id, Feedback.person_id)
        )
        with Session(self.engine) as session:
            return list(session.scalars(query))

    def opinion(self, interaction_id: str, account: str) -> Opinion | None:
        """What that person made of that answer, or None."""
        query = (
            select(Feedback)
            .join(Person, Person.id == Feedback.person_id)
            .where(Feedback.interaction_id == interaction_id, Person.account == account)
        )
        with Session(self.engine) as session:
            row = session.scalar(query)
        if row is None:
            return None
        return Opinion(row.vote, row.reason, row.comment, row.voted_at)

    def count(self) -> int:
        """How many questions are written down."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(Interaction)) or 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed at the end, or not at all."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            if self.engine.dialect.name == "sqlite":
                # Taking the write lock first makes read-then-write one step for every writer.
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            yield session

    def person(self, session: Session, account: str, seen: datetime) -> str:
        """The pseudonym of an account, made at first sight; two workers make one."""
        row = {"id": uuid.uuid4().hex, "account": account, "first_seen": seen}
        self.insert_new(session, Person, row)
        return session.scalars(select(Person.id).where(Person.account == account)).one()

    def _feedback_of(
        self, session: Session, interaction_id: str, account: str, vote: Vote, at: datetime
    ) -> Feedback:
        """The person's row for an answer, made with `vote` where none is, locked for us."""
        person = self.person(session, account, at)
        row = {
            "interaction_id": interaction_id,
            "person_id": person,
            "vote": vote,
            "voted_at": at,
        }
        self.insert_new(session, Feedback, row)
        query = select(Feedback).where(
            Feedback.interaction_id == interaction_id, Feedback.person_id == person
        )
        return session.scalars(query.with_for_update()).one()

    def insert_new(self, session: Session, table: type[Base], row: dict[str, Any]) -> bool:
        """Inserts a row unless its key is taken, also by someone who writes at this moment."""
        insert = sqlite_insert if self.engine.dialect.name == "sqlite" else postgresql_insert
        keys = inspect(table).primary_key
        done = insert(table).values(row).on_conflict_do_nothing().returning(*keys)
        return session.execute(done).first() is not None


def values_of(asked: Asked) -> dict[str, Any]:
    """The columns of a question's row, without who asked."""
    return {
        "id": asked.id,
        "asked_at": asked.asked_at,
        "surface": asked.surface,
        "channel": asked.channel,
        "question": storable(asked.question),
        "outcome": asked.outcome,
        "answer": storable(asked.answer),
        "tool": asked.tool,
        "index_version": asked.index_version,
        "model": asked.model,
        "find_seconds": asked.find_seconds,
        "answer_seconds": asked.answer_seconds,
        "post_seconds": asked.post_seconds,
    }


def citations_of(asked: Asked) -> list[CitationRow]:
    """The sources of a question as rows."""
    return [
        CitationRow(
            interaction_id=asked.id,
            number=cited.number,
            passage_id=cited.passage_id,
            title=storable(cited.title),
            heading=storable(cited.heading),
            source=storable(cited.source),
        )
        for cited in asked.citations
    ]
