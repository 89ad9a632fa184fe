"""How the guides fare: which were cited, which got thumbs down, and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, and_, exists, func, select

from adoption.feedback.models import Reason, Vote, VoteRow
from adoption.measures import Share
from adoption.privacy.disclosure import ShownShare, show_count, show_share, show_texts
from adoption.privacy.groups import Minimum, how_many
from adoption.privacy.redaction import redact
from adoption.questions.models import CitationRow, Interaction

_HALF = 0.5


@dataclass(frozen=True)
class ShownUse:
    """The use of a guide, as it may be shown.

    Attributes:
        answers: how many answers cited it, rounded; None where too few people got them.
        thumbs_down: of all thumbs under them.
    """

    answers: int | None
    thumbs_down: ShownShare


@dataclass(frozen=True)
class GuideUse:
    """The use of one guide.

    Attributes:
        source: the guide's file or address.
        askers: the pseudonyms of those who got an answer that cited it, one for each answer.
        up, down: the pseudonyms of those whose thumb went up, or down, one for each thumb.
    """

    source: str
    askers: Sequence[str] = ()
    up: Sequence[str] = ()
    down: Sequence[str] = ()

    def did_not_help(self, minimum: Minimum) -> bool:
        """Whether half of the thumbs went down, of as many people as may be shown.

        It goes by the share that is shown: the exact one would say on which side of half it is.
        """
        share = self.shown(minimum).thumbs_down.value or 0.0
        return share >= _HALF and how_many(self.down) >= minimum.people

    def shown(self, minimum: Minimum) -> ShownUse:
        """What may be shown of it."""
        thumbs = [*self.up, *self.down]
        return ShownUse(
            show_count(self.askers, minimum),
            show_share(Share.of(self.down, thumbs), minimum, how_many(thumbs)),
        )


@dataclass(frozen=True)
class Complaint:
    """A question whose answer did not help, and why; redacted, and of nobody."""

    question: str
    reason: Reason | None
    comment: str


class GuideStatistics:
    """Figures about guides, from the answers and votes of whole days that are over.

    Two looks at a day that isn't over would show what somebody did in between.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def uses(self, since: datetime, until: datetime) -> list[GuideUse]:
        """Every guide that was cited by an answer asked in a span, by source.

        An answer that cites two passages of a guide counts once.
        """
        cited = (
            select(CitationRow.source, CitationRow.interaction_id, Interaction.person_id)
            .join(Interaction, Interaction.id == CitationRow.interaction_id)
            .where(Interaction.asked_at >= since, Interaction.asked_at < until)
            .distinct()
            .subquery()
        )
        counted = (
            select(cited.c.source, cited.c.person_id, func.count())
            .group_by(cited.c.source, cited.c.person_id)
            .order_by(cited.c.source)
        )
        voted = select(cited.c.source, VoteRow.vote, VoteRow.person_id).join(
            VoteRow,
            and_(VoteRow.interaction_id == cited.c.interaction_id, VoteRow.voted_at < until),
        )
        thumbs: dict[tuple[str, Vote], list[str]] = {}
        with self._engine.connect() as connection:
            for source, vote, person in connection.execute(voted):
                thumbs.setdefault((source, vote), []).append(person)
            rows = connection.execute(counted).all()
        askers: dict[str, list[str]] = {}
        for source, person, answers in rows:
            askers.setdefault(source, []).extend([person] * answers)
        return [
            GuideUse(
                source,
                people,
                thumbs.get((source, Vote.POSITIVE), ()),
                thumbs.get((source, Vote.NEGATIVE), ()),
            )
            for source, people in askers.items()
        ]

    def citing(self, since: datetime, until: datetime) -> int:
        """How many answers asked in a span cited a guide, whichever it was."""
        query = (
            select(func.count(func.distinct(CitationRow.interaction_id)))
            .join(Interaction, Interaction.id == CitationRow.interaction_id)
            .where(Interaction.asked_at >= since, Interaction.asked_at < until)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def complaints(
        self,
        source: str,
        span: tuple[datetime, datetime],
        names: Collection[str],
        minimum: Minimum,
        most: int,
    ) -> list[Complaint]:
        """Questions whose answers cited a guide and did not help, the newest first.

        As many as may be shown: by how many there are, nobody can count the people behind them.

        Args:
            span: the first moment, and the first one after it.
            names: hashes of name words, which are redacted.
        """
        since, until = span
        from_it = exists().where(
            CitationRow.interaction_id == Interaction.id, CitationRow.source == source
        )
        # By the votes, of which there are few and which have an index: a dialog waits for this.
        query = (
            select(VoteRow.person_id, Interaction.question, VoteRow.reason, VoteRow.comment)
            .join(VoteRow, VoteRow.interaction_id == Interaction.id)
            .where(VoteRow.voted_at >= since, VoteRow.voted_at < until)
            .where(VoteRow.vote == Vote.NEGATIVE)
            .where(Interaction.asked_at >= since, Interaction.question != "", from_it)
            .order_by(VoteRow.voted_at.desc(), Interaction.id, VoteRow.person_id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        said = [(row.person_id, row) for row in rows]
        return [
            Complaint(redact(row.question, names), row.reason, redact(row.comment or "", names))
            for row in show_texts(said, minimum, most)
        ]
