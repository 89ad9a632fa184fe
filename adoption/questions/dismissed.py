"""Questions without an answer that an admin dismissed: nobody needs to write one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from adoption.db.texts import storable
from adoption.db.writes import insert_new, write_lock
from adoption.questions.models import DismissedQuestionRow


@dataclass(frozen=True)
class Dismissed:
    """A question that needs no answer.

    Attributes:
        question: in the words that were shown, redacted.
        by: the account of whoever dismissed it; empty where they erased their data.
    """

    question: str
    by: str
    at: datetime


def alike(question: str) -> str:
    """What questions have in common that differ only in case, spaces or a final mark."""
    return " ".join(question.split()).rstrip("?!. ").casefold()


class DismissedQuestions:
    """Stores what was dismissed; every write can be repeated, and the first one stays."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def dismiss(self, question: str, by: str, now: datetime) -> None:
        """Dismisses a question."""
        values = {"id": _id(question), "question": storable(question)}
        decided = {"dismissed_by": by, "dismissed_at": now}
        with write_lock(self._engine) as connection:
            insert_new(connection, DismissedQuestionRow, values | decided)

    def restore(self, question: str) -> None:
        """Takes a dismissal back."""
        own = DismissedQuestionRow.id == _id(question)
        with write_lock(self._engine) as connection:
            connection.execute(delete(DismissedQuestionRow).where(own))

    def all(self) -> list[Dismissed]:
        """Everything that was dismissed, the oldest first."""
        row = DismissedQuestionRow
        query = select(row.question, row.dismissed_by, row.dismissed_at)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(row.dismissed_at, row.id)).all()
        return [Dismissed(question, by or "", at) for question, by, at in found]


def _id(question: str) -> str:
    words = alike(question).encode("utf-8", "replace")
    return hashlib.blake2b(words, digest_size=16).hexdigest()
