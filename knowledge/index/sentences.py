"""Cuts a passage into the units that are quoted: sentences, list items, table rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

# From the first of a run of marks only: a page of dots would take for ever otherwise.
_END = re.compile(r"""(?<![.!?…])[.!?…]+["'”’)\]]*(?:\s*\[\d[\d,\s–-]*\])?(?=\s+\S)""")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")
# What ends in a full stop without ending a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|fig|figs|eq|no|nos|vol|pp|dr|mr|mrs|ms|prof|st|inc|ltd|co|"
    r"approx|ca|resp|ref|refs|sec|min|max|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)"
    r"|\b[A-Za-z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """One unit of a text.

    Attributes:
        text: the unit without white space around it.
        start: where it begins in the passage, in characters.
        end: where it ends, exclusive.
        whole_line: whether it is a list item or a table row.
    """

    text: str
    start: int
    end: int
    whole_line: bool = False


def sentences_of(text: str) -> list[Sentence]:
    """The units of `text` in order; every character that is no white space is in one of them.

    Prose is cut at the ends of sentences, also across single line breaks; blank lines always
    cut. A list item, with its continuation lines, is one unit.
    """
    units: list[Sentence] = []
    for start, end, is_item in _paragraphs(text):
        if is_item:
            units.append(_unit(text, start, end, True))
        else:
            units += _prose(text, start, end)
    return units


def _paragraphs(text: str) -> list[tuple[int, int, bool]]:
    """Runs of lines that belong together, as (start, end, is a list item)."""
    runs: list[tuple[int, int, bool]] = []
    begin: int | None = None
    item = False
    position = 0
    for line in text.splitlines(keepends=True):
        is_item = bool(_LIST_ITEM.match(line))
        if (not line.strip() or is_item) and begin is not None:
            runs.append((begin, position, item))
            begin = None
        if line.strip() and begin is None:
            begin, item = position, is_item
        position += len(line)
    if begin is not None:
        runs.append((begin, position, item))
    return runs


def _prose(text: str, start: int, end: int) -> list[Sentence]:
    units = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() >= end or not _ends_sentence(text, begin, match, end):
            continue
        units.append(_unit(text, begin, match.end(), False))
        begin = match.end()
    if text[begin:end].strip():
        units.append(_unit(text, begin, end, False))
    return units


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    follows = text[match.end() : end].lstrip()[:1]
    if not follows or follows.islower():
        return False
    return not _ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start() + 1])


def _unit(text: str, start: int, end: int, whole_line: bool) -> Sentence:
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    stripped = raw.strip()
    return Sentence(stripped, start, start + len(stripped), whole_line)
