"""What becomes of a question after it was answered: put anew, or taken back by who asked it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete, exists, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from adoption.db.base import Base, words
from adoption.questions.desk_models import HelpCall, Saving
from adoption.questions.models import CitationRow, Feedback, Interaction, Outcome
from adoption.questions.record import Asked, Record, citations_of, values_of


class Revision(Base):
    """A question that was edited after it was answered, and how it ended before and after.

    The earlier words are not kept: whoever edits them does not want to have said them.
    """

    __tablename__ = "revisions"

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    edited_at: Mapped[datetime] = mapped_column(primary_key=True)
    before: Mapped[Outcome] = mapped_column(words(Outcome))
    after: Mapped[Outcome] = mapped_column(words(Outcome))


class Revisions:
    """Changes questions that are written down."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def keep(self, asked: Asked, edited_at: datetime) -> bool:
        """Puts a question and its end in place of what is written down; False if nothing is.

        The moment at which it was asked, the person and the thumbs stay. The same edit a second
        time changes nothing more.
        """
        with self._record.transaction() as session:
            before = session.scalar(
                select(Interaction.outcome).where(Interaction.id == asked.id).with_for_update()
            )
            if before is None:
                return False
            row = {"interaction_id": asked.id, "edited_at": edited_at}
            outcomes = {"before": before, "after": asked.outcome}
            if not self._record.insert_new(session, Revision, row | outcomes):
                return True
            values = values_of(asked)
            for stays in ("id", "asked_at", "surface", "channel"):
                del values[stays]
            session.execute(update(Interaction).where(Interaction.id == asked.id).values(values))
            session.execute(delete(CitationRow).where(CitationRow.interaction_id == asked.id))
            session.add_all(citations_of(asked))
            return True

    def of(self, interaction_id: str) -> list[Revision]:
        """How often and when a question was put anew, the first edit first."""
        query = select(Revision).where(Revision.interaction_id == interaction_id)
        with Session(self._record.engine) as session:
            return list(session.scalars(query.order_by(Revision.edited_at)))

    def withdraw(self, interaction_id: str) -> None:
        """Forgets the words of a question that was deleted; that it was asked still counts."""
        with self._record.transaction() as session:
            gone = update(Interaction).where(Interaction.id == interaction_id)
            session.execute(gone.values(question=""))

    def is_known(self, interaction_id: str) -> bool:
        """Whether a question is written down."""
        with Session(self._record.engine) as session:
            return bool(session.scalar(select(exists().where(Interaction.id == interaction_id))))

    def is_used(self, interaction_id: str) -> bool:
        """Whether anybody thought something of an answer, or a person was asked about it."""
        told = [
            exists().where(table.interaction_id == interaction_id)
            for table in (Feedback, Saving, HelpCall)
        ]
        with Session(self._record.engine) as session:
            return any(session.scalar(select(each)) for each in told)
