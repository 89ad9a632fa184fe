"""Reads a row of a roster."""

from __future__ import annotations

import re
from datetime import date

from adoption.errors import RowWrong
from adoption.people.roster import RosterRow
from adoption.usage.importers.files import Row

_LONGEST = 255
_SEPARATORS = re.compile(r"[;|]")
_NAMES: dict[str, tuple[str, ...]] = {
    "person": ("person", "email", "userprincipalname", "login"),
    "team": ("team", "department"),
    "team_key": ("teamid", "teamkey"),
    "wave": ("wave",),
    "role": ("role", "title"),
    "eligible_since": ("eligiblesince", "start", "startdate"),
    "left_on": ("lefton", "left", "enddate"),
    "account": ("slack", "account", "slackaccount"),
    "name": ("name", "displayname"),
    "aliases": ("aliases", "logins"),
    "tools": ("tools", "seats"),
}


def roster_row(row: Row) -> RosterRow:
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
        raise RowWrong("slack is not an account; write team and user id like T012AB:U034CD")
    since, left = _day(value["eligible_since"]), _day(value["left_on"])
    if since and left and left < since:
        raise RowWrong("left_on lies before eligible_since")
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
    )


def _value(row: Row, names: tuple[str, ...]) -> str | None:
    for name in names:
        given = row.get(name)
        if isinstance(given, list):
            given = ";".join(map(str, given))
        text = "" if given is None else str(given).replace("\0", "").strip()
        if len(text) > _LONGEST and name not in ("aliases", "logins", "tools", "seats"):
            raise RowWrong(f"{name} is longer than {_LONGEST} characters")
        if text:
            return text
    return None


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise RowWrong(f"“{text[:40]}” is not a day; write it like 2026-11-16") from None


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SEPARATORS.split(text or "") if part.strip())
