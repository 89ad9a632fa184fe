"""What is read from each column of one file: a mapping, settled on the columns that are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adoption.errors import FileUnreadable
from adoption.usage.importers.mapping import Columns, written_name
from adoption.usage.importers.mapping import Mapping as Described
from adoption.usage.models import Event

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KindPlan:
    """The columns that count one kind of use."""

    name: str
    columns: tuple[tuple[Event, str], ...]
    rest_is_ignored: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns of one file by what they mean; a column that is not there is None or left out."""

    mapping: Described
    tool_column: str | None
    person: str | None
    team: str | None
    day: str | None
    ids: tuple[str, ...]
    event: str | None
    count: str | None
    kinds: tuple[KindPlan, ...]
    last_days: tuple[tuple[str, str], ...]
    any_day: str | None
    flags: tuple[tuple[str, str], ...]
    total: str | None
    active_days: str | None
    first: str | None
    last: str | None
    length: str | None
    used: frozenset[str | None]

    @property
    def adds_up(self) -> bool:
        """Whether equal rows of a file are events to be added up."""
        stated = self.mapping.adds_up
        one = self.event is not None or self.mapping.every_row is not None
        return stated if stated is not None else one and not self.ids

    @property
    def day_columns(self) -> list[str]:
        """Every column that holds days."""
        named = [self.day, self.any_day, self.first, self.last]
        found = [column for column in named if column] + [column for _, column in self.last_days]
        return list(dict.fromkeys(found))

    def meanings(self, names: Names) -> Iterator[tuple[str, str]]:
        """Each column that is read, and what it becomes."""
        read = list(self._meanings())
        yield from read
        if self.mapping.other_columns:
            others = set(names) - {column for column, _ in read}
        else:
            others = {column for column in self.mapping.attributes if column in names}
        yield from ((column, "stored with the row") for column in names if column in others)

    def _meanings(self) -> Iterator[tuple[str, str]]:
        single = {
            "tool": self.tool_column,
            "person": self.person,
            "team": self.team,
            "day": self.day,
            "event": self.event,
            "count": self.count,
            "last day of any use": self.any_day,
            "use of the period": self.total,
            "days of use": self.active_days,
            "first day covered": self.first,
            "last day covered": self.last,
            "days covered": self.length,
        }
        yield from ((column, meaning) for meaning, column in single.items() if column)
        yield from ((column, "identifies the row") for column in self.ids)
        for kind in self.kinds:
            yield from ((column, f"{kind.name}: {event.value}") for event, column in kind.columns)
        yield from ((column, f"{kind}: last day of use") for kind, column in self.last_days)
        yield from ((column, f"{kind}: used or not") for kind, column in self.flags)


def plan_for(mapping: Described, names: Names, where: str) -> Plan:
    """The columns of a file that a mapping names.

    Raises:
        FileUnreadable: the file has no column for who used the tool.
    """

    def pick(columns: Columns | None) -> str | None:
        # JSON leaves out what is empty, so that a column inside an object counts as there.
        return next((c for c in columns or () if c.split(".")[0] in names), None)

    def picked(columns: Mapping[str, Columns]) -> tuple[tuple[str, str], ...]:
        found = ((name, pick(choice)) for name, choice in columns.items())
        return tuple((name, column) for name, column in found if column)

    person, team, tool_column = pick(mapping.person), pick(mapping.team), pick(mapping.tool_column)
    if person is None and team is None and not mapping.whole_company:
        either = [*(mapping.person or ()), *(mapping.team or ())]
        wanted = " or ".join(written_name(column, names) for column in either)
        raise FileUnreadable(f"{where} has no column {wanted}; it has {', '.join(names.values())}.")
    average, covers = mapping.average, mapping.covers
    ids = tuple(column for column in mapping.id if pick((column,)))
    parts: dict[str, Any] = {
        "tool_column": tool_column,
        "person": person,
        "team": team,
        "day": pick(mapping.day),
        "event": pick(mapping.event),
        "count": pick(mapping.count),
    }
    return Plan(
        mapping,
        **parts,
        ids=ids,
        kinds=tuple(_kinds(mapping, pick)),
        last_days=picked(mapping.last_days),
        any_day=pick(mapping.any_day),
        flags=picked(mapping.flags),
        total=pick(average.total) if average else None,
        active_days=pick(average.days) if average else None,
        first=pick(covers.first) if covers else None,
        last=pick(covers.last) if covers else None,
        length=pick(covers.length) if covers else None,
        used=frozenset({*ids, *parts.values()}),
    )


def _kinds(mapping: Described, pick: Any) -> Iterator[KindPlan]:
    for name, kind in mapping.kinds.items():
        columns = [(event, pick(choice)) for event, choice in kind.columns()]
        there = tuple((event, column) for event, column in columns if column)
        if there:
            yield KindPlan(name, there, kind.rest_is_ignored)
