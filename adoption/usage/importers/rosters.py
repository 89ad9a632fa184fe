"""Reads a row of a roster."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from adoption.errors import FileUnreadable, RowWrong
from adoption.people.roster import RosterRow
from adoption.usage.importers.tables.days import Days
from adoption.usage.importers.tables.rows import Row, plain_name
from adoption.usage.importers.tables.values import LONGEST_NAME, is_empty

_SEPARATORS = re.compile(r"[;|]")
_NAMES: dict[str, tuple[str, ...]] = {
    "person": ("person", "email", "userprincipalname", "login", "emailaddress", "mail"),
    "team": ("team", "department"),
    "team_key": ("teamid", "teamkey"),
    "wave": ("wave",),
    "role": ("role", "title", "jobtitle"),
    "eligible_since": ("eligiblesince", "start", "startdate"),
    "left_on": ("lefton", "left", "enddate"),
    "account": ("slack", "account", "slackaccount"),
    "name": ("name", "displayname"),
    "aliases": ("aliases", "logins"),
    "tools": ("tools", "seats"),
    "on_leave": ("leave", "onleave", "leaveofabsence"),
    "part_time": ("parttime",),
}
_LISTS = ("aliases", "logins", "tools", "seats")
_YES = frozenset("yes y true 1 x on-leave leave part-time parttime".split())
_NO = frozenset("no n false 0 - none full-time fulltime".split())
DAY_COLUMNS = (*_NAMES["eligible_since"], *_NAMES["left_on"])


def is_roster(columns: Collection[str]) -> bool:
    """Whether columns, by plain name, name people."""
    return not set(_NAMES["person"]).isdisjoint(columns)


def meanings_of(names: Mapping[str, str], where: str) -> list[tuple[str, str]]:
    """Each column of a roster that is read, and what it becomes.

    Raises:
        FileUnreadable: none names people.
    """
    if not is_roster(names):
        raise FileUnreadable(
            f"{where} names no people: it needs a column email or person. Its columns are: "
            f"{', '.join(names.values())}."
        )
    picked = ((next((n for n in known if n in names), None), f) for f, known in _NAMES.items())
    return [(column, field.replace("_", " ")) for column, field in picked if column]


def roster_row(row: Row, days: Days) -> RosterRow:
    """The person of a row; lists (tools, aliases) are parted by `;` or `|`.

    Raises:
        RowWrong: no person is named, or a value is malformed.
    """
    value = {field: _value(row, names) for field, names in _NAMES.items()}
    person = value["person"]
    if not person:
        raise RowWrong("names no person (column person or email)")
    account = value["account"]
    if account and ":" not in account:
        raise RowWrong("has no account in column slack; write team and user id like T012AB:U034CD")
    since = _day(value["eligible_since"], "eligible_since", days)
    left = _day(value["left_on"], "left_on", days)
    if since and left and left < since:
        raise RowWrong(f"has “{left}” in column left_on, which is before eligible_since")
    return RosterRow(
        person=person,
        team=value["team"],
        team_key=value["team_key"],
        wave=value["wave"],
        role=value["role"],
        eligible_since=since,
        left_on=left,
        account=account,
        name=value["name"],
        aliases=_list(value["aliases"]),
        tools=_list(value["tools"]),
        on_leave=_is_so(value["on_leave"], "leave"),
        part_time=_is_so(value["part_time"], "part_time"),
    )


def _value(row: Row, names: tuple[str, ...]) -> str | None:
    for name in names:
        given = row.get(name)
        if isinstance(given, list):
            given = ";".join(map(str, given))
        text = "" if is_empty(given) else str(given).replace("\0", "").strip()
        if len(text) > LONGEST_NAME and name not in _LISTS:
            raise RowWrong(f"is longer than {LONGEST_NAME} characters in column {name}")
        if text:
            return text
    return None


def _day(text: str | None, column: str, days: Days) -> date | None:
    if text is None:
        return None
    try:
        return days.read(text)
    except ValueError:
        said = f"has “{text[:40]}” in column {plain_name(column)}, which is not a day"
        raise RowWrong(said) from None


def _is_so(text: str | None, column: str) -> bool:
    word = "-".join((text or "no").lower().split())
    if word not in _YES | _NO:
        raise RowWrong(f"has “{(text or '')[:40]}” in column {column}, which is neither yes nor no")
    return word in _YES


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SEPARATORS.split(text or "") if part.strip())
