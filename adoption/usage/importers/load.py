"""Loads a file of usage or a roster: good rows go in, bad ones are set apart with their reason."""

from __future__ import annotations

import csv
import gc
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from adoption.errors import RowWrong
from adoption.people.roster import RosterRow, RosterStore
from adoption.reports.csv_safety import safe_cell
from adoption.usage.facts import Kept, Usage, UsageStore
from adoption.usage.importers.files import Line, Progress, Row, read_lines
from adoption.usage.importers.mapping import Mapping, facts_of
from adoption.usage.importers.rosters import roster_row

# Enough to make a transaction worth its cost, few enough to be gone when it is undone.
BATCH = 20_000
T = TypeVar("T")
_QUOTED = re.compile("“.*”", re.DOTALL)


@dataclass
class Loaded:
    """What became of a file.

    Attributes:
        rejected: how many rows were set apart.
        reasons: why, with how many rows each.
        rejects: the file they are in; None where there were none.
    """

    rows: int = 0
    kept: Kept = field(default_factory=Kept)
    rejected: int = 0
    empty: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    rejects: Path | None = None


def load_usage(
    path: Path,
    mapping: Mapping,
    store: UsageStore,
    zone: ZoneInfo,
    now: datetime,
    progress: Progress | None = None,
) -> Loaded:
    """Loads a file of usage, a batch a transaction; told again, it changes nothing.

    Raises:
        FileUnreadable: the file cannot be read as rows at all.
    """

    def facts(row: Row) -> list[Usage]:
        return facts_of(mapping, row, zone)

    return _load(path, facts, lambda batch: store.keep(batch, now), progress, BATCH)


def load_roster(
    path: Path, store: RosterStore, now: datetime, progress: Progress | None = None
) -> Loaded:
    """Loads a roster in one transaction.

    Raises:
        FileUnreadable: the file cannot be read as rows at all.
    """

    def people(row: Row) -> list[RosterRow]:
        return [roster_row(row)]

    return _load(path, people, lambda batch: store.keep(batch, now), progress, 10**9)


def _load(
    path: Path,
    read: Callable[[Row], list[T]],
    keep: Callable[[list[T]], Kept],
    progress: Progress | None,
    size: int,
) -> Loaded:
    loaded = Loaded()
    batch: list[T] = []
    with Rejects(path, loaded) as rejects, _few_collections():
        for line in read_lines(path, progress):
            loaded.rows += 1
            found = _read(line, read, rejects)
            loaded.empty += found == []
            batch += found or []
            if len(batch) >= size:
                loaded.kept += keep(batch)
                batch = []
        if batch:
            loaded.kept += keep(batch)
    return loaded


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


def _read(line: Line, read: Callable[[Row], list[T]], rejects: Rejects) -> list[T] | None:
    if line.fault is not None:
        rejects.add(line, line.fault)
        return None
    try:
        return read(line.row)
    except RowWrong as error:
        rejects.add(line, str(error))
        return None


class Rejects:
    """The file of rows that could not be taken, `<file>.rejected.csv`; made with the first."""

    def __init__(self, path: Path, loaded: Loaded) -> None:
        self.path = path.with_name(path.name + ".rejected.csv")
        self.loaded = loaded
        self._file: Any = None
        self._writer: Any = None

    def add(self, line: Line, reason: str) -> None:
        """Sets a row apart."""
        if self._writer is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["line", "reason", "row"])
            self.loaded.rejects = self.path
        raw = line.raw or json.dumps(line.row, ensure_ascii=False, default=str)
        self._writer.writerow([line.number, safe_cell(reason), safe_cell(raw)])
        self.loaded.rejected += 1
        # Alike but for the value they quote, reasons are counted together.
        kind = _QUOTED.sub("“…”", reason)
        self.loaded.reasons[kind] = self.loaded.reasons.get(kind, 0) + 1

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
