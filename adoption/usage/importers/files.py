"""Rows of CSV, JSON lines and JSON files; a file is opened once and can be read many times."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from adoption.errors import FileUnreadable
from adoption.usage.importers.text import open_text

Row = Mapping[str, Any]
# Called with the bytes read and the bytes there are.
Progress = Callable[[int, int], None]
# Whether columns, by plain name, are those of a known table.
IsHeader = Callable[[Collection[str]], bool]

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
_SAMPLE = 4096


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file, or why it is none.

    Attributes:
        number: of the line in the file, from 1; of the object in a file of JSON.
        row: the values by plain column name.
        raw: the row as it stood, for the file of rejected rows.
    """

    number: int
    row: Row
    raw: str = ""
    fault: str | None = None


class Table(Protocol):
    """A file of rows."""

    @property
    def names(self) -> Mapping[str, str]:
        """The columns as the file writes them, by plain name, in order."""
        ...

    @property
    def skipped(self) -> int:
        """How many lines are above the header."""
        ...

    def lines(self, progress: Progress | None = None) -> Iterator[Line]:
        """Every row, the faulty ones among them."""
        ...

    def values(self, columns: Collection[str]) -> Iterator[tuple[Any, ...]]:
        """The values of some columns in every row that can be read; quicker than `lines`."""
        ...


@lru_cache(maxsize=10_000)
def plain_name(column: str) -> str:
    """A column's name without case, spaces and marks: exports differ in nothing else."""
    return _NOT_A_WORD.sub("", column.casefold())


def open_table(path: Path, is_header: IsHeader) -> Table:
    """A file as rows; its first character says whether it is JSON or CSV.

    Raises:
        FileUnreadable: there is no such file, it is empty, or it is not text.
    """
    from adoption.usage.importers.csv_rows import CsvTable
    from adoption.usage.importers.json_rows import JsonTable

    with open_text(path) as (file, _):
        start = file.read(_SAMPLE).lstrip("\ufeff")
    if not start.strip():
        raise FileUnreadable(f"{path} is empty. Give a CSV or JSON lines file with rows in it.")
    if "\0" in start:
        raise FileUnreadable(
            f"{path} is not a text file. Save it as CSV (UTF-8) or JSON lines and try again."
        )
    return JsonTable(path) if start.lstrip()[0] in "{[" else CsvTable(path, is_header)
