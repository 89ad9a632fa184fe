"""Loads a file of usage or a roster: good rows go in, bad ones are set apart with their reason."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from adoption.db.writes import StoreCounts
from adoption.errors import RowWrong
from adoption.people.roster import Roster, RosterRow
from adoption.usage.facts import UsageStore
from adoption.usage.importers.formats import open_export
from adoption.usage.importers.gathering import UsageGatherer
from adoption.usage.importers.mapping import Mapping, written_name
from adoption.usage.importers.plan import Plan, plan_for
from adoption.usage.importers.reading import RowReader
from adoption.usage.importers.reconciliation import Reconciliation
from adoption.usage.importers.rejects import Rejects
from adoption.usage.importers.rosters import DAY_COLUMNS, is_roster, meanings_of, roster_row
from adoption.usage.importers.survey import (
    Match,
    Span,
    day_reader,
    match_people,
    refuse_strangers,
    span_of,
    stated_span,
    survey,
)
from adoption.usage.importers.tables.days import DayOrder, Days, find_order
from adoption.usage.importers.tables.opening import open_table
from adoption.usage.importers.tables.rows import Line, Progress, Row, Table

T = TypeVar("T")


@dataclass(frozen=True)
class How:
    """What the user says about an import.

    Attributes:
        days: which number comes first in its days, where they do not show it.
        last_day: the last day it covers, where it states none.
        unknown_people: whether it is stored though nobody in it is on the roster.
        dry_run: whether it is only read.
    """

    days: DayOrder | None = None
    last_day: date | None = None
    unknown_people: bool = False
    dry_run: bool = False


def load_usage(
    path: Path,
    mapping: Mapping | None,
    store: UsageStore,
    zone: ZoneInfo,
    now: datetime,
    progress: Progress | None = None,
    how: How = How(),
) -> Reconciliation:
    """Loads a file of usage, a batch a transaction; loaded again, it changes nothing.

    Args:
        mapping: what its columns mean; None to find it out by their names.

    Raises:
        FileUnreadable: the file cannot be read as rows, is no known export, or its days are
            ambiguous.
        NobodyKnown: nobody in it is on the roster.
    """
    prepared = _prepare(path, mapping, store, zone, how)
    plan, span = prepared.plan, prepared.span
    reader = RowReader(plan, prepared.days, prepared.stated_day)
    usage = UsageGatherer(
        store, now, how.dry_run, plan.adds_up, whole_company=plan.mapping.whole_company
    )
    with Rejects(path, prepared.table.names, not how.dry_run) as rejects, _few_collections():
        counted = _load(prepared.table, reader.read, usage.add, rejects, progress)
        usage.finish(plan.mapping, span.days() if span else [])
    return replace(
        _understood(prepared),
        rows=counted.rows,
        without_use=counted.empty,
        kept=usage.kept,
        folded=usage.folded,
        left_out=usage.left_out,
        rejected=rejects.count,
        reasons=rejects.reasons,
        rejects=rejects.path,
        tools=tuple(sorted(usage.tools)),
        events=dict(usage.events),
        totals=dict(reader.totals),
        gaps=() if how.dry_run else tuple(store.gaps(usage.tools)),
        dry_run=how.dry_run,
    )


@dataclass(frozen=True)
class _Prepared:
    """A file of usage that is understood and of which nothing is stored."""

    table: Table
    plan: Plan
    days: Days
    match: Match
    teams: int
    stated_day: date | None
    span: Span | None


def _prepare(
    path: Path, mapping: Mapping | None, store: UsageStore, zone: ZoneInfo, how: How
) -> _Prepared:
    table, mapping = open_export(path, mapping)
    plan = plan_for(mapping, table.names, str(path))
    stated = stated_span(path, plan, how.last_day)
    found = survey(table, plan)
    days = day_reader(found, plan, zone, how.days, path)
    match = match_people(store.engine, found.people)
    if not (how.dry_run or how.unknown_people):
        refuse_strangers(match, path)
    span = span_of(found, plan, days, stated)
    day = stated.last if stated else None
    return _Prepared(table, plan, days, match, len(found.teams), day, span)


def _understood(prepared: _Prepared) -> Reconciliation:
    table, mapping = prepared.table, prepared.plan.mapping
    meanings = list(prepared.plan.meanings(table.names))
    return Reconciliation(
        title=mapping.title or mapping.source,
        skipped=table.skipped,
        match=prepared.match,
        named_teams=prepared.teams,
        span=prepared.span,
        columns=tuple((written_name(c, table.names), meaning) for c, meaning in meanings),
        unused=_unused(table, {column.split(".")[0] for column, _ in meanings}),
    )


def load_roster(
    path: Path,
    store: Roster,
    now: datetime,
    progress: Progress | None = None,
    how: How = How(),
) -> Reconciliation:
    """Loads a roster in one transaction.

    Raises:
        FileUnreadable: the file cannot be read as rows, names no people, or its days are
            ambiguous.
    """
    table = open_table(path, is_roster)
    meanings = meanings_of(table.names, str(path))
    days = _roster_days(table, how, path)
    people: list[RosterRow] = []
    with Rejects(path, table.names, not how.dry_run) as rejects:
        counted = _load(
            table, lambda row: [roster_row(row, days)], people.extend, rejects, progress
        )
    kept = StoreCounts() if how.dry_run else store.store(people, now)
    return Reconciliation(
        title="Roster",
        rows=counted.rows,
        skipped=table.skipped,
        kept=kept,
        folded=len(people) - len({person.person.strip().casefold() for person in people}),
        rejected=rejects.count,
        reasons=rejects.reasons,
        rejects=rejects.path,
        named_teams=len({person.team_key or person.team for person in people} - {None}),
        tools=tuple(sorted({tool for person in people for tool in person.tools})),
        columns=tuple((table.names[c], m) for c, m in meanings),
        unused=_unused(table, {column for column, _ in meanings}),
        dry_run=how.dry_run,
    )


def _roster_days(table: Table, how: How, path: Path) -> Days:
    columns = [column for column in DAY_COLUMNS if column in table.names]
    texts = {str(value) for values in table.values(columns) for value in values if value}
    return Days(ZoneInfo("UTC"), find_order(texts, how.days, str(path)))


@dataclass
class _Counted:
    rows: int = 0
    empty: int = 0


def _load(
    table: Table,
    read: Callable[[Row], list[T]],
    add: Callable[[list[T]], None],
    rejects: Rejects,
    progress: Progress | None,
) -> _Counted:
    counted = _Counted()
    for line in table.lines(progress):
        counted.rows += 1
        found = _read(line, read, rejects)
        if found:
            add(found)
        elif found is not None:
            counted.empty += 1
    return counted


def _read(line: Line, read: Callable[[Row], list[T]], rejects: Rejects) -> list[T] | None:
    if line.fault is not None:
        rejects.add(line, line.fault)
        return None
    try:
        return read(line.row)
    except RowWrong as error:
        rejects.add(line, str(error))
        return None


def _unused(table: Table, used: set[str]) -> tuple[str, ...]:
    return tuple(name for plain, name in table.names.items() if plain not in used)


@contextmanager
def _few_collections() -> Iterator[None]:
    """Looks for cycles in memory less often: a batch is full of objects and has next to none.

    By Python's own counts, which are made for other programs, a fifth of an import goes there.
    """
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 1, 5)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
