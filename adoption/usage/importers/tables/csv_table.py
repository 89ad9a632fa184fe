"""Rows of a CSV file whose delimiter and header line are found."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from adoption.errors import FileUnreadable
from adoption.usage.importers.tables.rows import IsHeader, Line, Progress, plain_name
from adoption.usage.importers.tables.text import encoding_of, open_text
from adoption.usage.importers.tables.values import inside

_DELIMITERS = ",;\t|"
_LARGEST_FIELD = 1_000_000
# How many lines are searched for the header and show the usual width.
_LOOKED_AT = 60


@dataclass(frozen=True)
class Header:
    """Where the header is: how many lines are above it, and what separates its columns."""

    above: int
    delimiter: str
    columns: tuple[str, ...]


class CsvTable:
    """A CSV file. Columns of one name are taken for one where they hold the same values."""

    def __init__(self, path: Path, is_header: IsHeader) -> None:
        csv.field_size_limit(_LARGEST_FIELD)
        self.path = path
        self._may_be_broken = encoding_of(path) != "ascii"
        with open_text(path) as (file, _):
            header = find_header(list(islice(file, _LOOKED_AT)), is_header)
        self.header, self.skipped = header, header.above
        self.columns = [plain_name(name) for name in header.columns]
        self.names = dict(zip(reversed(self.columns), reversed(header.columns), strict=True))
        self.names = {plain: self.names[plain] for plain in dict.fromkeys(self.columns) if plain}
        self._refuse_different_doubles()

    def lines(self, progress: Progress | None = None) -> Iterator[Line]:
        """Every row, the faulty ones among them."""
        size = self.path.stat().st_size
        with open_text(self.path) as (file, raw):
            rows = self._reader(file)
            while True:
                number = rows.line_num + self.skipped + 2
                try:
                    values = next(rows)
                except StopIteration:
                    break
                except csv.Error as error:
                    yield Line(number, {}, fault=f"not readable as CSV ({error})")
                    continue
                if progress is not None and number % 1000 == 0:
                    progress(min(raw.tell(), size), size)
                if any(values):
                    yield self._line(number, values)
        if progress is not None:
            progress(size, size)

    def values(self, columns: Collection[str]) -> Iterator[tuple[Any, ...]]:
        """The values of some columns in every row that can be read."""
        places = [self.columns.index(column.split(".")[0]) for column in columns]
        width = max(places, default=0) + 1
        objects = {at: column for at, column in enumerate(columns) if "." in column}
        with open_text(self.path) as (file, _):
            rows = self._reader(file)
            while True:
                try:
                    for row in rows:
                        if len(row) < width:
                            row += [""] * (width - len(row))
                        values: list[Any] = [row[place] for place in places]
                        for at, column in objects.items():
                            values[at] = inside({column.split(".")[0]: values[at]}, column)
                        yield tuple(values)
                except csv.Error:
                    continue
                return

    def _reader(self, file: TextIO) -> Any:
        for _ in range(self.skipped + 1):
            file.readline()
        return csv.reader(file, delimiter=self.header.delimiter)

    def _line(self, number: int, values: list[str]) -> Line:
        columns = self.columns
        if len(values) > len(columns) and any(values[len(columns) :]):
            fault = f"has {len(values)} values for {len(columns)} columns"
        elif self._may_be_broken and "\ufffd" in "".join(values):
            fault = "has characters that cannot be read; save the file as UTF-8"
        else:
            # Short rows are what spreadsheets make of empty cells at the end.
            return Line(number, dict(zip(columns, values, strict=False)))
        return Line(number, {}, self.header.delimiter.join(values), fault)

    def _refuse_different_doubles(self) -> None:
        counted = Counter(column for column in self.columns if column)
        for name in (name for name, count in counted.items() if count > 1):
            places = [at for at, column in enumerate(self.columns) if column == name]
            for line, row in self._rows():
                held = {row[place].strip() for place in places if place < len(row)}
                if len(held) > 1:
                    first, second, *_ = sorted(held)
                    raise FileUnreadable(
                        f"{self.path} has two columns “{self.names[name]}” that differ: “{first}” "
                        f"and “{second}” in line {line}. Give each its own name."
                    )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        with open_text(self.path) as (file, _):
            rows = self._reader(file)
            while True:
                try:
                    for row in rows:
                        yield rows.line_num + self.skipped + 1, row
                except csv.Error:
                    continue
                return


def find_header(lines: Sequence[str], is_header: IsHeader) -> Header:
    """The header among the first lines: the first known one, or else the first of usual width."""
    stated = _stated_delimiter(lines)
    delimiters = stated or _DELIMITERS
    for above, text in enumerate(lines):
        for delimiter in sorted(delimiters, key=text.count, reverse=True):
            cells = _cells(text, delimiter)
            if is_header({plain_name(cell) for cell in cells}):
                return Header(above, delimiter, cells)
    return _widest(lines, delimiters, 1 if stated else 0)


def _stated_delimiter(lines: Sequence[str]) -> str:
    """What a first line `sep=;`, which Excel writes and reads, says."""
    first = lines[0].strip().strip('"') if lines else ""
    return first[4:5] if first.casefold().startswith("sep=") else ""


def _widest(lines: Sequence[str], delimiters: str, start: int) -> Header:
    found = []
    for delimiter in delimiters:
        rows = [_cells(text, delimiter) for text in lines]
        widths = Counter(len(row) for row in rows[start:] if len(row) > 1)
        usual = widths.most_common(1)[0][0] if widths else 1
        above = next((at for at, row in enumerate(rows) if at >= start and len(row) >= usual), 0)
        found.append((usual * widths[usual], Header(above, delimiter, rows[above])))
    return max(found, key=lambda pair: pair[0])[1]


def _cells(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        row = next(csv.reader([text.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:
        return ()
    return tuple(cell.strip("\ufeff ") for cell in row)
