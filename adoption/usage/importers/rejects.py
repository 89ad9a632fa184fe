"""Rejected rows: written to a file of their own, and counted by reason."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from adoption.csv_safety import safe_cell
from adoption.usage.importers.tables.rows import Line

_QUOTED = re.compile("“.*?”", re.DOTALL)
_COLUMN = re.compile(r"(?<=column )[0-9a-z.]+")


class Rejects:
    """The file of rows that could not be taken, `<file>.rejected.csv`; made with the first.

    Attributes:
        count: how many there are.
        reasons: the first of each kind, with how many rows have it.
        path: the file; None where no row was set apart, or where none is to be written.
    """

    def __init__(self, source: Path, names: Mapping[str, str], writes: bool = True) -> None:
        self.count = 0
        self.path: Path | None = None
        self._source, self._names, self._writes = source, names, writes
        self._reasons: dict[str, list[Any]] = {}
        self._file: Any = None
        self._writer: Any = None

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows have each reason; where values differ, the first one is shown."""
        ranked = sorted(self._reasons.values(), key=lambda reason: -reason[1])
        return {f"{said}{' (and others)' if several else ''}": n for said, n, several in ranked}

    def add(self, line: Line, reason: str) -> None:
        """Writes a rejected row to the file."""
        reason = _COLUMN.sub(lambda found: self._names.get(found[0], found[0]), reason)
        if self._writes:
            self._write(line, reason)
        self.count += 1
        # Alike but for the value they quote, reasons are counted together.
        counted = self._reasons.setdefault(_QUOTED.sub("“…”", reason, count=1), [reason, 0, False])
        counted[1] += 1
        counted[2] = counted[2] or counted[0] != reason

    def _write(self, line: Line, reason: str) -> None:
        if self._writer is None:
            self.path = self._source.with_name(self._source.name + ".rejected.csv")
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["line", "reason", "row"])
        raw = line.raw or json.dumps(line.row, ensure_ascii=False, default=str)
        self._writer.writerow([line.number, safe_cell(reason), safe_cell(raw)])

    def __enter__(self) -> Rejects:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
