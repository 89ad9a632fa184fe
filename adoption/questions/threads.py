"""Remembers which questions belong to one thread, so that a conversation can go on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, exists, select

from adoption.db.writes import insert_new, transaction
from adoption.people.models import Person
from adoption.questions.logging_pauses import is_paused
from adoption.questions.models import Interaction, Outcome, ThreadTurn

MOST_TURNS = 5


def insert_turn(connection: Connection, interaction_id: str, channel: str, thread: str) -> bool:
    """Stores that a question is answered in a thread; False if it already was."""
    row = {"interaction_id": interaction_id, "channel": channel, "thread": thread}
    return insert_new(connection, ThreadTurn, row)


class Threads:
    """The conversations in the record's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, interaction_id: str, channel: str, thread: str, account: str = "") -> bool:
        """Stores that a question is answered in a thread; False if it already was.

        A question of somebody who paused logging is not stored either.
        """
        with transaction(self._engine) as connection:
            if account and is_paused(connection, account):
                return False
            return insert_turn(connection, interaction_id, channel, thread)

    def takes_part(self, channel: str, thread: str) -> bool:
        """Whether a question was answered in this thread."""
        query = select(exists().where(ThreadTurn.channel == channel, ThreadTurn.thread == thread))
        with self._engine.connect() as connection:
            return bool(connection.scalar(query))

    def questions(self, channel: str, thread: str, account: str, before: datetime) -> list[str]:
        """What that person asked in this thread before a moment, the oldest first.

        The last five at most; what failed was never answered and is left out.
        """
        return [question for question, _ in self._turns(channel, thread, account, before)]

    def answers(self, channel: str, thread: str, account: str, before: datetime) -> list[str]:
        """What was answered to those questions, in the same order."""
        return [answer for _, answer in self._turns(channel, thread, account, before)]

    def _turns(
        self, channel: str, thread: str, account: str, before: datetime
    ) -> list[tuple[str, str]]:
        query = (
            select(Interaction.question, Interaction.answer)
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
        with self._engine.connect() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)][::-1]
