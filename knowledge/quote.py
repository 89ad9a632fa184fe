"""Picks the few sentences of the passages found that answer the question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.lexical import stems_of
from knowledge.passages import Hit
from knowledge.retriever import Found
from knowledge.sentences import Sentence, sentences_of

# What people read at a glance in a message.
MOST_SENTENCES = 3
MOST_CHARACTERS = 400
# Passages that are quoted from.
PASSAGES = 5
# Weights of closeness, of shared words and of the passage's own score; chosen on the
# evaluation questions, see docs/benchmarks.md.
CLOSENESS, WORDS, PASSAGE = 0.6, 0.4, 0.15


@dataclass(frozen=True)
class Quote:
    """Neighbouring units of one passage, as they stand there.

    Attributes:
        text: at most three units and 400 characters, unless one unit alone is longer.
        score: how well it answers; comparable within one question.
        shared: share of the question's words that it or its headings hold, by how telling
            they are, 0 to 1.
        closest: cosine between the question and its closest unit.
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
    heading_stems = set(stems_of(hit.passage.context))
    stems = [set(stems_of(unit.text)) | heading_stems for unit in units]
    best: Quote | None = None
    for first, last in _runs(units):
        shared = _share(found.weights, set().union(*stems[first : last + 1]))
        closest = max(closeness[first : last + 1])
        score = CLOSENESS * closest + WORDS * shared + PASSAGE * hit.score
        if best is None or score > best.score + 1e-9:
            text = hit.passage.text[units[first].start : units[last].end]
            best = Quote(hit, text, score, shared, closest)
    return best


def _runs(units: Sequence[Sentence]) -> Iterator[tuple[int, int]]:
    """Neighbouring units that are short enough together, as (first, last)."""
    for first in range(len(units)):
        for last in range(first, min(first + MOST_SENTENCES, len(units))):
            if last > first and units[last].end - units[first].start > MOST_CHARACTERS:
                break
            yield first, last


def _share(weights: dict[str, float], stems: set[str]) -> float:
    whole = sum(weights.values())
    if not whole:
        return 0.0
    return sum(weight for stem, weight in weights.items() if stem in stems) / whole
