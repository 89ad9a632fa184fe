"""What is known of the AI tools beside their use: names, owners, costs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select, update

from adoption.db.writes import insert_new, write_lock
from adoption.people.directory import find_people, plain
from adoption.people.models import Seat
from adoption.usage.models import FirstUse, Tool


@dataclass(frozen=True)
class ToolFacts:
    """What is known of a tool beside its use; None where it is not.

    Attributes:
        seat_cost: what one seat costs a month, in the money of the record.
    """

    name: str
    owner: str | None
    seat_cost: float | None


class Tools:
    """The AI tools of the record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, name: str, owner: str | None = None, seat_cost: float | None = None) -> None:
        """Stores who owns a tool and what a seat costs a month; None leaves what is stored."""
        given = {"owner": owner, "seat_cost": seat_cost}
        with write_lock(self._engine) as connection:
            insert_new(connection, Tool, {"name": name} | given)
            values = {key: value for key, value in given.items() if value is not None}
            if values:
                connection.execute(update(Tool).where(Tool.name == name).values(values))

    def all(self) -> list[ToolFacts]:
        """Every tool of which something is known, by name."""
        query = select(Tool.name, Tool.owner, Tool.seat_cost).order_by(Tool.name)
        with self._engine.connect() as connection:
            return [ToolFacts(*row) for row in connection.execute(query)]

    def names(self) -> set[str]:
        """The names of the tools that were used, or that something is known of."""
        with self._engine.connect() as connection:
            return set(connection.scalars(select(Tool.name).union(select(FirstUse.tool))))

    def of(self, account: str) -> list[str]:
        """The tools a person has a seat for or has used, by name; each once, in one spelling."""
        with self._engine.connect() as connection:
            people = find_people(connection, [plain(account)]).values()
            seats = select(Seat.tool).where(Seat.person_id.in_(people))
            used = select(FirstUse.tool).where(FirstUse.person_id.in_(people))
            found = sorted(connection.scalars(seats.union(used)))
        return list({plain(tool): tool for tool in found}.values())
