"""Decides whether a sentence is supported by the passages that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.answers.reply import without_citations
from knowledge.index.lexical import stems_of
from knowledge.index.passages import Passage
from knowledge.index.sentences import sentences_of

# Share of a sentence's telling words that the cited passages must hold. Over the hand-made
# sentences of tests/knowledge/answers/support.jsonl (27 made up, 25 faithful), 0.7 keeps none of
# the former and loses one of the latter; 0.6 keeps two, 0.5 three. A lost sentence costs a quote in
# its place, a made-up one costs trust.
SUPPORT = 0.7
# Share of them that must stand in one unit together with a figure, so that a figure is not
# taken from where it means something else.
BESIDE_FIGURE = 1 / 3
# From this share on, a unit of the passage says the same thing or its opposite.
SAME_THING = 0.6

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"(?<=\d)\s*(?:%|per cent\b|pct\b)", re.IGNORECASE)
_HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|nor|neither|without|cannot|avoid\w*|forbid\w*|"
    r"forbidden|prohibit\w*|refrain\w*|refus\w*|instead of)\b|n[’']t\b",
    re.IGNORECASE,
)
_SPELLED = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100"}
_WORD = re.compile(r"[^\W\d_]+")


def stands(sentence: str, passages: Sequence[Passage]) -> bool:
    """Whether the cited passages support the sentence.

    They must hold most of its telling words, every figure and every address in it; and what
    they say on the same thing must not be its opposite.
    """
    claim = _PERCENT.sub(" percent", without_citations(sentence))
    texts = [_PERCENT.sub(" percent", f"{each.context}\n{each.text}") for each in passages]
    whole = "\n".join(texts)
    return (
        share_held(claim, whole) >= SUPPORT
        and all(_stands_with(figure, claim, passages) for figure in figures_of(claim))
        and all(host in whole.lower() for host in map(str.lower, _HOST.findall(claim)))
        and not _contradicted(claim, passages)
    )


def share_held(claim: str, text: str) -> float:
    """The share of a claim's significant words that are in a text, 0 to 1; 0 if it has none."""
    claimed = set(stems_of(claim))
    return len(claimed & set(stems_of(text))) / len(claimed) if claimed else 0.0


def figures_of(text: str) -> set[str]:
    """The figures in a text, written alike: 1,000 is 1000, and 2.50 stays 2.50."""
    return {re.sub(r"[,.](?=\d{3}(?:\D|$))", "", figure) for figure in _FIGURE.findall(text)}


def _stands_with(figure: str, claim: str, passages: Sequence[Passage]) -> bool:
    """Whether a figure stands in a unit that is about what the claim is about."""
    for passage in passages:
        units = [unit.text for unit in sentences_of(passage.text)]
        for text in (passage.context, *units):
            there = _PERCENT.sub(" percent", text)
            known = figure in figures_of(there) | _spelled(there)
            if known and share_held(claim, f"{passage.context}\n{there}") >= BESIDE_FIGURE:
                return True
    return False


def _spelled(text: str) -> set[str]:
    return {_SPELLED[word] for word in map(str.lower, _WORD.findall(text)) if word in _SPELLED}


def _contradicted(claim: str, passages: Sequence[Passage]) -> bool:
    """Whether the unit that says nearest the same says it the other way round."""
    best, nearest = 0.0, ""
    for passage in passages:
        for unit in sentences_of(passage.text):
            share = share_held(claim, _PERCENT.sub(" percent", unit.text))
            if share > best:
                best, nearest = share, unit.text
    if best < SAME_THING:
        return False
    return bool(_NEGATION.search(claim)) != bool(_NEGATION.search(nearest))
