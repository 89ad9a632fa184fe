"""Who is who: finds or makes the pseudonym behind an e-mail address, a login or a Slack account."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, select, text

from adoption.questions.models import Person
from adoption.usage.models import Handle, NameWord, Team
from adoption.usage.rollups import CHUNK, upsert

# PostgreSQL's advisory lock for "writing usage or the roster": any fixed number does.
_WRITE_LOCK = 7_261_002


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that is the only one to write usage or the roster.

    A batch reads what is there and writes the difference; two at once would count twice.
    """
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _WRITE_LOCK})
        yield connection


def plain(handle: str) -> str:
    """A handle as it is compared: without case and outer spaces."""
    return handle.strip().casefold()


def find_people(connection: Connection, handles: Iterable[str]) -> dict[str, str]:
    """The pseudonyms of those plain handles that are known, Slack accounts among them."""
    wanted = sorted(set(handles))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        query = select(Handle.handle, Handle.person_id).where(Handle.handle.in_(part))
        found.update(dict(connection.execute(query).all()))
        # Slack's ids are written in capitals.
        accounts = [handle.upper() for handle in part]
        known = select(Person.account, Person.id).where(Person.account.in_(accounts))
        for account, person in connection.execute(known):
            found.setdefault(plain(account or ""), person)
    return found


def people_for(connection: Connection, handles: Iterable[str], seen: datetime) -> dict[str, str]:
    """The pseudonyms of plain handles; who is new gets one."""
    wanted = set(handles)
    found = find_people(connection, wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        made = {handle: uuid.uuid4().hex for handle in missing}
        people = [{"id": id, "account": None, "first_seen": seen} for id in made.values()]
        connection.execute(upsert(connection, Person), people)
        add_handles(connection, made)
        found.update(made)
    return found


def add_handles(connection: Connection, handles: dict[str, str]) -> None:
    """Gives people further handles; a handle that is taken stays whose it is."""
    rows = [{"handle": handle, "person_id": person} for handle, person in handles.items()]
    if rows:
        connection.execute(upsert(connection, Handle).on_conflict_do_nothing(), rows)


def teams_for(connection: Connection, names: dict[str, str]) -> dict[str, int]:
    """The ids of teams by plain key; `names` gives each key's present name."""
    if not names:
        return {}
    rows = [{"key": key, "name": name} for key, name in sorted(names.items())]
    connection.execute(
        upsert(connection, Team).on_conflict_do_nothing(index_elements=["key"]), rows
    )
    return {key: id for key, id in connection.execute(select(Team.key, Team.id)) if key in names}


def word_digest(word: str) -> str:
    """A word of a name as it is kept: its hash."""
    return hashlib.blake2b(word.casefold().encode(), digest_size=16).hexdigest()


def add_names(connection: Connection, names: Iterable[str]) -> None:
    """Keeps the words of people's names, hashed, so that they can be blotted out of texts."""
    words = {word for name in names for word in name.replace("-", " ").split() if len(word) > 2}
    rows = [{"digest": word_digest(word)} for word in sorted(words)]
    if rows:
        connection.execute(upsert(connection, NameWord).on_conflict_do_nothing(), rows)


def known_names(connection: Connection) -> frozenset[str]:
    """The hashes of every name word."""
    return frozenset(connection.execute(select(NameWord.digest)).scalars())
