"""What a table is: rows by plain column name, which can be read more than once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

Row = Mapping[str, Any]
# Called with the bytes read and the bytes there are.
Progress = Callable[[int, int], None]
# Whether columns, by plain name, are those of a known table.
IsHeader = Callable[[Collection[str]], bool]

_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file, or why it is none.

    Attributes:
        number: of the line in the file, from 1; of the object in a file of JSON.
        row: the values by plain column name.
        raw: the row as it stood, for the file of rejected rows.
    """

    number: int
    row: Row
    raw: str = ""
    fault: str | None = None


class Table(Protocol):
    """A file of rows."""

    @property
    def names(self) -> Mapping[str, str]:
        """The columns as the file writes them, by plain name, in order."""
        ...

    @property
    def skipped(self) -> int:
        """How many lines are above the header."""
        ...

    def lines(self, progress: Progress | None = None) -> Iterator[Line]:
        """Every row, the faulty ones among them."""
        ...

    def values(self, columns: Collection[str]) -> Iterator[tuple[Any, ...]]:
        """The values of some columns in every row that can be read; quicker than `lines`."""
        ...


@lru_cache(maxsize=10_000)
def plain_name(column: str) -> str:
    """A column's name without case, spaces and marks: exports differ in nothing else."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", column).casefold())
