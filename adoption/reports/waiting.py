"""Questions whose askers still wait for an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, exists, or_, select

from adoption.feedback.models import Vote, VoteRow
from adoption.handoffs.models import HandoffRow
from adoption.people.models import NoticeRow, Person
from adoption.questions.models import OUTSIDE_SLACK, Interaction, Outcome

_WITHOUT_ANSWER = (Outcome.ABSTAINED, Outcome.FAILED)
_KEY = "late answer:"


@dataclass(frozen=True)
class WaitingQuestion:
    """A question whose asker has no answer yet."""

    id: str
    account: str
    text: str


def waiting_questions(
    engine: Engine, since: datetime, most: int, *, unsure: bool = True
) -> list[WaitingQuestion]:
    """Questions since a moment that have no answer, the newest first.

    Left out are those that a person answered, those whose asker got the answer later, and, of
    those with sections that may help, the ones where somebody said that one does.

    Args:
        unsure: whether those with sections that may help count.
    """
    outcomes: Collection[Outcome] = (*_WITHOUT_ANSWER, *([Outcome.UNSURE] if unsure else []))
    helped = exists().where(VoteRow.interaction_id == Interaction.id, VoteRow.vote == Vote.POSITIVE)
    sent = exists().where(NoticeRow.key == _KEY + Interaction.id)
    query = (
        select(Interaction.id, Person.account, Interaction.question)
        .join(Person, Person.id == Interaction.person_id)
        .outerjoin(HandoffRow, HandoffRow.interaction_id == Interaction.id)
        .where(
            Interaction.asked_at >= since,
            Interaction.outcome.in_(outcomes),
            Interaction.surface.not_in(OUTSIDE_SLACK),
            Interaction.question != "",
            Person.account.is_not(None),
            or_(HandoffRow.interaction_id.is_(None), HandoffRow.answered_at.is_(None)),
            ~helped,
            ~sent,
        )
        .order_by(Interaction.asked_at.desc(), Interaction.id)
        .limit(most)
    )
    with engine.connect() as connection:
        return [
            WaitingQuestion(id, account or "", text)
            for id, account, text in connection.execute(query)
        ]


def sent_key(question: str) -> str:
    """The key of the notice that the answer to a question was sent later."""
    return f"{_KEY}{question}"
