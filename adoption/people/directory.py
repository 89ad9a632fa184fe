"""Who is who: finds or makes the pseudonym behind an e-mail address, a login or a Slack account."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, and_, bindparam, or_, select

from adoption.db.writes import chunks, insert_all_new, insert_new
from adoption.people.models import Handle, Member, NameWord, Person, Team

# Built once: with every question and use somebody is looked up.
_BY_HANDLE = select(Handle.handle, Handle.person_id).where(
    Handle.handle.in_(bindparam("handles", expanding=True))
)
_BY_ACCOUNT = select(Person.account, Person.id).where(
    Person.account.in_(bindparam("accounts", expanding=True))
)


def may_be_asked(today: date) -> ColumnElement[bool]:
    """A condition on `Member` and `Person`: a Slack account, not left by `today`, not on leave."""
    return and_(
        Person.account.is_not(None),
        or_(Member.left_on.is_(None), Member.left_on > today),
        Member.on_leave.is_(False),
    )


def plain(handle: str) -> str:
    """A handle as it is compared: without case and outer spaces."""
    return handle.strip().casefold()


def find_people(connection: Connection, handles: Iterable[str]) -> dict[str, str]:
    """The pseudonyms of those plain handles that are known, Slack accounts among them."""
    wanted = sorted(set(handles))
    found: dict[str, str] = {}
    for part in chunks(wanted):
        found.update(dict(connection.execute(_BY_HANDLE, {"handles": part}).all()))
        # Slack's ids are written in capitals.
        accounts = [handle.upper() for handle in part]
        for account, person in connection.execute(_BY_ACCOUNT, {"accounts": accounts}):
            found.setdefault(plain(account or ""), person)
    return found


def person_of(connection: Connection, account: str, seen: datetime) -> str:
    """The pseudonym behind an account or address, made at first sight; two workers make one."""
    found = find_people(connection, [plain(account)])
    if found:
        return found[plain(account)]
    insert_new(connection, Person, {"id": uuid.uuid4().hex, "account": account, "first_seen": seen})
    return connection.execute(select(Person.id).where(Person.account == account)).scalar_one()


def people_for(connection: Connection, handles: Iterable[str], seen: datetime) -> dict[str, str]:
    """The pseudonyms of plain handles; who is new gets one."""
    wanted = set(handles)
    found = find_people(connection, wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        made = {handle: uuid.uuid4().hex for handle in missing}
        people = [{"id": id, "account": None, "first_seen": seen} for id in made.values()]
        insert_all_new(connection, Person, people)
        add_handles(connection, made)
        found.update(made)
    return found


def add_handles(connection: Connection, handles: dict[str, str]) -> None:
    """Gives people further handles; a handle that is taken stays whose it is."""
    rows = [{"handle": handle, "person_id": person} for handle, person in handles.items()]
    insert_all_new(connection, Handle, rows)


def teams_for(connection: Connection, names: dict[str, str]) -> dict[str, int]:
    """The ids of teams by plain key; `names` gives each key's present name."""
    if not names:
        return {}
    rows = [{"key": key, "name": name} for key, name in sorted(names.items())]
    insert_all_new(connection, Team, rows)
    return {key: id for key, id in connection.execute(select(Team.key, Team.id)) if key in names}


def word_digest(word: str) -> str:
    """The hash under which a word of a name is stored."""
    return hashlib.blake2b(word.casefold().encode(), digest_size=16).hexdigest()


def add_names(connection: Connection, names: Iterable[str]) -> None:
    """Stores the words of people's names, hashed, so that they can be redacted from texts."""
    words = {word for name in names for word in name.replace("-", " ").split() if len(word) > 2}
    insert_all_new(connection, NameWord, [{"digest": word_digest(word)} for word in sorted(words)])


def known_names(engine: Engine) -> frozenset[str]:
    """The hashes of every name word."""
    with engine.connect() as connection:
        return frozenset(connection.scalars(select(NameWord.digest)))
