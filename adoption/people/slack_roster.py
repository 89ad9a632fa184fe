"""People as a chat workspace knows them: filled into the roster without touching the rest of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from adoption.people.directory import find_people, plain, writing
from adoption.people.roster import RosterRow, keep_rows
from adoption.usage.facts import Kept
from adoption.usage.models import Member, Seat, Team


@dataclass(frozen=True)
class Seen:
    """Somebody in the workspace.

    Attributes:
        account: team and user id in Slack (`T1:U1`).
        email: ties the account to what tools report of the person; None where it is not told.
        team: the name of their team; None where the workspace does not tell.
        gone: whether the account was closed.
    """

    account: str
    name: str = ""
    email: str | None = None
    team: str | None = None
    gone: bool = False


def keep_seen(engine: Engine, seen: Sequence[Seen], today: date, now: datetime) -> Kept:
    """Takes people into the roster, or completes them, at once; again, it changes nothing.

    Only accounts, names and teams come from here. Waves, roles, seats, further logins and days
    stay as they are, and so does the team of somebody whose team is not told. Whose account was
    closed is not taken in; who is on the roster without a last day has left today.
    """
    with writing(engine) as connection:
        handles = {plain(h) for each in seen for h in (each.account, each.email) if h}
        people = find_people(connection, handles)
        known = _members(connection, people.values())
        keys = {plain(name): key for name, key in connection.execute(select(Team.name, Team.key))}
        rows = []
        for each in seen:
            found = [people[h] for h in _handles(each) if h in people]
            members = [known[person] for person in found if person in known]
            if members or not each.gone:
                rows.append(_row(each, members[0] if members else {}, keys, today))
        return keep_rows(connection, rows, now)


def _handles(seen: Seen) -> list[str]:
    return [plain(handle) for handle in (seen.email, seen.account) if handle]


def _row(seen: Seen, member: Mapping[str, Any], keys: Mapping[str, str], today: date) -> RosterRow:
    left = member.get("left_on")
    team, key = member.get("team"), member.get("team_key")
    if seen.team and plain(seen.team) != plain(team or ""):
        team, key = seen.team, keys.get(plain(seen.team))
    return RosterRow(
        person=seen.email or seen.account,
        team=team,
        team_key=key,
        wave=member.get("wave"),
        role=member.get("role"),
        eligible_since=member.get("eligible_since"),
        left_on=today if seen.gone and left is None else left,
        account=seen.account,
        name=seen.name or None,
        tools=member.get("tools", ()),
    )


def _members(connection: Connection, people: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the roster says of people, with the present names of their teams."""
    wanted = set(people)
    seats: dict[str, list[str]] = {}
    for person, tool in connection.execute(select(Seat.person_id, Seat.tool)):
        seats.setdefault(person, []).append(tool)
    query = select(
        Member.person_id,
        Member.wave,
        Member.role,
        Member.eligible_since,
        Member.left_on,
        Team.name.label("team"),
        Team.key.label("team_key"),
    ).outerjoin(Team, Team.id == Member.team_id)
    return {
        row["person_id"]: {**row, "tools": tuple(sorted(seats.get(row["person_id"], [])))}
        for row in connection.execute(query).mappings()
        if row["person_id"] in wanted
    }
