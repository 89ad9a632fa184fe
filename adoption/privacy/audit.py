"""What people tried and may not do, stored as it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.db.texts import storable
from adoption.db.writes import insert_new, write_lock
from adoption.privacy.models import RefusedActionRow, RestrictedAction

_LONGEST = 255


@dataclass(frozen=True)
class RefusedAction:
    """One action that was refused.

    Attributes:
        account: who tried; empty where they had their data erased.
        about: what it was about: a channel, a week, the id of a story or an entry.
    """

    at: datetime
    account: str
    action: RestrictedAction
    about: str


class RefusedActions:
    """The actions that were refused."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, id: str, account: str, action: RestrictedAction, about: str, at: datetime
    ) -> None:
        """Stores a refused action, once however often it is repeated.

        Args:
            id: names the press, command or dialog.
        """
        row = {
            "id": storable(id)[:_LONGEST],
            "account": storable(account)[:_LONGEST],
            "action": action,
            "about": storable(about)[:_LONGEST],
            "at": at,
        }
        with write_lock(self._engine) as connection:
            insert_new(connection, RefusedActionRow, row)

    def last(self, most: int) -> list[RefusedAction]:
        """The last actions that were refused, the newest first."""
        query = (
            select(
                RefusedActionRow.at,
                RefusedActionRow.account,
                RefusedActionRow.action,
                RefusedActionRow.about,
            )
            .order_by(RefusedActionRow.at.desc(), RefusedActionRow.id)
            .limit(most)
        )
        with self._engine.connect() as connection:
            return [RefusedAction(*row) for row in connection.execute(query)]
