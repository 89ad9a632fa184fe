"""Keeps what people think of the programme, and what an answer saved them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, select

from adoption.db.texts import storable
from adoption.feedback.voices import person_of
from adoption.people.directory import find_people, plain, writing
from adoption.questions.desk_models import Remark, Saved, Saving
from adoption.questions.models import Feedback, Vote
from adoption.usage.rollups import upsert


@dataclass(frozen=True)
class Remarked:
    """One remark as somebody made it; without a tool it is about the programme."""

    id: str
    account: str
    at: datetime
    text: str
    tool: str | None = None
    named: bool = False


def keep_remark(engine: Engine, told: Remarked) -> None:
    """Writes a remark down; told again under the same id, it changes nothing."""
    with writing(engine) as connection:
        row = {
            "id": told.id,
            "person_id": person_of(connection, told.account, told.at),
            "tool": told.tool,
            "at": told.at,
            "text": storable(told.text),
            "named": told.named,
        }
        connection.execute(upsert(connection, Remark).on_conflict_do_nothing(), [row])


def keep_saving(
    engine: Engine, interaction_id: str, account: str, saved: Saved, at: datetime
) -> bool:
    """Writes down what an answer saved somebody, in place of what they said before.

    Returns:
        False where they have said something else since, or do not find the answer helpful.
    """
    with writing(engine) as connection:
        person = person_of(connection, account, at)
        vote = select(Feedback.vote).where(
            Feedback.interaction_id == interaction_id, Feedback.person_id == person
        )
        if connection.scalar(vote) is Vote.NEGATIVE:
            return False
        insert = upsert(connection, Saving)
        row = {"interaction_id": interaction_id, "person_id": person, "saved": saved, "at": at}
        newer = insert.on_conflict_do_update(
            index_elements=["interaction_id", "person_id"],
            set_={"saved": insert.excluded.saved, "at": insert.excluded.at},
            where=Saving.at <= insert.excluded.at,
        )
        kept = newer.values(row).returning(Saving.person_id)
        return connection.execute(kept).first() is not None


def drop_saving(engine: Engine, interaction_id: str, account: str) -> None:
    """Takes back what an answer saved somebody who turned their thumb down."""
    with writing(engine) as connection:
        person = find_people(connection, [plain(account)]).get(plain(account))
        connection.execute(
            delete(Saving).where(
                Saving.interaction_id == interaction_id, Saving.person_id == person
            )
        )


def saving_of(engine: Engine, interaction_id: str, account: str) -> Saved | None:
    """What that answer saved that person, or None."""
    with engine.connect() as connection:
        person = find_people(connection, [plain(account)]).get(plain(account))
        return connection.scalar(
            select(Saving.saved).where(
                Saving.interaction_id == interaction_id, Saving.person_id == person
            )
        )
