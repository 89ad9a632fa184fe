"""Who is a champion of which team: named by an admin in Slack, or by the roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import aliased

from adoption.db.writes import insert_new, write_lock
from adoption.people.directory import person_of
from adoption.people.models import Member, Person, Team
from adoption.roles.models import Role, RoleRow
from adoption.training.models import Tier
from adoption.training.training import trained_on


@dataclass(frozen=True)
class Champion:
    """Somebody to ask in a team.

    Attributes:
        trained_on: when they completed the advanced training; None where they have not.
    """

    account: str
    team: str
    trained_on: date | None = None


class Roles:
    """Reads and writes roles; what an admin set in Slack goes before the roster."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def champions(self) -> list[Champion]:
        """Everybody who is a champion and has a Slack account, by team."""
        given = aliased(Team)
        named = (
            select(Person.account, func.coalesce(given.name, RoleRow.team, Team.name, ""))
            .join(RoleRow, RoleRow.person_id == Person.id)
            .outerjoin(given, given.id == RoleRow.team_id)
            .outerjoin(Member, Member.person_id == Person.id)
            .outerjoin(Team, Team.id == Member.team_id)
            .where(Person.account.is_not(None), RoleRow.role == Role.CHAMPION)
        )
        listed = (
            select(Person.account, func.coalesce(Team.name, ""))
            .join(Member, Member.person_id == Person.id)
            .outerjoin(Team, Team.id == Member.team_id)
            .where(
                Person.account.is_not(None),
                func.lower(Member.role) == Role.CHAMPION.value,
                Member.left_on.is_(None),
            )
        )
        with self._engine.connect() as connection:
            teams = dict(connection.execute(listed).all()) | dict(connection.execute(named).all())
            trained = trained_on(connection, Tier.ADVANCED)
        found = [Champion(a, team, trained.get(a)) for a, team in teams.items() if a]
        return sorted(found, key=lambda each: (each.team, each.account))

    def champion(self, account: str) -> Champion | None:
        """The champion behind an account, or None."""
        return next((each for each in self.champions() if each.account == account), None)

    def champions_for(self, account: str) -> list[str]:
        """The accounts of the champions of somebody's team, without themselves."""
        team = self.team_of(account)
        if not team:
            return []
        return [c.account for c in self.champions() if c.team == team and c.account != account]

    def add_champion(self, account: str, team: str | None, now: datetime) -> bool:
        """Makes somebody a champion; False where they are one already (the team is renewed)."""
        with write_lock(self._engine) as connection:
            person = person_of(connection, account, now)
            # A team of the roster keeps its champion when it is renamed.
            known = select(Team.id).where(func.lower(Team.name) == (team or "").lower()).limit(1)
            of = {"team": team, "team_id": connection.scalar(known)}
            row = {"person_id": person, "role": Role.CHAMPION} | of
            is_new = insert_new(connection, RoleRow, row)
            if team:
                own = update(RoleRow).where(RoleRow.person_id == person)
                connection.execute(own.values(of))
            return is_new

    def remove_champion(self, account: str) -> None:
        """Takes back what an admin set in Slack; what the roster says stays."""
        person = select(Person.id).where(Person.account == account).scalar_subquery()
        with write_lock(self._engine) as connection:
            connection.execute(delete(RoleRow).where(RoleRow.person_id == person))

    def team_of(self, account: str) -> str:
        """The name of somebody's team on the roster, or nothing."""
        query = (
            select(Team.name)
            .join(Member, Member.team_id == Team.id)
            .join(Person, Person.id == Member.person_id)
            .where(Person.account == account)
        )
        with self._engine.connect() as connection:
            return connection.scalar(query) or ""
