"""What the record tells of the guides: which were cited, where thumbs went down, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session

from adoption.privacy.redaction import redact
from adoption.questions.models import CitationRow, Feedback, Interaction, Reason, Vote
from adoption.questions.record import Record


@dataclass(frozen=True)
class Use:
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


def uses(record: Record, since: datetime) -> list[Use]:
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
            Feedback.interaction_id,
            func.sum(case((Feedback.vote == Vote.POSITIVE, 1), else_=0)).label("up"),
            func.sum(case((Feedback.vote == Vote.NEGATIVE, 1), else_=0)).label("down"),
        )
        .group_by(Feedback.interaction_id)
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
    with Session(record.engine) as session:
        rows = session.execute(query).all()
    return [Use(source, int(count), int(up), int(down)) for source, count, up, down in rows]


def citing(record: Record, since: datetime) -> int:
    """How many answers asked since a moment cited a guide, whichever it was."""
    query = (
        select(func.count(func.distinct(CitationRow.interaction_id)))
        .join(Interaction, Interaction.id == CitationRow.interaction_id)
        .where(Interaction.asked_at >= since)
    )
    with Session(record.engine) as session:
        return session.scalar(query) or 0


def complaints(
    record: Record, source: str, since: datetime, names: Collection[str], most: int
) -> list[Complaint]:
    """Questions whose answers cited a guide and did not help, the newest first.

    Args:
        names: hashes of name words, which are blotted out.
    """
    from_it = exists().where(
        CitationRow.interaction_id == Interaction.id, CitationRow.source == source
    )
    # By the thumbs, of which there are few and which have an index: a dialog waits for this.
    query = (
        select(Interaction.question, Feedback.reason, Feedback.comment)
        .join(Feedback, Feedback.interaction_id == Interaction.id)
        .where(Feedback.voted_at >= since, Feedback.vote == Vote.NEGATIVE)
        .where(Interaction.asked_at >= since, Interaction.question != "", from_it)
        .order_by(Feedback.voted_at.desc(), Interaction.id, Feedback.person_id)
        .limit(most)
    )
    with Session(record.engine) as session:
        return [
            Complaint(redact(question, names), reason, redact(comment or "", names))
            for question, reason, comment in session.execute(query)
        ]
