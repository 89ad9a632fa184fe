"""Opens a file as a table, whatever its form."""

from __future__ import annotations

from pathlib import Path

from adoption.errors import FileUnreadable
from adoption.usage.importers.tables.csv_table import CsvTable
from adoption.usage.importers.tables.json_table import JsonTable
from adoption.usage.importers.tables.rows import IsHeader, Table
from adoption.usage.importers.tables.text import open_text

_SAMPLE = 4096


def open_table(path: Path, is_header: IsHeader) -> Table:
    """A file as rows; its first character says whether it is JSON or CSV.

    Raises:
        FileUnreadable: there is no such file, it is empty, or it is not text.
    """
    with open_text(path) as (file, _):
        start = file.read(_SAMPLE).lstrip("\ufeff")
    if not start.strip():
        raise FileUnreadable(f"{path} is empty. Give a CSV or JSON lines file with rows in it.")
    if "\0" in start:
        raise FileUnreadable(
            f"{path} is not a text file. Save it as CSV (UTF-8) or JSON lines and try again."
        )
    return JsonTable(path) if start.lstrip()[0] in "{[" else CsvTable(path, is_header)
