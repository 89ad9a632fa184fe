"""Personal tokens: made, looked up, listed and revoked; a token itself is never stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update

from adoption.access.models import AccessTokenRow
from adoption.db.texts import storable
from adoption.db.writes import write_lock
from adoption.people.directory import find_people, person_of, plain
from adoption.people.models import Person

PREFIX = "upp_"
LIFETIME = timedelta(days=365)


@dataclass(frozen=True)
class AccessToken:
    """What is known of a token.

    Attributes:
        id: names it; it is no secret.
        account: in whose name it asks.
        client: the AI tool it was made for.
        may_write: whether it may log something too.
    """

    id: str
    account: str
    client: str
    may_write: bool
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None = None


_COLUMNS = (
    AccessTokenRow.id,
    Person.account,
    AccessTokenRow.client,
    AccessTokenRow.may_write,
    AccessTokenRow.made_at,
    AccessTokenRow.expires_at,
    AccessTokenRow.last_used_on,
)


class AccessTokens:
    """Makes, knows, lists and revokes personal tokens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(self, account: str, client: str, may_write: bool, now: datetime) -> str:
        """A new token, which is shown this once; it is good for a year."""
        token = PREFIX + secrets.token_urlsafe(32)
        with write_lock(self._engine) as connection:
            row = {
                "digest": _digest(token),
                "id": secrets.token_hex(8),
                "person_id": person_of(connection, account, now),
                "client": storable(client),
                "may_write": may_write,
                "made_at": now,
                "expires_at": now + LIFETIME,
                "last_used_on": None,
            }
            connection.execute(insert(AccessTokenRow).values(row))
        return token

    def find(self, token: str, now: datetime) -> AccessToken | None:
        """The token with its owner, or None where it is unknown, revoked or expired.

        A token has 256 random bits, so that its plain hash can be looked up.
        """
        digest = _digest(token)
        query = select(*_COLUMNS).join(Person, Person.id == AccessTokenRow.person_id)
        current = (
            AccessTokenRow.digest == digest,
            AccessTokenRow.expires_at > now,
            Person.account.is_not(None),
        )
        with self._engine.connect() as connection:
            row = connection.execute(query.where(*current)).first()
        if row is None:
            return None
        found = _token(row)
        if found.last_used_on != now.date():
            with write_lock(self._engine) as connection:
                used = update(AccessTokenRow).where(AccessTokenRow.digest == digest)
                connection.execute(used.values(last_used_on=now.date()))
        return found

    def of(self, account: str, now: datetime) -> Sequence[AccessToken]:
        """Somebody's tokens that are good, the newest first."""
        query = select(*_COLUMNS).join(Person, Person.id == AccessTokenRow.person_id)
        own = query.where(Person.account == account, AccessTokenRow.expires_at > now)
        with self._engine.connect() as connection:
            rows = connection.execute(own.order_by(AccessTokenRow.made_at.desc())).all()
        return [_token(row) for row in rows]

    def revoke(self, account: str, *, id: str = "", client: str = "") -> int:
        """Makes somebody's own token or tokens worthless; how many there were.

        Args:
            id: only the token of that id.
            client: only tokens made for that AI tool.
        """
        with write_lock(self._engine) as connection:
            people = find_people(connection, [plain(account)]).values()
            gone = delete(AccessTokenRow).where(AccessTokenRow.person_id.in_(people))
            if id:
                gone = gone.where(AccessTokenRow.id == id)
            if client:
                gone = gone.where(AccessTokenRow.client == client)
            return len(connection.execute(gone.returning(AccessTokenRow.id)).all())


def _token(row: Any) -> AccessToken:
    return AccessToken(*row)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
