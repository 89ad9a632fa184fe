"""What people tried and may not do, written down as it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.db.texts import storable
from adoption.people.directory import writing
from adoption.people.programme_models import RefusedTry, Tried
from adoption.usage.rollups import upsert

_LONGEST = 255


@dataclass(frozen=True)
class Refusal:
    """One try that was refused.

    Attributes:
        account: who tried; empty where they had their data erased.
        about: what it was about: a channel, a week, the name of a story or an entry.
    """

    at: datetime
    account: str
    act: Tried
    about: str


def keep_refusal(
    engine: Engine, id: str, account: str, act: Tried, about: str, at: datetime
) -> None:
    """Writes a refused try down, once however often it is told.

    Args:
        id: names the press, command or dialog.
    """
    row = {
        "id": storable(id)[:_LONGEST],
        "account": storable(account)[:_LONGEST],
        "act": act,
        "about": storable(about)[:_LONGEST],
        "at": at,
    }
    with writing(engine) as connection:
        connection.execute(upsert(connection, RefusedTry).on_conflict_do_nothing(), [row])


def refusals(engine: Engine, most: int) -> list[Refusal]:
    """The last tries that were refused, the newest first."""
    columns = (RefusedTry.at, RefusedTry.account, RefusedTry.act, RefusedTry.about)
    query = select(*columns).order_by(RefusedTry.at.desc(), RefusedTry.id).limit(most)
    with engine.connect() as connection:
        return [Refusal(*row) for row in connection.execute(query)]
