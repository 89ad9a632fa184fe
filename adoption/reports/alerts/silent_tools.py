"""Tools that have gone silent: their export or token may have stopped working."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from adoption.privacy.groups import Minimum
from adoption.usage.models import FirstUse, TeamDay
from adoption.usage.queries import UseReader, people_in

# A tool that reported use before and none for a week is silent.
SILENCE, REMEMBERED = timedelta(days=7), timedelta(days=35)


@dataclass(frozen=True)
class ReportedUse:
    """The use that a tool reported in the time that is looked at.

    Attributes:
        last: the last day with reported use.
        people: how many people it reported; where it reported teams only, how many are in them;
            None where it reported the whole company only.
    """

    last: date
    people: int | None


def silent_tools(reader: UseReader, today: date, minimum: Minimum) -> dict[str, date]:
    """The tools that reported use in that time and none for a week, by last day.

    Their silence says that nobody used them or that nothing comes in. So a tool is named only
    where at least the minimum of people used it in that time and may use it now.
    """
    roster = reader.roster()

    def is_shown(tool: str, people: int | None) -> bool:
        may = len(roster.with_seat(tool, today, minimum))
        return (people is None or people >= minimum.people) and not 0 < may < minimum.people

    with reader.engine.connect() as connection:
        heard = _reported_use(connection, today, reader.team_sizes(today))
    return {
        tool: told.last
        for tool, told in sorted(heard.items())
        if today - told.last > SILENCE and is_shown(tool, told.people)
    }


def _reported_use(
    connection: Connection, today: date, sizes: Mapping[int, int]
) -> dict[str, ReportedUse]:
    since = today - REMEMBERED
    # Days come first in the key, so that this reads five weeks however long the record is.
    told = select(TeamDay.tool, TeamDay.team_id, func.max(TeamDay.day)).where(TeamDay.day >= since)
    last: dict[str, date] = {}
    teams: dict[str, set[int]] = {}
    for tool, team, day in connection.execute(told.group_by(TeamDay.tool, TeamDay.team_id)):
        last[tool] = max(day, last.get(tool, day))
        teams.setdefault(tool, set()).add(team)
    # Nobody used a tool after their last day: who used it since then has that day since then.
    used = select(FirstUse.tool, func.count()).where(FirstUse.last_day >= since)
    users: dict[str, int] = dict(connection.execute(used.group_by(FirstUse.tool)).all())
    return {
        tool: ReportedUse(last[tool], users.get(tool) or people_in(teams[tool], sizes))
        for tool in last
    }
