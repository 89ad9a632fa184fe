"""How the guides fare: which were cited, which got thumbs down, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, case, exists, func, select

from adoption.feedback.models import Reason, Vote, VoteRow
from adoption.privacy.redaction import redact
from adoption.questions.models import CitationRow, Interaction


@dataclass(frozen=True)
class GuideUse:
    """How one guide fared.

    Attributes:
        source: the guide's file or address.
        citations: how many answers cited it.
        up: thumbs up under those answers.
        down: thumbs down under them.
    """

    source: str
    citations: int
    up: int
    down: int


@dataclass(frozen=True)
class Complaint:
    """A question whose answer did not help, and why; redacted, and of nobody."""

    question: str
    reason: Reason | None
    comment: str


class GuideStatistics:
    """Figures about guides, from answers and votes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def uses(self, since: datetime) -> list[GuideUse]:
        """Every guide that was cited by an answer asked since a moment, by source.

        An answer that cites two passages of a guide counts once.
        """
        cited = (
            select(CitationRow.source, CitationRow.interaction_id)
            .join(Interaction, Interaction.id == CitationRow.interaction_id)
            .where(Interaction.asked_at >= since)
            .distinct()
            .subquery()
        )
        votes = (
            select(
                VoteRow.interaction_id,
                func.sum(case((VoteRow.vote == Vote.POSITIVE, 1), else_=0)).label("up"),
                func.sum(case((VoteRow.vote == Vote.NEGATIVE, 1), else_=0)).label("down"),
            )
            .group_by(VoteRow.interaction_id)
            .subquery()
        )
        query = (
            select(
                cited.c.source,
                func.count(),
                func.coalesce(func.sum(votes.c.up), 0),
                func.coalesce(func.sum(votes.c.down), 0),
            )
            .join(votes, votes.c.interaction_id == cited.c.interaction_id, isouter=True)
            .group_by(cited.c.source)
            .order_by(cited.c.source)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [GuideUse(source, int(n), int(up), int(down)) for source, n, up, down in rows]

    def citing(self, since: datetime) -> int:
        """How many answers asked since a moment cited a guide, whichever it was."""
        query = (
            select(func.count(func.distinct(CitationRow.interaction_id)))
            .join(Interaction, Interaction.id == CitationRow.interaction_id)
            .where(Interaction.asked_at >= since)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def complaints(
        self, source: str, since: datetime, names: Collection[str], most: int
    ) -> list[Complaint]:
        """Questions whose answers cited a guide and did not help, the newest first.

        Args:
            names: hashes of name words, which are redacted.
        """
        from_it = exists().where(
            CitationRow.interaction_id == Interaction.id, CitationRow.source == source
        )
        # By the votes, of which there are few and which have an index: a dialog waits for this.
        query = (
            select(Interaction.question, VoteRow.reason, VoteRow.comment)
            .join(VoteRow, VoteRow.interaction_id == Interaction.id)
            .where(VoteRow.voted_at >= since, VoteRow.vote == Vote.NEGATIVE)
            .where(Interaction.asked_at >= since, Interaction.question != "", from_it)
            .order_by(VoteRow.voted_at.desc(), Interaction.id, VoteRow.person_id)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [
                Complaint(redact(question, names), reason, redact(comment or "", names))
                for question, reason, comment in connection.execute(query)
            ]
