"""Which courses are for whom, by what the roster says of a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, select

from adoption.people.directory import find_people, plain
from adoption.people.models import Member, Person, Seat
from adoption.rollout.membership import wave_name, with_waves
from adoption.training.catalogue import Course
from adoption.training.models import Tier, TrainingRow


@dataclass(frozen=True)
class Learner:
    """What decides which courses are for somebody; all in lower case.

    Attributes:
        roles: theirs on the roster, and those that an admin gave them in Slack.
        tools: those that they have a seat for; empty where the roster names none.
        completed: tiers of training that they completed.
    """

    roles: frozenset[str] = frozenset()
    wave: str = ""
    tools: frozenset[str] = frozenset()
    completed: frozenset[Tier] = frozenset()

    def fits(self, course: Course) -> bool:
        """Whether a course is for them.

        A course for some roles is for nobody else; a wave and tools that the roster does not
        know keep nobody out.
        """
        has_role = not course.roles or not self.roles.isdisjoint(map(plain, course.roles))
        waves = frozenset({self.wave} if self.wave else ())
        return has_role and _meets(course.waves, waves) and _meets(course.tools, self.tools)


def _meets(wanted: Collection[str], own: frozenset[str]) -> bool:
    return not wanted or not own or not own.isdisjoint(map(plain, wanted))


class Learners:
    """Reads what is known of people who may learn."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def account(self, handle: str) -> str | None:
        """The Slack account behind an account, address or login; None where none is known."""
        with self._engine.connect() as connection:
            person = find_people(connection, [plain(handle)]).get(plain(handle))
            return connection.scalar(select(Person.account).where(Person.id == person))

    def groups(self) -> tuple[list[str], list[str]]:
        """The roles that the roster has, and the waves that people are in, by alphabet."""
        with self._engine.connect() as connection:
            queries = (select(Member.role), with_waves(select(wave_name()).select_from(Member)))
            roles, waves = (
                sorted({name for name in connection.scalars(query) if name}) for query in queries
            )
        return roles, waves

    def learner(self, account: str, roles: Collection[str] = ()) -> Learner:
        """What is known of somebody.

        Args:
            roles: those that they have beside that of the roster.
        """
        person = select(Person.id).where(Person.account == account).scalar_subquery()
        with self._engine.connect() as connection:
            member = connection.execute(
                with_waves(select(Member.role, wave_name().label("wave"))).where(
                    Member.person_id == person
                )
            ).first()
            listed = [member.role] if member and member.role else []
            seats = select(Seat.tool).where(Seat.person_id == person)
            done = select(TrainingRow.tier).where(TrainingRow.person_id == person)
            return Learner(
                roles=frozenset(map(plain, [*roles, *listed])),
                wave=plain(member.wave or "") if member else "",
                tools=frozenset(map(plain, connection.scalars(seats))),
                completed=frozenset(connection.scalars(done)),
            )
