"""What the record tells of the guides: which were cited, and where thumbs went down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from adoption.models import CitationRow, Feedback, Interaction, Vote
from adoption.record import Record


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
