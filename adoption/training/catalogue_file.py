"""Reads courses and sessions from a TOML or CSV file: all of it, or nothing where it is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from adoption.errors import FileUnreadable, RowWrong
from adoption.training.catalogue import Course, Plan
from adoption.training.local_time import moment_at, zone_named
from adoption.training.models import Tier
from adoption.usage.importers.tables.opening import open_table
from adoption.usage.importers.tables.rows import plain_name

# How long a session of a tier takes where nothing is said, in minutes.
USUAL_MINUTES: Mapping[Tier, int] = {Tier.AWARENESS: 120, Tier.HANDS_ON: 240, Tier.ADVANCED: 60}
USUAL_SEATS: Mapping[Tier, int] = {Tier.AWARENESS: 100, Tier.HANDS_ON: 15, Tier.ADVANCED: 5}
MOST_SEATS, MOST_MINUTES = 1000, 14 * 24 * 60
LONGEST_ID, LONGEST_TITLE, LONGEST_ABOUT, LONGEST_PLACE = 64, 150, 1500, 500
_LISTS = ("tools", "roles", "waves", "materials")
_ID = re.compile(r"[\w.-]+")
_BETWEEN = re.compile(r"[;|]")
_MOST_FAULTS = 10
# Columns of a CSV file by their plain names; a row is a session, with its course.
_COURSE_COLUMNS = {
    "course": "id",
    "title": "title",
    "tier": "tier",
    "about": "about",
    **{name: name for name in _LISTS},
}
_SESSION_COLUMNS = {
    "session": "id",
    "course": "course",
    "starts": "starts",
    "zone": "zone",
    "minutes": "minutes",
    "seats": "seats",
    "host": "host",
    "place": "place",
}


T = TypeVar("T")


@dataclass(frozen=True)
class CatalogueFile:
    """What a file holds; hosts are accounts."""

    courses: Sequence[Course]
    plans: Sequence[Plan]


@dataclass(frozen=True)
class _Entry:
    """An entry of a file: where it is, and its fields as they are written."""

    where: str
    fields: Mapping[str, Any]


# The account behind an address or login; None where nobody is known under it.
AccountOf = Callable[[str], str | None]


def read_catalogue(
    path: Path, account_of: AccountOf, zone: str, known: Sequence[Course] = ()
) -> CatalogueFile:
    """The courses and sessions of a file.

    Args:
        zone: of sessions that name none.
        known: courses that are there already, which sessions may be of.

    Raises:
        FileUnreadable: it cannot be read, or something in it is wrong; every fault is named.
    """
    courses, sessions = _in_toml(path) if path.suffix == ".toml" else _in_csv(path)
    faults: list[str] = []
    made = _made(courses, _course, faults)
    by_id = {each.id: each for each in (*known, *made)}
    plans = _made(sessions, lambda fields: _plan(fields, by_id, account_of, zone), faults)
    for kind, ids in (("course", [e.id for e in made]), ("session", [p.id for p in plans])):
        twice = sorted({each for each in ids if ids.count(each) > 1})
        faults += [f"the {kind} “{each}” is there twice" for each in twice]
    if faults:
        shown = "; ".join(faults[:_MOST_FAULTS])
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise FileUnreadable(f"Nothing of {path} was stored: {shown}{more}.")
    return CatalogueFile(made, plans)


def _made(
    entries: Sequence[_Entry], make: Callable[[Mapping[str, Any]], T], faults: list[str]
) -> list[T]:
    found = []
    for entry in entries:
        try:
            found.append(make(entry.fields))
        except RowWrong as wrong:
            faults.append(f"{entry.where} {wrong}")
    return found


def _in_toml(path: Path) -> tuple[list[_Entry], list[_Entry]]:
    try:
        with path.open("rb") as file:
            read = tomllib.load(file)
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be read ({error.strerror}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} is not valid TOML: {error}.") from error
    unknown = sorted(read.keys() - {"course", "session"})
    if unknown or not read:
        raise FileUnreadable(
            f"{path} needs tables [[course]] and [[session]]; it has: {', '.join(unknown)}."
        )
    return _tables(path, read, "course"), _tables(path, read, "session")


def _tables(path: Path, read: Mapping[str, Any], kind: str) -> list[_Entry]:
    tables = read.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        raise FileUnreadable(f"{path} has no list of tables [[{kind}]]; write it in two brackets.")
    allowed = set((_COURSE_COLUMNS if kind == "course" else _SESSION_COLUMNS).values())
    for number, each in enumerate(tables, start=1):
        if unknown := sorted(each.keys() - allowed):
            raise FileUnreadable(
                f"{path}: the {kind} {number} has “{unknown[0]}”, which is unknown. "
                f"It may have: {', '.join(sorted(allowed))}."
            )
    return [_Entry(f"the {kind} {n}", each) for n, each in enumerate(tables, start=1)]


def _in_csv(path: Path) -> tuple[list[_Entry], list[_Entry]]:
    table = open_table(path, lambda columns: {"course", "title"} <= set(columns))
    if not {"course", "title", "tier"} <= set(table.names):
        there = ", ".join(table.names.values())
        raise FileUnreadable(
            f"{path} needs the columns course, title and tier; its columns are: {there}."
        )
    courses: dict[str, _Entry] = {}
    sessions = []
    for line in table.lines():
        where = f"line {line.number}"
        if line.fault:
            raise FileUnreadable(f"{path}: {where} {line.fault}.")
        row = {name: str(value).strip() for name, value in line.row.items() if str(value).strip()}
        course = _renamed(row, _COURSE_COLUMNS)
        courses.setdefault(course.get("id", where), _Entry(where, course))
        if row.get("session"):
            sessions.append(_Entry(where, _renamed(row, _SESSION_COLUMNS)))
    return list(courses.values()), sessions


def _renamed(row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {new: row[plain_name(old)] for old, new in names.items() if plain_name(old) in row}


def _course(fields: Mapping[str, Any]) -> Course:
    lists = {name: _list(fields, name) for name in _LISTS}
    return Course(
        id=_id(fields),
        title=_text(fields, "title", LONGEST_TITLE),
        tier=_tier(fields),
        about=_text(fields, "about", LONGEST_ABOUT, needed=False),
        **lists,
    )


def _plan(
    fields: Mapping[str, Any], courses: Mapping[str, Course], account_of: AccountOf, zone: str
) -> Plan:
    course = courses.get(str(fields.get("course") or ""))
    if course is None:
        raise RowWrong(f"names a course that doesn't exist (“{fields.get('course', '')}”)")
    zone = _text(fields, "zone", 64, needed=False) or zone
    host = _text(fields, "host", 255, needed=False)
    account = account_of(host) if host else None
    if host and account is None:
        raise RowWrong(f"has the host “{host}”, who is not on the roster; import the roster first")
    return Plan(
        id=_id(fields),
        course=course.id,
        starts_at=_moment(fields, zone),
        minutes=_number(fields, "minutes", USUAL_MINUTES[course.tier], MOST_MINUTES),
        zone=zone,
        seats=_number(fields, "seats", USUAL_SEATS[course.tier], MOST_SEATS),
        host=account,
        place=_text(fields, "place", LONGEST_PLACE, needed=False),
    )


def _id(fields: Mapping[str, Any]) -> str:
    id = _text(fields, "id", LONGEST_ID)
    if not _ID.fullmatch(id):
        raise RowWrong(f"has the id “{id}”; use letters, digits, dots and dashes")
    return id


def _text(fields: Mapping[str, Any], name: str, longest: int, *, needed: bool = True) -> str:
    given = fields.get(name, "")
    if not isinstance(given, str):
        raise RowWrong(f"has no text as {name}")
    text = given.strip()
    if needed and not text:
        raise RowWrong(f"has no {name}")
    if len(text) > longest:
        raise RowWrong(f"has more than {longest} characters as {name}")
    return text


def _tier(fields: Mapping[str, Any]) -> Tier:
    given = _text(fields, "tier", 32).casefold()
    if given not in set(Tier):
        raise RowWrong(f"has the tier “{given}”; there are {', '.join(Tier)}")
    return Tier(given)


def _list(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    given = fields.get(name, ())
    parts = _BETWEEN.split(given) if isinstance(given, str) else given
    if not isinstance(parts, (list, tuple)) or not all(isinstance(part, str) for part in parts):
        raise RowWrong(f"has no list of texts as {name}")
    return tuple(part.strip() for part in parts if part.strip())


def _number(fields: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    given = fields.get(name, usual)
    try:
        number = int(given) if isinstance(given, str) else given
    except ValueError:
        number = None
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise RowWrong(f"has “{given}” as {name}, which is not a number from 1 to {most}")
    return number


def _moment(fields: Mapping[str, Any], zone: str) -> datetime:
    given = fields.get("starts")
    try:
        local = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError:
        raise RowWrong(f"starts at “{given}”; write it like 2026-12-01 14:00") from None
    if local.tzinfo is not None:
        return local
    try:
        return moment_at(local, zone_named(zone))
    except ValueError as wrong:
        raise RowWrong(f"has no time: {wrong}") from None
