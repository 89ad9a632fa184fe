"""Lines that a person reads: our own words, and people's words that every format must escape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from adoption.measures import Share

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_LINE = 200


class Words(str):
    """Something from outside (a name, a question, a quote): text, whatever it looks like."""

    __slots__ = ()


# A line is made of parts; those that are `Words` are escaped.
Line = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells under column names; the first cell names the row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A part of a digest or report: a title, lines, and perhaps a table.

    Attributes:
        key: names the section in a file of comma-separated values.
        plain: whether the lines are sentences and no list.
    """

    key: str
    title: str
    lines: Sequence[Line] = field(default_factory=tuple)
    table: Table | None = None
    plain: bool = False


def one_line(text: str) -> str:
    """Text on one line of at most some 200 characters, without what steers a terminal."""
    line = " ".join(_CONTROL.sub(" ", text).split())
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def joined(line: Line) -> str:
    """A line as plain text."""
    return "".join(one_line(part) if isinstance(part, Words) else part for part in line)


def percent(value: float | None) -> str:
    """A share from 0 to 1 in per cent, or `–`."""
    return "–" if value is None else f"{value * 100:.0f} %"


def share_in_words(share: Share) -> str:
    """A share for people: `75 % (41–93 %, 6 of 8)`, or `–` where there is nothing to share."""
    value, interval = share.value, share.interval
    if value is None or interval is None:
        return "–"
    low, high = interval
    return f"{value:.0%} ({low * 100:.0f}–{high:.0%}, {share.part} of {share.whole})".replace(
        "%", " %"
    )
