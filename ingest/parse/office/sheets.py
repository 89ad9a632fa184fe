"""Reads workbooks: each sheet as the tables that people see in it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise, zip_longest
from typing import Any

from ingest.parse.content import Content
from ingest.parse.office.archive import opened, properties_of
from ingest.parse.office.numbers import shown_moment, shown_number
from ingest.parse.tables import with_titles


@dataclass(frozen=True)
class Cell:
    """What a cell shows.

    Attributes:
        is_text: whether it holds words, as headers do.
    """

    text: str = ""
    is_text: bool = True
    is_bold: bool = False


EMPTY = Cell()
_MOST_MERGED = 5000


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook, with every merged cell in all of its places."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)


def workbook_content(data: bytes, hidden: bool) -> Content:
    """The content of a workbook; with `hidden`, also its hidden sheets, rows and columns.

    Raises:
        FileUnreadable: it is locked, broken, or would unpack to too much.
    """
    from openpyxl import load_workbook

    data = opened(data, "xl/")
    named, entries = properties_of(data)
    book = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    shown = [each for each in book.worksheets if hidden or each.sheet_state == "visible"]
    text = sheets_as_markdown([_sheet(each, hidden) for each in shown])
    return Content(text, named, entries=entries)


def sheets_as_markdown(sheets: Sequence[Sheet]) -> str:
    """Each sheet that holds anything, under its name."""
    parts = []
    for sheet in sheets:
        parts_of = [part for region in regions(sheet.rows) for part in side_by_side(region)]
        tables = "\n\n".join(filter(None, map(_region, parts_of)))
        if tables:
            parts.append(f"## {' '.join(sheet.name.split()) or 'Sheet'}\n\n{tables}")
    return "\n\n".join(parts)


def regions(rows: Sequence[Sequence[Cell]]) -> Iterator[list[list[Cell]]]:
    """The parts of a sheet that empty rows divide; a table with a gap in it is one part."""
    region: list[list[Cell]] = []
    gap = False
    for row, after in zip_longest(rows, rows[1:], fillvalue=()):
        if not any(cell.text for cell in row):
            gap = bool(region)
            continue
        if gap and _begins_anew(region, row, after):
            yield region
            region = []
        region.append(list(row))
        gap = False
    if region:
        yield region


def side_by_side(region: list[list[Cell]]) -> list[list[list[Cell]]]:
    """The tables of a region that are side by side, with an empty column between them.

    One table with an empty column begins and ends at the same rows on both sides; two tables don't.
    """
    width = len(region[0])
    filled = [any(row[column].text for row in region) for column in range(width)]
    bounds = [column for column in range(width) if not filled[column]]
    parts, begin = [], 0
    for bound in [*bounds, width]:
        part = [row[begin:bound] for row in region]
        begin = bound + 1
        if any(cell.text for row in part for cell in row):
            parts.append(part)
    if any(len(part[0]) == 1 for part in parts):
        # A single column beside a table is one of the table's.
        return [region]
    spans = {tuple(n for n, row in enumerate(part) if any(c.text for c in row)) for part in parts}
    edges = {(span[0], span[-1]) for span in spans}
    if len(edges) < 2:
        return [region]
    return [[row for row in part if any(cell.text for cell in row)] for part in parts]


def _begins_anew(
    region: Sequence[Sequence[Cell]], row: Sequence[Cell], after: Sequence[Cell]
) -> bool:
    """Whether a row below a gap is no further row of the table above it."""
    filled = [cell for cell in row if cell.text]
    width = max(sum(bool(cell.text) for cell in each) for each in region)
    if width == 1 or len({cell.text for cell in filled}) == 1 or len(filled) > width:
        return True
    if not all(cell.is_text for cell in filled):
        return False
    has_values = [any(c.text and not c.is_text for c in each) for each in (region[-1], after)]
    return all(cell.is_bold for cell in filled) or all(has_values)


def _region(region: Sequence[Sequence[Cell]]) -> str:
    texts = [[cell.text for cell in row] for row in region]
    return with_titles(texts, _header_rows(region))


def _header_rows(region: Sequence[Sequence[Cell]]) -> int:
    """How many rows below the titles are a header: two where the first one spans the second."""
    rows = [row for row in region if len({cell.text for cell in row if cell.text}) > 1]
    if len(rows) < 3:
        return 1
    first = [cell.text for cell in rows[0]]
    spans = any(one and one == other for one, other in pairwise(first))
    second_is_header = all(cell.is_text for cell in rows[1] if cell.text)
    third_has_values = any(not cell.is_text for cell in rows[2] if cell.text)
    return 2 if spans and second_is_header and third_has_values else 1


def _sheet(sheet: Any, hidden: bool) -> Sheet:
    """A sheet without the rows and columns that hold nothing, but for one where some are."""
    cells = {place: _cell(cell) for place, cell in sheet._cells.items() if cell.value is not None}
    cells |= _merged(sheet, cells)
    skipped = set() if hidden else set(_hidden_columns(sheet))
    columns = _with_gaps({column for _, column in cells} - skipped)
    rows = {row for row, _ in cells if hidden or not sheet.row_dimensions[row].hidden}
    return Sheet(
        str(sheet.title),
        [[cells.get((row, column), EMPTY) for column in columns] for row in _with_gaps(rows)],
    )


def _with_gaps(numbers: set[int]) -> list[int]:
    """The numbers in order, with a zero, which no row or column has, where some are missing."""
    made: list[int] = []
    for number in sorted(numbers):
        if made and number > made[-1] + 1:
            made.append(0)
        made.append(number)
    return made


def _merged(sheet: Any, cells: dict[tuple[int, int], Cell]) -> dict[tuple[int, int], Cell]:
    """For each place of a merged cell, what it shows; far-reaching ones show it once."""
    places: dict[tuple[int, int], Cell] = {}
    for area in sheet.merged_cells.ranges:
        top = cells.get((area.min_row, area.min_col))
        rows = range(area.min_row, area.max_row + 1)
        columns = range(area.min_col, area.max_col + 1)
        if top is not None and len(rows) * len(columns) <= _MOST_MERGED:
            places.update({(row, column): top for row in rows for column in columns})
    return places


def _hidden_columns(sheet: Any) -> Iterator[int]:
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min and dimension.max:
            yield from range(dimension.min, min(dimension.max, sheet.max_column) + 1)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return EMPTY
    bold = bool(cell.has_style and cell.font is not None and cell.font.b)
    form = str(cell.number_format or "General") if not isinstance(value, str) else ""
    return cell_of(value, form, bold)


def cell_of(value: Any, form: str, is_bold: bool = False) -> Cell:
    """A value in its number format."""
    if isinstance(value, bool):
        return Cell(str(value).upper(), False, is_bold)
    if isinstance(value, int | float):
        return Cell(shown_number(value, form), False, is_bold)
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(shown_moment(value, form), False, is_bold)
    return Cell(" ".join(str(value).split()), True, is_bold)
