"""Reads CSV, whatever stands between the values."""

from __future__ import annotations

import csv
import io

from ingest.errors import FileUnreadable
from ingest.parse.content import Content
from ingest.parse.front_matter import front_matter_of
from ingest.parse.tables import with_titles

_SEPARATORS = ",;\t|"
_MOST_LINES = 20
_LARGEST_FIELD = 1_000_000


def values_content(text: str) -> Content:
    """The rows of a table of values as Markdown.

    Raises:
        FileUnreadable: its rows are malformed.
    """
    front = front_matter_of(text)
    lines = front.body.removeprefix("sep=").splitlines()[:_MOST_LINES]
    separator = max(_SEPARATORS, key=lambda sign: _columns("\n".join(lines), sign))
    csv.field_size_limit(_LARGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(front.body), delimiter=separator, strict=False))
    except csv.Error as error:
        raise FileUnreadable("its rows are malformed; save it as CSV again") from error
    return Content(with_titles(rows), "", front.fields, front.entries, front.body[:6000])


def _columns(text: str, separator: str) -> tuple[int, int]:
    """How many rows a separator divides alike, and into how many columns."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error:
        return (0, 0)
    most = max(widths, default=0)
    return (sum(width == most for width in widths), most) if most > 1 else (0, 0)
