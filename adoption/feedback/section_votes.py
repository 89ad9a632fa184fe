"""What people said of the sections under answers, for the search to learn from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Engine, and_, or_, select

from adoption.feedback.models import Reason, Vote, VoteRow
from adoption.people.erased import ERASED
from adoption.questions.models import CitationRow, Interaction, Outcome

# Why an answer did not help, where that is the choice of the section and not its words.
_WRONG_SECTION = (Reason.WRONG, Reason.NOT_WHAT_I_ASKED)


@dataclass(frozen=True)
class CitedSection:
    """A section under an answer."""

    passage_id: str
    source: str
    heading: str


@dataclass(frozen=True)
class SectionVote:
    """What one person said of one section.

    Attributes:
        question: as it was asked.
        person: their id in the record.
        helps: whether the section answers the question.
        beside: the other sections under the same answer.
    """

    question: str
    person: str
    section: CitedSection
    helps: bool
    beside: tuple[CitedSection, ...] = ()


def section_votes(engine: Engine, most: int) -> list[SectionVote]:
    """The newest votes that are about one section, at most `most`, the newest first.

    A press of “This answers it” is about its section, a thumb about the only section that the
    answer quotes. A thumb down counts where the section was wrong, not where its words are
    poor. Questions whose words were deleted are left out, and votes of whoever erased: they
    could vote again, and agree with themselves.
    """
    blames = or_(VoteRow.reason.is_(None), VoteRow.reason.in_(_WRONG_SECTION))
    is_thumb = and_(
        VoteRow.passage_id.is_(None),
        Interaction.outcome == Outcome.ANSWERED,
        or_(VoteRow.vote == Vote.POSITIVE, blames),
    )
    query = (
        select(
            Interaction.id,
            Interaction.question,
            VoteRow.person_id,
            VoteRow.vote,
            VoteRow.passage_id,
        )
        .join(VoteRow, VoteRow.interaction_id == Interaction.id)
        .where(VoteRow.person_id != ERASED)
        .where(Interaction.question != "", or_(VoteRow.passage_id.is_not(None), is_thumb))
        .order_by(VoteRow.voted_at.desc(), Interaction.id, VoteRow.person_id)
        .limit(most)
    )
    with engine.connect() as connection:
        votes = connection.execute(query).all()
        asked = select(query.subquery().c.id)
        cited = connection.execute(
            select(
                CitationRow.interaction_id,
                CitationRow.passage_id,
                CitationRow.source,
                CitationRow.heading,
            )
            .where(CitationRow.interaction_id.in_(asked))
            .order_by(CitationRow.interaction_id, CitationRow.number)
        ).all()
    under: dict[str, list[CitedSection]] = defaultdict(list)
    for interaction, passage, source, heading in cited:
        under[interaction].append(CitedSection(passage, source, heading))
    found = []
    for interaction, question, person, vote, chosen in votes:
        meant = [each for each in under[interaction] if chosen in (None, each.passage_id)]
        if len(meant) == 1:
            beside = tuple(each for each in under[interaction] if each != meant[0])
            found.append(SectionVote(question, person, meant[0], vote is Vote.POSITIVE, beside))
    return found
