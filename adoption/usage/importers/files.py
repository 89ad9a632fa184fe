"""Reads rows from CSV, JSON lines and JSON files, and sets apart those that are none."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TextIO

from adoption.errors import FileUnreadable

Row = Mapping[str, Any]
# Called with the bytes read and the bytes there are.
Progress = Callable[[int, int], None]

_NOT_A_WORD = re.compile(r"[^0-9a-z]+")
# Half of a pair of escapes is no character; whole pairs stand together.
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_BROKEN = re.compile(f"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")
_DELIMITERS = ",;\t|"
_LARGEST_FIELD = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file, or why it is none.

    Attributes:
        number: of the line in the file, from 1.
        row: the values by plain column name.
        raw: the row as it stood, for the file of rejected rows.
    """

    number: int
    row: Row
    raw: str = ""
    fault: str | None = None


def plain_name(column: str) -> str:
    """A column's name without case, spaces and marks: exports differ in nothing else."""
    return _NOT_A_WORD.sub("", column.casefold())


def read_lines(path: Path, progress: Progress | None = None) -> Iterator[Line]:
    """The rows of a file; its form is told by its first character.

    Raises:
        FileUnreadable: there is no such file, it is empty, or it is not text.
    """
    try:
        size = path.stat().st_size
        with (
            path.open("rb") as raw,
            TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="") as file,
        ):
            first = _first_character(file, path)
            reader = {"{": _json_lines, "[": _json_list}.get(first, _csv)
            for line in reader(file, path):
                if progress is not None and line.number % 1000 == 0:
                    progress(raw.tell(), size)
                yield line
        if progress is not None:
            progress(size, size)
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read ({error.strerror}). Check its name and permissions."
        ) from error


def _first_character(file: TextIO, path: Path) -> str:
    start = file.read(4096)
    file.seek(0)
    if not start.strip():
        raise FileUnreadable(f"{path} is empty. Give a CSV or JSON lines file with rows in it.")
    if "\0" in start:
        raise FileUnreadable(
            f"{path} is not a text file. Save it as CSV (UTF-8) or JSON lines and try again."
        )
    return start.lstrip()[0]


def _csv(file: TextIO, path: Path) -> Iterator[Line]:
    csv.field_size_limit(_LARGEST_FIELD)
    header = file.readline()
    delimiter = max(_DELIMITERS, key=header.count)
    columns = [plain_name(name) for name in next(csv.reader([header], delimiter=delimiter))]
    doubled = {name for name in columns if name and columns.count(name) > 1}
    if doubled:
        raise FileUnreadable(
            f"{path} has two columns named “{sorted(doubled)[0]}”. Give each its own name."
        )
    rows = csv.reader(file, delimiter=delimiter)
    while True:
        try:
            values = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line(rows.line_num + 1, {}, fault=f"not readable as CSV ({error})")
            continue
        if not any(values):
            continue
        yield _csv_line(rows.line_num + 1, columns, values)


def _csv_line(number: int, columns: list[str], values: list[str]) -> Line:
    if len(values) > len(columns):
        fault = f"has {len(values)} values for {len(columns)} columns"
    elif "\ufffd" in "".join(values):
        fault = "is not UTF-8; save the file as UTF-8"
    else:
        # Short rows are what spreadsheets make of empty cells at the end.
        return Line(number, dict(zip(columns, values, strict=False)))
    return Line(number, {}, ",".join(values), fault)


def _json_lines(file: TextIO, path: Path) -> Iterator[Line]:
    for number, text in enumerate(file, start=1):
        if text.strip():
            try:
                yield _json_line(number, _json(text), text)
            except (ValueError, RecursionError):
                yield Line(number, {}, text.strip(), "is not JSON")


def _json_list(file: TextIO, path: Path) -> Iterator[Line]:
    try:
        rows = _json(file.read())
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(
            f"{path} is not valid JSON. Export it again, or give JSON lines (one object a line)."
        ) from error
    for number, row in enumerate(rows, start=1):
        yield _json_line(number, row, json.dumps(row))


def _json(text: str) -> Any:
    """JSON as the standard has it: Python's reader takes NaN and infinity, databases do not."""
    return json.loads(text, parse_constant=_no_number, parse_float=_finite)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return number


def _json_line(number: int, row: Any, text: str) -> Line:
    if not isinstance(row, dict):
        return Line(number, {}, text.strip(), "is not a JSON object")
    if "\ufffd" in text or _BROKEN.search(text):
        return Line(number, {}, text.strip(), "is not UTF-8; save the file as UTF-8")
    return Line(number, {plain_name(name): value for name, value in row.items()}, text.strip())
