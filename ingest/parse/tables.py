"""Tables as grids of texts, and as Markdown that keeps every cell below its header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ingest.parse.texts import escaped

Rows: TypeAlias = Sequence[Sequence[str]]


def markdown_table(rows: Rows, header_rows: int = 1) -> str:
    """The rows as a Markdown table whose first `header_rows` are its header.

    Of several header rows, each column gets one name; of none, the columns have no names.
    Rows and columns without any text are left out.
    """
    kept = _without_empty(rows)
    if not kept:
        return ""
    header = _joined(kept[:header_rows]) if header_rows else [""] * len(kept[0])
    lines = [header, ["---"] * len(header), *kept[header_rows:]]
    return "\n".join("| " + " | ".join(map(escaped, line)) + " |" for line in lines)


def with_titles(rows: Rows, header_rows: int = 1) -> str:
    """The rows as Markdown, with what stands alone in the rows above the header as text."""
    kept = _without_empty(rows)
    titles: list[str] = []
    while len(kept) > 1 and len(set(filter(None, kept[0]))) == 1 and _width(kept[1:]) > 1:
        titles.append(next(filter(None, kept[0])))
        kept = _without_empty(kept[1:])
    table = markdown_table(kept, header_rows)
    if _width(kept) == 1:
        table = "\n\n".join(next(filter(None, row)) for row in kept)
    return "\n\n".join([*titles, table]).strip()


def _width(rows: Rows) -> int:
    """The number of columns that hold any text."""
    return sum(any(column) for column in zip(*rows, strict=True))


def _without_empty(rows: Rows) -> list[list[str]]:
    width = max((len(row) for row in rows), default=0)
    padded = [[" ".join(cell.split()) for cell in row] + [""] * (width - len(row)) for row in rows]
    filled = [row for row in padded if any(row)]
    used = [number for number in range(width) if any(row[number] for row in filled)]
    return [[row[number] for number in used] for row in filled]


def _joined(rows: Rows) -> list[str]:
    """One name a column, from header rows that stand above each other."""
    columns = zip(*rows, strict=True)
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]
