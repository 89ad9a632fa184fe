"""Who is a champion of which team, who has opened Home, and what was said once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, delete, func, select, update

from adoption.feedback.voices import person_of
from adoption.people.directory import writing
from adoption.people.programme_models import HomeRow, NoticeRow, Role, RoleRow
from adoption.questions.models import Person
from adoption.usage.models import Member, Team
from adoption.usage.rollups import upsert


@dataclass(frozen=True)
class Champion:
    """Somebody to ask in a team."""

    account: str
    team: str
    trained_on: date | None = None


class RoleBook:
    """Reads and writes roles; what an admin named in Slack goes before the roster."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def champions(self) -> list[Champion]:
        """Everybody who is a champion and has a Slack account, by team."""
        named = (
            select(Person.account, func.coalesce(RoleRow.team, Team.name, ""), RoleRow.trained_on)
            .join(RoleRow, RoleRow.person_id == Person.id)
            .outerjoin(Member, Member.person_id == Person.id)
            .outerjoin(Team, Team.id == Member.team_id)
            .where(Person.account.is_not(None))
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
        with self.engine.connect() as connection:
            found = {a: Champion(a, team) for a, team in connection.execute(listed) if a}
            found |= {a: Champion(a, t, on) for a, t, on in connection.execute(named) if a}
        return sorted(found.values(), key=lambda each: (each.team, each.account))

    def champion(self, account: str) -> Champion | None:
        """The champion behind an account, or None."""
        return next((each for each in self.champions() if each.account == account), None)

    def name(self, account: str, team: str | None, now: datetime) -> bool:
        """Makes somebody a champion; False where they are named already (the team is renewed)."""
        with writing(self.engine) as connection:
            person = person_of(connection, account, now)
            there = connection.scalar(select(RoleRow.person_id).where(RoleRow.person_id == person))
            if there is not None:
                if team:
                    connection.execute(
                        update(RoleRow).where(RoleRow.person_id == person).values(team=team)
                    )
                return False
            row = {
                "person_id": person,
                "role": Role.CHAMPION,
                "team": team,
                "trained_on": None,
                "named_at": now,
            }
            connection.execute(upsert(connection, RoleRow).on_conflict_do_nothing(), [row])
            return True

    def unname(self, account: str) -> None:
        """Takes back what an admin named in Slack; the roster's word stays."""
        person = select(Person.id).where(Person.account == account).scalar_subquery()
        with writing(self.engine) as connection:
            connection.execute(delete(RoleRow).where(RoleRow.person_id == person))

    def mark_trained(self, account: str, on: date) -> None:
        """Writes down that a champion is trained."""
        person = select(Person.id).where(Person.account == account).scalar_subquery()
        with writing(self.engine) as connection:
            connection.execute(
                update(RoleRow).where(RoleRow.person_id == person).values(trained_on=on)
            )

    def team_of(self, account: str) -> str:
        """The name of somebody's team on the roster, or nothing."""
        query = (
            select(Team.name)
            .join(Member, Member.team_id == Team.id)
            .join(Person, Person.id == Member.person_id)
            .where(Person.account == account)
        )
        with self.engine.connect() as connection:
            return connection.scalar(query) or ""

    def home_hash(self, account: str) -> str:
        """The hash of somebody's Home, or nothing."""
        query = select(HomeRow.hash).join(Person, Person.id == HomeRow.person_id)
        with self.engine.connect() as connection:
            return connection.scalar(query.where(Person.account == account)) or ""

    def keep_home(
        self, account: str, hash: str, is_admin: bool, now: datetime, opened: bool = True
    ) -> None:
        """Writes down what somebody's Home shows, and that they look at it where they opened it."""
        with writing(self.engine) as connection:
            person = person_of(connection, account, now)
            row = {"person_id": person, "hash": hash, "is_admin": is_admin, "seen_at": now}
            insert = upsert(connection, HomeRow)
            names = ("hash", "is_admin", "seen_at") if opened else ("hash", "is_admin")
            renewed = {name: insert.excluded[name] for name in names}
            connection.execute(
                insert.on_conflict_do_update(index_elements=["person_id"], set_=renewed), [row]
            )

    def homes(self, admins_only: bool = False, most: int | None = None) -> list[str]:
        """The accounts that have opened Home, those who did so last first."""
        query = select(Person.account).join(HomeRow, HomeRow.person_id == Person.id)
        if admins_only:
            query = query.where(HomeRow.is_admin)
        query = query.order_by(HomeRow.seen_at.desc()).limit(most)
        with self.engine.connect() as connection:
            return [account for account in connection.scalars(query) if account]

    def is_said(self, key: str) -> bool:
        """Whether something was said once."""
        with self.engine.connect() as connection:
            return connection.scalar(select(NoticeRow.key).where(NoticeRow.key == key)) is not None

    def first_said(self, beginning: str) -> str | None:
        """The first, as letters are sorted, of all that was said with such a beginning."""
        query = select(func.min(NoticeRow.key)).where(
            NoticeRow.key.startswith(beginning, autoescape=True)
        )
        with self.engine.connect() as connection:
            return connection.scalar(query)

    def forget_said(self, key: str) -> None:
        """Lets something be said again."""
        with writing(self.engine) as connection:
            connection.execute(delete(NoticeRow).where(NoticeRow.key == key[:255]))

    def keep_said(self, key: str, now: datetime) -> None:
        """Writes down that something was said."""
        with writing(self.engine) as connection:
            row = {"key": key[:255], "said_at": now}
            connection.execute(upsert(connection, NoticeRow).on_conflict_do_nothing(), [row])
