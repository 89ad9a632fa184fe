"""What a Home tab tells from the record: one's own questions, and those a team still waits on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.feedback.models import Vote, VoteRow
from adoption.handoffs.models import HandoffRow
from adoption.people.directory import known_names
from adoption.people.models import Member, Person, Team
from adoption.privacy.redaction import redact
from adoption.questions.models import Interaction, Outcome
from adoption.reports.figures import alike


@dataclass(frozen=True)
class OwnQuestion:
    """A question of one's own, how it ended, and what one made of the answer."""

    text: str
    asked_at: datetime
    outcome: Outcome
    vote: Vote | None = None
    handed_on: bool = False
    solved: bool = False


@dataclass(frozen=True)
class OpenQuestion:
    """A question that was handed to a person and has no answer yet; redacted.

    Attributes:
        taken_by: the Slack id of whoever takes care of it; empty for nobody yet.
    """

    id: str
    text: str
    team: str
    asked_at: datetime
    taken_by: str = ""


def own_questions(engine: Engine, account: str, most: int) -> list[OwnQuestion]:
    """Somebody's last questions, the newest first."""
    query = (
        select(
            Interaction.question,
            Interaction.asked_at,
            Interaction.outcome,
            VoteRow.vote,
            HandoffRow.interaction_id,
            HandoffRow.answered_at,
        )
        .join(Person, Person.id == Interaction.person_id)
        .outerjoin(
            VoteRow,
            (VoteRow.interaction_id == Interaction.id) & (VoteRow.person_id == Person.id),
        )
        .outerjoin(HandoffRow, HandoffRow.interaction_id == Interaction.id)
        .where(Person.account == account, Interaction.question != "")
        .order_by(Interaction.asked_at.desc(), Interaction.id)
        .limit(most)
    )
    with engine.connect() as connection:
        return [
            OwnQuestion(text, at, outcome, vote, handed is not None, answered is not None)
            for text, at, outcome, vote, handed, answered in connection.execute(query)
        ]


def open_questions(
    engine: Engine, names: frozenset[str], most: int, team: str | None = None
) -> list[OpenQuestion]:
    """Questions handed to a person that still wait, the oldest first.

    Args:
        names: hashes of name words, which are blotted out.
        team: only those from this team; from everybody where it is left out.
    """
    query = (
        select(
            Interaction.id,
            Interaction.question,
            Team.name,
            HandoffRow.asked_at,
            HandoffRow.taken_by,
        )
        .join(HandoffRow, HandoffRow.interaction_id == Interaction.id)
        .outerjoin(Member, Member.person_id == Interaction.person_id)
        .outerjoin(Team, Team.id == Member.team_id)
        .where(HandoffRow.answered_at.is_(None))
        .order_by(HandoffRow.asked_at, Interaction.id)
        .limit(most)
    )
    if team is not None:
        query = query.where(Team.name == team)
    with engine.connect() as connection:
        return [
            OpenQuestion(id, redact(text, names), name or "", at, taken or "")
            for id, text, name, at, taken in connection.execute(query)
        ]


def askers_of(engine: Engine, question: str, since: datetime) -> list[str]:
    """The accounts of those who got no answer to a question since a moment, each once.

    Args:
        question: as the digest has it; case, spaces, a final mark and names do not count.
    """
    query = (
        select(Interaction.question, Person.account)
        .join(Person, Person.id == Interaction.person_id)
        .where(Interaction.asked_at >= since, Person.account.is_not(None))
        .where(Interaction.outcome.in_((Outcome.ABSTAINED, Outcome.FAILED)))
        .order_by(Interaction.asked_at)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    names, wanted = known_names(engine), alike(question)
    found = [each or "" for text, each in rows if alike(redact(text, names)) == wanted]
    return list(dict.fromkeys(found))
