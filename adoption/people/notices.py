"""Messages that are posted once for good, by key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, func, select

from adoption.db.writes import insert_new, write_lock
from adoption.people.models import NoticeRow

_LONGEST = 255
_EXAMPLE = "example company"


class Notices:
    """Remembers what was posted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_posted(self, key: str) -> bool:
        """Whether a notice was posted."""
        query = select(NoticeRow.key).where(NoticeRow.key == key[:_LONGEST])
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def last(self, beginning: str) -> tuple[str, datetime] | None:
        """The key that begins so and was posted last, and when; None where there is none."""
        query = (
            select(NoticeRow.key, NoticeRow.posted_at)
            .where(NoticeRow.key.startswith(beginning, autoescape=True))
            .order_by(NoticeRow.posted_at.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            found = connection.execute(query).first()
        return None if found is None else (found.key, found.posted_at)

    def first(self, beginning: str) -> str | None:
        """The first key, as letters are sorted, that begins so; None where there is none."""
        query = select(func.min(NoticeRow.key)).where(
            NoticeRow.key.startswith(beginning, autoescape=True)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query)

    def all(self, beginning: str) -> list[str]:
        """The keys that begin so."""
        query = select(NoticeRow.key).where(NoticeRow.key.startswith(beginning, autoescape=True))
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def add(self, key: str, now: datetime) -> None:
        """Stores that a notice was posted."""
        with write_lock(self._engine) as connection:
            insert_new(connection, NoticeRow, {"key": key[:_LONGEST], "posted_at": now})

    def remove(self, key: str) -> None:
        """Forgets a notice, so that it can be posted again."""
        with write_lock(self._engine) as connection:
            connection.execute(delete(NoticeRow).where(NoticeRow.key == key[:_LONGEST]))

    def mark_as_example(self, now: datetime) -> None:
        """Stores that the whole record is made up, so that everything made from it says so."""
        self.add(_EXAMPLE, now)

    def is_example(self) -> bool:
        """Whether the whole record is made up."""
        return self.is_posted(_EXAMPLE)
