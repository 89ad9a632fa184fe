"""Decides whether what was found answers the question, may help, or does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from knowledge.answers.answer import Confidence
from knowledge.answers.quote import Quote
from knowledge.retrieval.retriever import Found

# Shares of certainty; chosen on the evaluation questions, see docs/benchmarks.md.
CLOSEST, FIRST, WORDS = 0.56, 0.20, 0.24
# How far above everyday requests, in standard deviations, something may help or answers.
HELP_SPREADS, ANSWER_SPREADS = 2.6, 2.9
# Between these, whatever the index: a tiny one holds everything at a distance, and one about
# everyday things is close to them all.
LOWEST, HIGHEST = 0.36, 0.58


@dataclass(frozen=True)
class Bar:
    """From which certainty on something may help, and from which it answers."""

    help_from: float
    answer_from: float


# Where no index has been measured: the bar of the starter content.
USUAL_BAR = Bar(0.43, 0.45)


def bar_above(certainties: Sequence[float]) -> Bar:
    """The bar for an index in which requests it cannot answer reach these certainties."""
    usual, spread = fmean(certainties), pstdev(certainties)
    help_from = min(max(usual + HELP_SPREADS * spread, LOWEST), HIGHEST)
    margin = max((ANSWER_SPREADS - HELP_SPREADS) * spread, 0.01)
    return Bar(round(help_from, 4), round(help_from + margin, 4))


def confidence_of(found: Found, quotes: Sequence[Quote], bar: Bar) -> Confidence:
    """How sure we are that the quotes answer what was asked."""
    score = certainty(found, quotes)
    if score >= bar.answer_from:
        return Confidence.ANSWERED
    return Confidence.UNSURE if score >= bar.help_from else Confidence.ABSTAINED


def certainty(found: Found, quotes: Sequence[Quote]) -> float:
    """From 0 to 1: closeness in meaning of units and passage, and the words of the best quote."""
    if not found.hits or not quotes:
        return 0.0
    first = found.hits[0].dense
    closest = max(first, *(hit.closest for hit in found.hits[:3]))
    return CLOSEST * closest + FIRST * first + WORDS * quotes[0].shared
