"""What admins decided about what people taught: it counts at once, or it doesn't count."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from adoption.db.writes import replace, write_lock
from adoption.feedback.models import LessonDecision, LessonDecisionRow
from adoption.feedback.section_votes import SectionVote


@dataclass(frozen=True)
class Decided:
    """What was decided, by whom and when; `by` is empty where they erased their data."""

    decision: LessonDecision
    by: str
    at: datetime


def lesson_of(vote: SectionVote) -> str:
    """The name of what a vote teaches: a question, as it is worded, and a section.

    It is short enough for a button, and does not reveal the words.
    """
    question = " ".join(vote.question.casefold().split())
    said = "\0".join((question, vote.section.source, vote.section.heading))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


class LessonDecisions:
    """Decisions on what people taught, by its name; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def decide(self, lesson: str, decision: LessonDecision, by: str, now: datetime) -> None:
        """Decides; a decision from before is replaced."""
        row = {"lesson": lesson, "decision": decision, "decided_by": by, "decided_at": now}
        with write_lock(self._engine) as connection:
            replace(connection, LessonDecisionRow, [row])

    def undo(self, lesson: str) -> None:
        """Leaves it to people again."""
        gone = delete(LessonDecisionRow).where(LessonDecisionRow.lesson == lesson)
        with write_lock(self._engine) as connection:
            connection.execute(gone)

    def all(self) -> dict[str, Decided]:
        """What was decided, by the names of lessons."""
        row = LessonDecisionRow
        query = select(row.lesson, row.decision, row.decided_by, row.decided_at)
        with self._engine.connect() as connection:
            return {
                lesson: Decided(decision, by or "", at)
                for lesson, decision, by, at in connection.execute(query)
            }
