"""Decides whether what was found answers the question, may help, or does not."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.answers import Confidence
from knowledge.quote import Quote
from knowledge.retriever import Found

# Chosen on the evaluation questions, see docs/benchmarks.md.
ANSWER_FROM = 0.50
HELP_FROM = 0.40
CLOSENESS, WORDS = 0.7, 0.3


def confidence_of(found: Found, quotes: Sequence[Quote]) -> Confidence:
    """How sure we are that the quotes answer what was asked."""
    score = certainty(found, quotes)
    if score >= ANSWER_FROM:
        return Confidence.ANSWERED
    return Confidence.UNSURE if score >= HELP_FROM else Confidence.ABSTAINED


def certainty(found: Found, quotes: Sequence[Quote]) -> float:
    """From 0 to 1: closeness in meaning and the words shared, of the best quote."""
    if not found.hits or not quotes:
        return 0.0
    closest = max(hit.closest for hit in found.hits[:3])
    return CLOSENESS * max(closest, found.hits[0].dense) + WORDS * quotes[0].shared
