"""Reads what nudges need to know of people: who has a tool, its use, and earlier messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from adoption.db.writes import chunks
from adoption.measures.use import MONTH
from adoption.nudges.audience import Audience, Holder, KnownUse, Past, audience_of
from adoption.nudges.models import (
    CampaignRow,
    Excluded,
    NudgeOptOutRow,
    NudgeRow,
    NudgeState,
    Reaction,
)
from adoption.people.models import Member, Person, Seat, Team
from adoption.rollout.membership import go_live, is_launched, with_waves
from adoption.usage.models import CoveredDay, FirstUse, PersonDay, TeamDay

# Nobody is picked more often, whatever the campaigns are about.
PAUSE = timedelta(days=14)
# So many messages without a reaction are the last ones.
MOST_WITHOUT_REACTION = 3


@dataclass(frozen=True)
class Pick:
    """What became of somebody who was picked.

    Attributes:
        due_at: when their message is due, or would be.
    """

    state: NudgeState
    due_at: datetime
    reaction: Reaction | None = None
    skipped_for: Excluded | None = None


def read_audience(
    connection: Connection, tool: str, now: datetime, today: date, grace_days: int
) -> Audience:
    """Whom a message about a tool is for at a moment; `today` is its day where the company is."""
    holders = holders_of(connection, tool, today)
    known, past = _known_use(connection, tool, today), _past(connection, now)
    return audience_of(holders, known, past, today, grace_days)


def holders_of(
    connection: Connection, tool: str, today: date, account: str | None = None
) -> list[Holder]:
    """Everybody who has a tool: a seat for it, or where the roster names no seats, the roster.

    Args:
        account: only this one.
    """
    query = with_waves(
        select(
            Member.person_id,
            func.coalesce(Person.account, ""),
            Team.name,
            Member.role,
            go_live(),
            Member.on_leave,
            Member.part_time,
        )
        .select_from(Member)
        .join(Person, Person.id == Member.person_id)
        .outerjoin(Team, Team.id == Member.team_id)
        .where(is_launched(), (go_live().is_(None)) | (go_live() <= today))
        .where((Member.left_on.is_(None)) | (Member.left_on > today))
        .order_by(Member.person_id)
    )
    if account is not None:
        query = query.where(Person.account == account)
    if connection.scalar(select(Seat.tool).limit(1)) is not None:
        own = (Seat.person_id == Member.person_id) & (Seat.tool == tool)
        query = query.where(exists().where(own))
    return [Holder(*row) for row in connection.execute(query)]


def tools_held(connection: Connection) -> list[str]:
    """The tools that people have seats for, or that use is reported of where there are no seats."""
    seats = sorted(connection.scalars(select(Seat.tool).distinct()))
    return seats or sorted(connection.scalars(select(CoveredDay.tool).distinct()))


def read_picks(connection: Connection, campaign: str) -> dict[str, Pick]:
    """What became of everybody who was picked for a campaign, by pseudonym."""
    query = select(
        NudgeRow.person_id,
        NudgeRow.state,
        NudgeRow.due_at,
        NudgeRow.reaction,
        NudgeRow.skipped_for,
    ).where(NudgeRow.campaign_id == campaign)
    return {
        row.person_id: Pick(row.state, row.due_at, row.reaction, row.skipped_for)
        for row in connection.execute(query)
    }


def unmoved(connection: Connection) -> set[str]:
    """Those whose last three messages got no reaction.

    A press is one, and so is use of the tool in the two weeks after the message.
    """
    query = (
        select(NudgeRow.person_id, NudgeRow.sent_at, NudgeRow.reaction, CampaignRow.tool)
        .join(CampaignRow, CampaignRow.id == NudgeRow.campaign_id)
        .where(NudgeRow.state == NudgeState.SENT)
        .order_by(NudgeRow.sent_at)
    )
    sent: dict[str, list[tuple[datetime, Reaction | None, str]]] = {}
    for person, at, reaction, tool in connection.execute(query):
        if at is not None:
            sent.setdefault(person, []).append((at, reaction, tool))
    last = {
        person: rows[-MOST_WITHOUT_REACTION:]
        for person, rows in sent.items()
        if len(rows) >= MOST_WITHOUT_REACTION
    }
    used = _days_of(connection, last)
    return {
        person
        for person, rows in last.items()
        if not any(
            reaction is not None or _is_used_after(used.get((person, tool), ()), at)
            for at, reaction, tool in rows
        )
    }


def _is_used_after(days: Iterable[date], at: datetime) -> bool:
    return any(at.date() <= day < at.date() + PAUSE for day in days)


def _days_of(connection: Connection, people: Iterable[str]) -> dict[tuple[str, str], set[date]]:
    """The days on which people used each tool."""
    days: dict[tuple[str, str], set[date]] = {}
    for part in chunks(people):
        query = select(PersonDay.person_id, PersonDay.tool, PersonDay.day)
        for person, tool, day in connection.execute(query.where(PersonDay.person_id.in_(part))):
            days.setdefault((person, tool), set()).add(day)
    return days


def _known_use(connection: Connection, tool: str, today: date) -> KnownUse:
    covered = covered_days(connection, tool, today)
    if not covered:
        return KnownUse()
    end = max(covered)
    firsts = select(FirstUse.person_id, FirstUse.first_day).where(FirstUse.tool == tool)
    used = select(PersonDay.person_id, PersonDay.day).where(
        PersonDay.day > end - timedelta(days=2 * MONTH),
        PersonDay.day <= end,
        PersonDay.tool == tool,
    )
    days: dict[date, set[str]] = {}
    for person, day in connection.execute(used):
        days.setdefault(day, set()).add(person)
    return KnownUse(days, dict(connection.execute(firsts).all()), covered)


def covered_days(
    connection: Connection, tool: str, today: date, since: date = date.min
) -> frozenset[date]:
    """The days from `since` to yesterday for which a person's use would be known.

    What is known of teams or of the whole company says nothing about a person.
    """

    def days(table: type[CoveredDay | TeamDay | PersonDay]) -> set[date]:
        query = select(table.day).where(table.day >= since, table.day < today).distinct()
        return set(connection.scalars(query.where(table.tool == tool)))

    return frozenset(days(CoveredDay) - (days(TeamDay) - days(PersonDay)))


def _past(connection: Connection, now: datetime) -> Past:
    picked = NudgeRow.state.in_([NudgeState.PLANNED, NudgeState.SENT, NudgeState.HELD_OUT])
    at = func.coalesce(NudgeRow.sent_at, NudgeRow.due_at)
    lately = (at > now - PAUSE) | (NudgeRow.state == NudgeState.PLANNED)
    recent = connection.scalars(select(NudgeRow.person_id).where(picked, lately))
    opted_out = connection.scalars(
        select(Person.id).join(NudgeOptOutRow, NudgeOptOutRow.account == Person.account)
    )
    return Past(set(opted_out), set(recent), unmoved(connection))
