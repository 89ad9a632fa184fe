"""Rows of JSON: one object a line, objects one after the other, a list, or one object around it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NoReturn

from adoption.errors import FileUnreadable
from adoption.usage.importers.tables.rows import Line, Progress, plain_name
from adoption.usage.importers.tables.text import open_text
from adoption.usage.importers.tables.values import inside

# Half of a pair of escapes is no character.
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_BROKEN = re.compile(f"{_HIGH}(?!{_LOW})|(?<!{_HIGH}){_LOW}")
# Names under which exports nest their rows: Graph, GitHub, Anthropic, Google.
WRAPPERS = ("value", "day_totals", "seats", "data", "items", "users", "rows", "records", "results")
# What may surround the text of a row.
_AROUND = "\ufeff \t\r\n"
_FEW = 4


class JsonTable:
    """A file of JSON objects."""

    skipped = 0

    def __init__(self, path: Path) -> None:
        self.path = path
        self._whole = _objects(path)
        self.names: dict[str, str] = {}
        known: set[str] = set()
        # All of it, for a field without a value may be left out of all rows but the last.
        for _, found, _ in self._objects():
            for row in _rows(found):
                if isinstance(row, dict) and not known.issuperset(row):
                    known.update(row)
                    self.names = {plain_name(name): name for name in row} | self.names

    def lines(self, progress: Progress | None = None) -> Iterator[Line]:
        """Every row, the faulty ones among them."""
        for number, found, text in self._objects(progress):
            if isinstance(found, Exception):
                yield Line(number, {}, text, "is not JSON")
                continue
            for row in _rows(found):
                yield _line(number, row, text if row is found and text else json.dumps(row))

    def values(self, columns: Collection[str]) -> Iterator[tuple[Any, ...]]:
        """The values of some columns in every row that can be read."""
        for _, found, _ in self._objects():
            for row in _rows(found):
                if isinstance(row, dict):
                    plain = {plain_name(name): value for name, value in row.items()}
                    yield tuple([_one(inside(plain, column)) for column in columns])

    def _objects(self, progress: Progress | None = None) -> Iterator[tuple[int, Any, str]]:
        """Number, object and, if it has a line of its own, text; an error for what is no JSON."""
        if self._whole is not None:
            for number, found in enumerate(self._whole, start=1):
                yield number, found, ""
            return
        size = self.path.stat().st_size
        with open_text(self.path) as (file, raw):
            for number, text in enumerate(file, start=1):
                if progress is not None and number % 1000 == 0:
                    progress(min(raw.tell(), size), size)
                plain = text.strip(_AROUND)
                if plain:
                    for found in _of_line(plain):
                        yield number, found, plain
        if progress is not None:
            progress(size, size)


def _objects(path: Path) -> list[Any] | None:
    """All objects of a file that is not one object a line; None where it is.

    Raises:
        FileUnreadable: it is not JSON.
    """
    with open_text(path) as (file, _):
        first = next((line for line in file if line.strip(_AROUND)), "")
        second = next((line for line in file if line.strip()), "")
        starts_row = first.lstrip("\ufeff \t")[:1] == "{"
        if starts_row and (_is_json(first) or (second.lstrip()[:1] == "{" and _is_json(second))):
            return None
        file.seek(0)
        text = file.read().strip(_AROUND)
    try:
        return [row for found in _decoded(text) for row in _listed(found)]
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(
            f"{path} is not valid JSON. Export it again, or give JSON lines (one object a line)."
        ) from error


def _of_line(text: str) -> list[Any]:
    """The objects of a line, or why there are none."""
    try:
        found, end = _DECODER.raw_decode(text)
        return [found] if end == len(text) else list(_decoded(text))
    except (ValueError, RecursionError) as error:
        return [error]


def _is_json(text: str) -> bool:
    found = _of_line(text.strip(_AROUND))
    return not any(isinstance(each, ValueError | RecursionError) for each in found)


def _one(value: Any) -> Any:
    """A single value: of a list the first, of an object none."""
    if isinstance(value, list):
        return next((each for each in value if isinstance(each, str | int | float)), None)
    return None if isinstance(value, dict) else value


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _rows(found: Any) -> Iterator[Any]:
    """The rows of an object: itself, or those under a known name, each with what is around it."""
    if not isinstance(found, dict):
        yield found
        return
    inner = next((name for name in WRAPPERS if _holds_rows(found.get(name), len(found))), None)
    if inner is None:
        yield found
        return
    # What surrounds the rows says which days the report is of; the rest is no part of a row.
    around = {n: v for n, v in found.items() if n.startswith("report") and isinstance(v, str)}
    for row in found[inner]:
        yield around | row


def _holds_rows(value: Any, keys: int) -> bool:
    """Whether a value is a list of rows; an empty one may as well be an attribute of a row."""
    rows = isinstance(value, list) and all(isinstance(row, dict) for row in value)
    return rows and (bool(value) or keys <= _FEW)


def _decoded(text: str) -> Iterator[Any]:
    """The objects of a text, one after the other, as the standard has them.

    Python's reader takes NaN and infinity, databases do not.
    """
    at, end = 0, len(text)
    while at < end:
        found, at = _DECODER.raw_decode(text, at)
        yield found
        while at < end and text[at] in " \t\r\n,":
            at += 1


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)


def _line(number: int, row: Any, text: str) -> Line:
    if not isinstance(row, dict):
        return Line(number, {}, text, "is not a JSON object")
    if "\ufffd" in text or ("\\u" in text and _BROKEN.search(text)):
        fault = "has characters that cannot be read; save the file as UTF-8"
        return Line(number, {}, text, fault)
    return Line(number, {plain_name(name): value for name, value in row.items()}, text)
