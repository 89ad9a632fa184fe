"""People as a chat workspace knows them: filled into the roster without touching the rest of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from adoption.db.writes import StoreCounts, write_lock
from adoption.people.directory import find_people, plain
from adoption.people.models import Member, Seat, Team
from adoption.people.roster import Roster, RosterRow


@dataclass(frozen=True)
class SlackMember:
    """Somebody in the workspace.

    Attributes:
        account: team and user id in Slack (`T1:U1`).
        email: ties the account to what tools report of the person; None where it is unknown.
        team: the name of their team; None where it is unknown.
        gone: whether the account was closed.
    """

    account: str
    name: str = ""
    email: str | None = None
    team: str | None = None
    gone: bool = False


def store_slack_members(
    roster: Roster, members: Sequence[SlackMember], today: date, now: datetime
) -> StoreCounts:
    """Adds people of the workspace to the roster, or completes them, in one transaction.

    Only accounts, names and teams come from here. Waves, roles, seats, further logins and days
    stay as they are, and so does the team of somebody whose team is unknown. Somebody whose
    account was closed is not added; who is on the roster without a last day left today.
    """
    with write_lock(roster.engine) as connection:
        handles = {plain(h) for each in members for h in (each.account, each.email) if h}
        people = find_people(connection, handles)
        known = _members(connection, people.values())
        keys = {plain(name): key for name, key in connection.execute(select(Team.name, Team.key))}
        rows = []
        for each in members:
            found = [people[h] for h in _handles(each) if h in people]
            listed = [known[person] for person in found if person in known]
            if listed or not each.gone:
                rows.append(_row(each, listed[0] if listed else {}, keys, today))
        return roster.store_in(connection, rows, now)


def _handles(member: SlackMember) -> list[str]:
    return [plain(handle) for handle in (member.email, member.account) if handle]


def _row(
    member: SlackMember, listed: Mapping[str, Any], keys: Mapping[str, str], today: date
) -> RosterRow:
    left = listed.get("left_on")
    team, key = listed.get("team"), listed.get("team_key")
    if member.team and plain(member.team) != plain(team or ""):
        team, key = member.team, keys.get(plain(member.team))
    return RosterRow(
        person=member.email or member.account,
        team=team,
        team_key=key,
        wave=listed.get("wave"),
        role=listed.get("role"),
        eligible_since=listed.get("eligible_since"),
        left_on=today if member.gone and left is None else left,
        account=member.account,
        name=member.name or None,
        tools=listed.get("tools", ()),
        on_leave=bool(listed.get("on_leave")),
        part_time=bool(listed.get("part_time")),
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
        Member.on_leave,
        Member.part_time,
        Team.name.label("team"),
        Team.key.label("team_key"),
    ).outerjoin(Team, Team.id == Member.team_id)
    return {
        row["person_id"]: {**row, "tools": tuple(sorted(seats.get(row["person_id"], [])))}
        for row in connection.execute(query).mappings()
        if row["person_id"] in wanted
    }
