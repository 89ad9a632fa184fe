"""A first look over a whole file, before any of it is stored: people, days, what it covers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from adoption.errors import FileUnreadable, NobodyKnown
from adoption.people.directory import find_people, plain
from adoption.people.models import Member
from adoption.usage.importers.plan import Plan
from adoption.usage.importers.tables.days import SHOWING_FORM, DayOrder, Days, find_order
from adoption.usage.importers.tables.rows import Table
from adoption.usage.importers.tables.values import LONGEST_NAME, is_empty

_ROWS = 5000
# Microsoft conceals a name as 32 digits of a hash.
_CONCEALED = re.compile(r"[0-9a-f]{32}")
# How far back a report goes that says no length (Microsoft's ALL).
_LONGEST_REPORT = 180
# Reports that name their days in the file's name: …-2026-11-01-to-2026-11-23.csv
_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[-_]?to[-_]?|_|--)(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Survey:
    """What a file holds.

    Attributes:
        people, teams: as the file names them, in plain form.
        columns: the distinct values of the other columns that matter, by column.
    """

    people: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    columns: dict[str, set[Any]] = field(default_factory=dict)


def survey(table: Table, plan: Plan) -> Survey:
    """Reads the columns of people, teams and days once."""
    who = {plan.person, plan.team, plan.length} - {None}
    columns = list(dict.fromkeys([*(c for c in who if c), *plan.day_columns]))
    found: dict[str, set[Any]] = {column: set() for column in columns}
    rows = iter(table.values(columns))
    # Sets are filled column by column, which C does and not Python.
    while part := list(islice(rows, _ROWS)):
        for column, values in zip(columns, zip(*part, strict=True), strict=True):
            found[column].update(values)
    people = found.pop(plan.person, set()) if plan.person else set()
    teams = found.pop(plan.team, set()) if plan.team else set()
    return Survey(_plain(people), _plain(teams), found)


def day_reader(found: Survey, plan: Plan, zone: Any, stated: DayOrder | None, where: Path) -> Days:
    """A reader of the file's days, in the form that all of them together show.

    Raises:
        FileUnreadable: they can be read in two ways.
    """
    if plan.mapping.day_form is not None:
        return Days(zone, form=plan.mapping.day_form)
    texts = {str(v)[:SHOWING_FORM] for c in plan.day_columns for v in found.columns.get(c, ())}
    return Days(zone, find_order(texts, stated, str(where)))


@dataclass(frozen=True)
class Span:
    """The days that a file reports on, both ends included."""

    first: date
    last: date

    def days(self) -> list[date]:
        """Each day of it."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def span_of(found: Survey, plan: Plan, days: Days, stated: Span | None) -> Span | None:
    """The days that a file covers: as stated, as its columns say, or from its first to its last."""
    if stated is not None:
        return stated
    covers = plan.mapping.covers
    booked = _read(found, [*([plan.day] if plan.day else []), *_last_day_columns(plan)], days)
    lasts = _read(found, [plan.last] if plan.last else [], days) or booked
    if not lasts:
        return None
    last = max(lasts)
    firsts = _read(found, [plan.first] if plan.first else [], days)
    length = (covers.days if covers else None) or _length(found, plan)
    if firsts:
        return Span(min(firsts), last)
    if length:
        return Span(last - timedelta(days=length - 1), last)
    return Span(min(booked or lasts), last)


def stated_span(path: Path, plan: Plan, last_day: date | None) -> Span | None:
    """The days of a file that does not state them itself: by option, or by its name.

    Raises:
        FileUnreadable: nothing states them, or the file itself does as well.
    """
    if not plan.mapping.states_no_day:
        if last_day is not None:
            raise FileUnreadable(f"{path} names its days itself. Leave out --day.")
        return None
    named = _IN_NAME.search(path.name)
    if last_day is None and named is None:
        raise FileUnreadable(
            f"{path} does not say which day it is of ({plan.mapping.title}). Add --day with the "
            "last day it covers, like --day 2026-11-22."
        )
    last = last_day or date.fromisoformat(named[2])  # type: ignore[index]
    if named and last_day is None:
        return Span(date.fromisoformat(named[1]), last)
    covers = plan.mapping.covers
    return Span(last - timedelta(days=(covers.days if covers and covers.days else 1) - 1), last)


@dataclass(frozen=True)
class Match:
    """How many people of a file are on the roster.

    Attributes:
        on_roster: how many are on it; teams: of how many teams those are.
        roster: how many people the roster has.
        concealed: how many names are hashes.
    """

    on_roster: int
    others: int
    teams: int
    roster: int
    concealed: int


def match_people(engine: Engine, people: set[str]) -> Match:
    """Looks the people of a file up."""
    with engine.connect() as connection:
        ids = find_people(connection, people)
        members = dict(connection.execute(select(Member.person_id, Member.team_id)).all())
        size = connection.scalar(select(func.count()).select_from(Member)) or 0
    there = [handle for handle, id in ids.items() if id in members]
    teams = {members[ids[handle]] for handle in there} - {None}
    hidden = sum(1 for handle in people if _CONCEALED.fullmatch(handle))
    return Match(len(there), len(people) - len(there), len(teams), size, hidden)


def refuse_strangers(match: Match, where: Path) -> None:
    """Refuses a file of people none of whom is known.

    Raises:
        NobodyKnown: says why that may be.
    """
    if match.on_roster or not match.others:
        return
    if match.concealed == match.others:
        raise NobodyKnown(
            f"Nothing was stored: all {match.others} names in {where} are concealed, which is "
            "Microsoft's default. In the Microsoft 365 admin center, go to Settings > Org settings "
            "> Services > Reports, clear “Display concealed user, group, and site names in all "
            "reports”, and export again."
        )
    if match.roster:
        raise NobodyKnown(
            f"Nothing was stored: none of the {match.others} people in {where} is on the roster of "
            f"{match.roster}. If the tool uses other names, add them to the roster as aliases "
            "(column `aliases`); to store the file as it is, add --unknown-people."
        )


def _plain(values: Iterable[Any]) -> set[str]:
    texts = {plain(str(value).replace("\0", "")) for value in values if not is_empty(value)}
    return {text for text in texts if 0 < len(text) <= LONGEST_NAME and _can_be_stored(text)}


def _can_be_stored(text: str) -> bool:
    """Whether a text is one; half of a pair of surrogates is not."""
    return text.isascii() or text.encode("utf-8", "ignore").decode() == text


def _last_day_columns(plan: Plan) -> list[str]:
    return [c for c in (plan.any_day, *(column for _, column in plan.last_days)) if c]


def _read(found: Survey, columns: Iterable[str], days: Days) -> list[date]:
    read = []
    for value in {v for column in columns for v in found.columns.get(column, ())}:
        if not is_empty(value):
            try:
                read.append(days.read(str(value)))
            except (ValueError, OverflowError):
                continue
    return read


def _length(found: Survey, plan: Plan) -> int | None:
    """The longest period that the rows state, in days; words like ALL mean the longest."""
    if plan.length is None:
        return None
    texts = {str(value).strip().lstrip("Dd") for value in found.columns.get(plan.length, ())}
    stated = [min(int(t), _LONGEST_REPORT) for t in texts if t.isdecimal() and int(t)]
    return max(stated, default=_LONGEST_REPORT)
