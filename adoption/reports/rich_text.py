"""Text that people read: our own words, and untrusted text that every format must escape."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adoption.csv_safety import safe_cell

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_LINE = 200
_PER_CENT = re.compile(r"(?<=\d) %")


class UntrustedText(str):
    """Text from outside (a name, a question, a quote), which every format escapes."""

    __slots__ = ()


# Stands over everything that is made from the record of the example company.
EXAMPLE = "This is an example company: its people, figures and words are made up."

# Parts of a sentence; those that are `UntrustedText` are escaped.
RichText = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells under column names; the first cell names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def without_empty_columns(self) -> Table:
        """The table without columns that have nothing but `–`."""
        kept = [at for at in range(len(self.columns)) if any(r[at] != "–" for r in self.rows)]
        rows = [[row[at] for at in kept] for row in self.rows]
        return Table([self.columns[at] for at in kept], rows) if rows else self


@dataclass(frozen=True)
class Section:
    """A part of a digest or report: a title, lines, and perhaps a table.

    Attributes:
        key: names the section in a CSV file.
        prose: whether the lines are sentences of one paragraph and no list.
    """

    key: str
    title: str
    lines: Sequence[RichText] = field(default_factory=tuple)
    table: Table | None = None
    prose: bool = False


def one_line(text: str) -> str:
    """Text on one line of at most 200 characters, without terminal control characters."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def plain(text: RichText) -> str:
    """Rich text as plain text."""
    return "".join(one_line(part) if isinstance(part, UntrustedText) else part for part in text)


def percent(value: float | None) -> str:
    """A share from 0 to 1 in per cent, or `–`."""
    return "–" if value is None else f"{value * 100:.0f} %"


def unbroken(text: str) -> str:
    """Text in which a figure and its per cent sign stay on one line."""
    return _PER_CENT.sub("\u00a0%", text)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 day`, `2 days`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day_in_words(day: date) -> str:
    """A day for people: `3 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def joined(names: Sequence[str]) -> str:
    """Names as a list in a sentence: `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sections_as_csv(sections: Sequence[Section]) -> str:
    """Sections as rows of `section, name, figure, value`; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["section", "name", "figure", "value"])
    for section in sections:
        if section.table:
            for name, *cells in section.table.rows:
                for column, cell in zip(section.table.columns[1:], cells, strict=True):
                    row = (section.key, one_line(name), column, one_line(cell))
                    writer.writerow(map(safe_cell, row))
        for number, line in enumerate(section.lines, start=1):
            writer.writerow(map(safe_cell, (section.key, number, "", plain(line))))
    return out.getvalue()


def section_as_data(section: Section) -> dict[str, Any]:
    """A section as JSON data: its key and title, its lines, and its table with columns and rows."""
    table = section.table
    return {
        "key": section.key,
        "title": one_line(section.title),
        "lines": [plain(line) for line in section.lines],
        "columns": list(table.columns) if table else [],
        "rows": [[one_line(cell) for cell in row] for row in table.rows] if table else [],
    }
