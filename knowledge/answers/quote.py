"""Picks the few sentences of the passages found that answer the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.index.passages import Hit
from knowledge.index.sentences import Sentence, sentences_of
from knowledge.retrieval.lexical import stems_of
from knowledge.retrieval.retriever import Found

# What people read at a glance in a message.
MOST_SENTENCES = 3
MOST_CHARACTERS = 400
# A list that is asked for is given whole up to this: half a procedure misleads.
LONGEST_LIST = 800
# Passages that are quoted from.
PASSAGES = 5
# Weights of closeness, of shared words and of the passage's own score; chosen on the
# evaluation questions, see docs/benchmarks.md. Closeness and words count half for the quote as
# a whole and half for its best unit, so that words scattered over it do not win.
CLOSENESS, WORDS, PASSAGE = 0.6, 0.4, 1.5

_NUMBERED = re.compile(r"\d{1,3}[.)]\s")


@dataclass(frozen=True)
class Quote:
    """Neighbouring units of one passage, as they stand there.

    Attributes:
        text: at most three sentences and 400 characters, unless one unit alone is longer or a
            list has to stay whole.
        score: how well it answers; comparable within one question.
        shared: share of the question's words that it or its headings hold, by how telling
            they are, 0 to 1.
        closest: cosine between the question and its closest unit, or the heading it follows.
    """

    hit: Hit
    text: str
    score: float
    shared: float
    closest: float


def best_quotes(found: Found, most: int = 2) -> list[Quote]:
    """The best quote of each of the first passages, the best first, at most `most`."""
    quotes = [quote for hit in found.hits[:PASSAGES] if (quote := _best_of(hit, found)) is not None]
    return sorted(quotes, key=lambda quote: -quote.score)[:most]


def _best_of(hit: Hit, found: Found) -> Quote | None:
    units = sentences_of(hit.passage.text)
    closeness = hit.closeness if len(hit.closeness) == len(units) else (hit.dense,) * len(units)
    asked = -1.0 if hit.asked is None else hit.asked
    heading_stems = set(stems_of(hit.passage.context))
    stems = [set(stems_of(unit.text)) | heading_stems for unit in units]
    by_unit = [
        CLOSENESS * close + WORDS * _share(found.weights, held)
        for close, held in zip(closeness, stems, strict=True)
    ]
    best: Quote | None = None
    for first, last in _runs(units):
        shared = _share(found.weights, set().union(*stems[first : last + 1]))
        closest = max(closeness[first : last + 1])
        # A heading that asks the question is answered by what stands right below it.
        headed = first == 0 and asked > closest
        if headed:
            closest = asked
        whole = CLOSENESS * closest + WORDS * shared
        best_unit = max(whole if headed else 0.0, *by_unit[first : last + 1])
        score = (whole + best_unit) / 2 + PASSAGE * hit.score
        if best is None or score > best.score + 1e-9:
            begin, end = _completed(units, first, last, headed)
            text = hit.passage.text[units[begin].start : units[end].end]
            best = Quote(hit, text, score, shared, closest)
    return best


def _runs(units: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """What may be quoted, as (first, last): a list item, or sentences with what follows them."""
    for first, unit in enumerate(units):
        last = first
        while not unit.whole_line and _goes_on(units, first, last):
            last += 1
        yield first, last


def _goes_on(units: Sequence[Sentence], first: int, last: int) -> bool:
    following = last + 1
    return (
        following < len(units)
        and following - first < MOST_SENTENCES
        and not units[following].whole_line
        and units[following].end - units[first].start <= MOST_CHARACTERS
    )


def _completed(units: Sequence[Sentence], first: int, last: int, headed: bool) -> tuple[int, int]:
    """The run with what it cannot be understood without: the rest of a section or a list."""
    if units[first].whole_line and _NUMBERED.match(units[first].text):
        first = _list_start(units, first)
    announces = units[last].text.endswith(":") and last + 1 < len(units)
    if announces and units[last + 1].whole_line:
        last += 1
    in_list = units[last].whole_line
    if in_list and (announces or headed or _NUMBERED.match(units[last].text)):
        last = _list_end(units, first, last)
    return first, last


def _list_start(units: Sequence[Sentence], at: int) -> int:
    """The announcement of the list around a unit, or its first item, if that is near enough."""
    begin = at
    while begin > 0 and units[begin - 1].whole_line:
        begin -= 1
    if begin > 0 and units[begin - 1].text.endswith(":"):
        begin -= 1
    return begin if units[at].end - units[begin].start <= LONGEST_LIST else at


def _list_end(units: Sequence[Sentence], first: int, at: int) -> int:
    """The last item of the list around a unit that still fits, whole items only."""
    end = at
    while (
        end + 1 < len(units)
        and units[end + 1].whole_line
        and units[end + 1].end - units[first].start <= LONGEST_LIST
    ):
        end += 1
    return end


def _share(weights: dict[str, float], stems: set[str]) -> float:
    whole = sum(weights.values())
    if not whole:
        return 0.0
    return sum(weight for stem, weight in weights.items() if stem in stems) / whole
