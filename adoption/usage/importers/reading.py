"""Reads the usage that a row of an export reports."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from adoption.errors import RowWrong
from adoption.usage.facts import Usage
from adoption.usage.importers.plan import KindPlan, Plan
from adoption.usage.importers.tables.days import Days
from adoption.usage.importers.tables.rows import Row
from adoption.usage.importers.tables.values import count_of, inside, is_empty, text_of
from adoption.usage.models import Event

# What a row says happened: of one kind or of none, how often, on which day. A tuple, for there is
# one for each of millions of rows.
_Use = tuple[str | None, Event, int, date]
_EVENTS = {event.value: event for event in Event}


@dataclass
class RowReader:
    """Reads the rows of one file.

    Attributes:
        stated_day: the day of all rows, where the file names none.
        totals: use of whole periods, which is booked as averages.
    """

    plan: Plan
    days: Days
    stated_day: date | None = None
    totals: Counter[str] = field(default_factory=Counter)

    def read(self, row: Row) -> list[Usage]:
        """What a row reports; nothing where there was no use.

        Raises:
            RowWrong: a value is missing or malformed; the message says which and where.
        """
        plan, mapping = self.plan, self.plan.mapping
        if mapping.only_when:
            self._refuse_other(row)
        if (mapping.not_when or mapping.counts_when) and self._is_passed_over(row):
            return []
        tool = mapping.tool or text_of(row, plan.tool_column)
        person, team = text_of(row, plan.person), text_of(row, plan.team)
        if tool is None:
            raise RowWrong("has no tool")
        if person is None and team is None and not mapping.whole_company:
            raise RowWrong("names neither a person nor a team")
        uses = self._uses(row)
        if not uses:
            return []
        attributes = self._attributes(row)
        id = self._id(row) if plan.ids else None
        team = None if person else team
        return [
            Usage(
                mapping.source,
                tool,
                day,
                event,
                count,
                person,
                team,
                attributes | {"kind": kind} if kind else attributes or None,
                f"{id}\x1f{kind}\x1f{event.value}" if id and kind else id,
            )
            for kind, event, count, day in uses
        ]

    def _id(self, row: Row) -> str | None:
        if len(self.plan.ids) == 1:
            return text_of(row, self.plan.ids[0])
        ids = [text_of(row, column) for column in self.plan.ids]
        return "\x1f".join(part or "" for part in ids) if any(ids) else None

    def _refuse_other(self, row: Row) -> None:
        for column, wanted in self.plan.mapping.only_when.items():
            text = text_of(row, column) or ""
            if text != wanted:
                raise RowWrong(f"has “{text[:40]}” in column {column}, not “{wanted}”")

    def _is_passed_over(self, row: Row) -> bool:
        for column, unwanted in self.plan.mapping.not_when.items():
            value = inside(row, column)
            if unwanted == value or (isinstance(value, list) and unwanted in value):
                return True
        wanted = self.plan.mapping.counts_when.items()
        return any(text_of(row, column) not in values for column, values in wanted)

    def _uses(self, row: Row) -> list[_Use]:
        plan, mapping = self.plan, self.plan.mapping
        if plan.kinds:
            return list(self._counted(row))
        if plan.last_days or plan.total:
            return list(self._last_days(row))
        event = mapping.every_row or self._event(row)
        return [(None, event, count_of(row, plan.count, 1, mapping.fractions), self._day(row))]

    def _counted(self, row: Row) -> Iterator[_Use]:
        found = [each for kind in self.plan.kinds for each in self._kind(kind, row)]
        if not found:
            # Many flags are one day of use, of which nobody says how much.
            flags = (kind for kind, column in self.plan.flags if _is_set(row, column))
            found = [(kind, Event.SHOWN, 1) for kind in islice(flags, 1)]
        if not found:
            return
        day = self._day(row)
        yield from ((kind, event, count, day) for kind, event, count in found)
        for kind, column in self.plan.last_days:
            other = self._day_or_none(row, column)
            if other is not None and other != day:
                yield kind, Event.SHOWN, 1, other

    def _kind(self, kind: KindPlan, row: Row) -> Iterator[tuple[str, Event, int]]:
        fractions = self.plan.mapping.fractions
        counts = {event: count_of(row, column, 0, fractions) for event, column in kind.columns}
        if kind.rest_is_ignored:
            decided = sum(n for event, n in counts.items() if event is not Event.SHOWN)
            counts[Event.IGNORED] = max(0, counts.get(Event.SHOWN, 0) - decided)
        yield from ((kind.name, event, count) for event, count in counts.items() if count)

    def _last_days(self, row: Row) -> Iterator[_Use]:
        plan = self.plan
        found = {kind: self._day_or_none(row, column) for kind, column in plan.last_days}
        days = {kind: day for kind, day in found.items() if day is not None}
        other = self._day_or_none(row, plan.any_day)
        if other is not None and other not in days.values():
            days["other"] = other
        yield from ((kind, Event.SHOWN, 1, day) for kind, day in days.items())
        total = count_of(row, plan.total, 0)
        if total:
            self.totals["use of the period"] += total
            a_day = math.ceil(total / max(1, count_of(row, plan.active_days, 1)))
            # An app's last day is one of the prompts of that day.
            there = Counter(days.values()) or Counter({self._day(row): 0})
            for day, count in there.items():
                if a_day > count:
                    yield "prompts", Event.SHOWN, a_day - count, day

    def _attributes(self, row: Row) -> dict[str, Any]:
        mapping = self.plan.mapping
        if mapping.other_columns:
            used = self.plan.used
            return {
                name: value
                for name, value in row.items()
                if name not in used and value != "" and value is not None and name
            }
        if not mapping.attributes:
            return {}
        found = {name: inside(row, name) for name in mapping.attributes}
        return {name: value for name, value in found.items() if value is not None and value != ""}

    def _event(self, row: Row) -> Event:
        column = self.plan.event
        text = text_of(row, column)
        if text is None:
            raise RowWrong("has no event")
        plain = text.casefold()
        found = self.plan.mapping.event_names.get(plain) or _EVENTS.get(plain)
        if found is None:
            raise RowWrong(f"has “{text[:40]}” in column {column}; use {', '.join(Event)}")
        return found

    def _day(self, row: Row) -> date:
        day = self._day_or_none(row, self.plan.day) or self.stated_day
        if day is None:
            raise RowWrong(
                f"has no day in column {self.plan.day}" if self.plan.day else "has no day"
            )
        return day

    def _day_or_none(self, row: Row, column: str | None) -> date | None:
        text = text_of(row, column)
        if text is None:
            return None
        try:
            return self.days.read(text)
        except (ValueError, OverflowError):
            said = f"has “{text[:40]}” in column {column}, which is not a day of this century"
            raise RowWrong(said) from None


def _is_set(row: Row, column: str) -> bool:
    value = inside(row, column)
    if isinstance(value, str):
        return not is_empty(value) and value.strip().casefold() not in ("false", "0", "no")
    return bool(value)
