"""Rows of tables as lines that can be read by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.tree import SyntaxTreeNode

from ingest.parse.markup.markdown import plain


def table_rows(table: SyntaxTreeNode) -> Iterator[str]:
    """A table as one line a row, each cell after the name of its column."""
    rows = [
        [plain(cell) for cell in row.children] for part in table.children for row in part.children
    ]
    header, body = rows[0], rows[1:]
    if not any(header) and len(body) > 1:
        # Word's tables come without a header row; their first row is one, to the eye.
        header, body = body[0], body[1:]
    for cells in body or [header]:
        line = _row(header, cells)
        if line:
            yield line


def _row(header: Sequence[str], cells: Sequence[str]) -> str:
    named: list[str] = []
    before = ("", "")
    for index, cell in enumerate(cells):
        name = header[index] if index < len(header) else ""
        # A merged cell is in each of its places; it is said once for each name.
        if cell and (name, cell) != before:
            before = (name, cell)
            named.append(f"{_asking(name)} {cell}" if name and name != cell else cell)
    return "- " + "; ".join(named) if named else ""


def _asking(name: str) -> str:
    """A column's name in front of its cell; "Refund?" asks by itself."""
    return name if name.endswith(("?", ":", "=")) else f"{name}:"
