"""Values of cells: what is empty, what is inside an object, text and counts."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from adoption.errors import RowWrong
from adoption.usage.importers.tables.rows import Row, plain_name

LONGEST_NAME = 255
_LONGEST_OBJECT = 10_000
_LARGEST_COUNT = 1_000_000_000
# What exports write where they have nothing.
_EMPTY = frozenset({"", "none", "null", "n/a", "#n/a", "-", "–", "—"})
_LONGEST_EMPTY = max(map(len, _EMPTY))
# Digits that are surely under the largest count.
_SHORT = 10
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,'’\u00a0\u202f ])\d{3})(?:\1\d{3})*")
_NO_FRACTION = re.compile(r"[.,]0+$")


def is_empty(value: Any) -> bool:
    """Whether a cell holds nothing: no text, `None`, `N/A`, a dash."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _EMPTY)


def inside(row: Row, column: str) -> Any:
    """The value of a column; `a.b` reads inside an object, or the values in a list of objects."""
    value: Any = row.get(column)
    if value is not None or "." not in column or column in row:
        return value
    return _walk(row, column.split("."))


def _walk(value: Any, parts: list[str]) -> Any:
    for at, part in enumerate(parts):
        if isinstance(value, list):
            found = [_walk(item, parts[at:]) for item in value]
            flat = [x for each in found for x in (each if isinstance(each, list) else [each])]
            return [each for each in flat if each is not None] or None
        if isinstance(value, str) and value.lstrip().startswith("{"):
            value = _object_in(value)
        if not isinstance(value, Mapping):
            return None
        value = {plain_name(name): inner for name, inner in value.items()}.get(part)
    return value


def _object_in(text: str) -> Any:
    """The object that a cell holds as text, in JSON or as Python writes it; None if it is none."""
    if len(text) > _LONGEST_OBJECT:
        return None
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def text_of(row: Row, column: str | None) -> str | None:
    """The text of a cell, without outer spaces; None where it is empty.

    Raises:
        RowWrong: it is longer than a name may be.
    """
    if column is None:
        return None
    value = row.get(column)
    if type(value) is str and "\0" not in value:
        text = value.strip()
        if _LONGEST_EMPTY < len(text) <= LONGEST_NAME:
            return text
    elif value is None:
        value = inside(row, column)
    if isinstance(value, list):
        value = next((each for each in value if isinstance(each, str | int)), None)
    if value is None or isinstance(value, Mapping):
        return None
    text = (value if isinstance(value, str) else str(value)).replace("\0", "").strip()
    if len(text) > LONGEST_NAME:
        raise RowWrong(f"is longer than {LONGEST_NAME} characters in column {column}")
    return None if is_empty(text) else text


def count_of(row: Row, column: str | None, without: int, fractions: bool = False) -> int:
    """The count in a cell, `without` where it is empty; counts in a list are added up.

    Args:
        fractions: parts of a whole are rounded up; otherwise they are faults.

    Raises:
        RowWrong: it is no count.
    """
    value = inside(row, column) if column else None
    if type(value) is str and value.isdecimal() and len(value) < _SHORT:
        return int(value)
    if isinstance(value, list):
        return sum(_count(each, column, fractions) for each in value)
    return without if is_empty(value) else _count(value, column, fractions)


def _count(value: Any, column: str | None, fractions: bool) -> int:
    try:
        if isinstance(value, str):
            value = _number_text(value.strip(), fractions)
        number = float(value) if not isinstance(value, bool) else math.nan
        whole = math.ceil(number) if fractions else int(number)
        if (number != whole and not fractions) or not 0 <= number <= _LARGEST_COUNT:
            raise ValueError
    except (ValueError, TypeError, OverflowError):
        said = str(value)[:40]
        raise RowWrong(
            f"has “{said}” in column {column}, which is not a count (0, 1, 2 …)"
        ) from None
    return whole


def _number_text(text: str, fractions: bool) -> str:
    """A number as Python reads it: `1,234`, `1.234` and `1 234` are 1234, for counts are whole."""
    if text.isdecimal():
        return text
    for whole in (text, _NO_FRACTION.sub("", text)):
        found = _THOUSANDS.fullmatch(whole)
        if found and not (fractions and found[1] == "."):
            return re.sub(r"\D", "", found[0])
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
