"""Remembers which questions belong to one thread, so that a conversation can go on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adoption.privacy.personal_data import is_paused
from adoption.questions.models import Base, Interaction, Outcome, Person
from adoption.questions.record import Record

MOST_TURNS = 5


class ThreadTurn(Base):
    """The thread in which a question was answered.

    It is written before the question's own row, so `interaction_id` is no foreign key.
    """

    __tablename__ = "thread_turns"
    __table_args__ = (Index("ix_thread_turns_channel_thread", "channel", "thread"),)

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    channel: Mapped[str] = mapped_column(String(255))
    thread: Mapped[str] = mapped_column(String(255))


class Threads:
    """The conversations in the record's database."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def keep(self, interaction_id: str, channel: str, thread: str, account: str = "") -> bool:
        """Writes down that a question is answered in a thread; False if it already was.

        A question of somebody who wants none of theirs kept is not written down either.
        """
        if account and is_paused(self._record.engine, account):
            return False
        row = {"interaction_id": interaction_id, "channel": channel, "thread": thread}
        with self._record.transaction() as session:
            return self._record.insert_new(session, ThreadTurn, row)

    def takes_part(self, channel: str, thread: str) -> bool:
        """Whether a question was answered in this thread."""
        query = select(exists().where(ThreadTurn.channel == channel, ThreadTurn.thread == thread))
        with Session(self._record.engine) as session:
            return bool(session.scalar(query))

    def questions(self, channel: str, thread: str, account: str, before: datetime) -> list[str]:
        """What that person asked in this thread before a moment, the oldest first.

        The last five at most; what failed was never answered and is left out.
        """
        query = (
            select(Interaction.question)
            .join(ThreadTurn, ThreadTurn.interaction_id == Interaction.id)
            .join(Person, Person.id == Interaction.person_id)
            .where(
                ThreadTurn.channel == channel,
                ThreadTurn.thread == thread,
                Person.account == account,
                Interaction.asked_at < before,
                Interaction.outcome != Outcome.FAILED,
                # What its asker deleted is no part of the conversation any more.
                Interaction.question != "",
            )
            .order_by(Interaction.asked_at.desc(), Interaction.id.desc())
            .limit(MOST_TURNS)
        )
        with Session(self._record.engine) as session:
            return list(session.scalars(query))[::-1]
