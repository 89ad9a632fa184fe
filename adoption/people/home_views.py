"""Who has opened Home, and what it shows them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, select

from adoption.db.writes import upsert, write_lock
from adoption.people.directory import person_of
from adoption.people.models import HomeViewRow, Person


class HomeViews:
    """The Home tabs that people have opened."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def content_hash(self, account: str) -> str:
        """The hash of what somebody's Home shows, or nothing."""
        query = select(HomeViewRow.content_hash).join(Person, Person.id == HomeViewRow.person_id)
        with self._engine.connect() as connection:
            return connection.scalar(query.where(Person.account == account)) or ""

    def store(
        self, account: str, content_hash: str, is_admin: bool, now: datetime, opened: bool = True
    ) -> None:
        """Stores what somebody's Home shows, and where they opened it also when."""
        names = (
            ("content_hash", "is_admin", "opened_at") if opened else ("content_hash", "is_admin")
        )
        with write_lock(self._engine) as connection:
            row = {
                "person_id": person_of(connection, account, now),
                "content_hash": content_hash,
                "is_admin": is_admin,
                "opened_at": now,
            }
            insert = upsert(connection, HomeViewRow)
            renewed = {name: insert.excluded[name] for name in names}
            connection.execute(
                insert.on_conflict_do_update(index_elements=["person_id"], set_=renewed), [row]
            )

    def accounts(self, admins_only: bool = False, most: int | None = None) -> list[str]:
        """The accounts that have opened Home, those who did so last first."""
        query = select(Person.account).join(HomeViewRow, HomeViewRow.person_id == Person.id)
        if admins_only:
            query = query.where(HomeViewRow.is_admin)
        query = query.order_by(HomeViewRow.opened_at.desc()).limit(most)
        with self._engine.connect() as connection:
            return [account for account in connection.scalars(query) if account]
