"""Chooses what to show of a section: a whole part, or the sentence nearest to the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.index.passages import Hit
from knowledge.index.sentences import Sentence, sentences_of

# What Slack shows without folding it away.
LONGEST = 1200
# A sentence under a section that may help.
LONGEST_SENTENCE = 320
# Below this, a sentence says little without the next one.
_TELLING = 90

_STEP = re.compile(r"\d{1,3}[.)]\s")
_ROW = re.compile(r"\s*\|.*\|\s*$")
# A sentence that only says where to read on.
_POINTER = re.compile(
    r"see (also )?(?!if\b|that\b|whether\b|how\b|what\b|why\b)"
    r"|(to )?(learn|read|find out) more\b"
    r"|for (more|further|additional|detailed|full) (information|details|help)\b"
    r"|for (details|an overview)\b"
    r"|(weitere|mehr|ausführliche) (informationen|details|dazu)\b|siehe\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Excerpt:
    """A part of a passage, as it stands there.

    Attributes:
        text: neighbouring units of the passage.
        left: what the passage holds beyond it, such as "and 8 more steps"; empty if nothing.
    """

    text: str
    left: str = ""

    @property
    def shown(self) -> str:
        """The text, and what is left out of it."""
        return f"{self.text}\n\n… {self.left} in the guide." if self.left else self.text


def complete(hit: Hit, longest: int = LONGEST) -> Excerpt:
    """All of a section's passage, or the part around its nearest sentence that fits.

    A cut part begins where a paragraph, list or table begins, and ends with a whole unit.
    """
    text = hit.passage.text
    if len(text) <= longest:
        return Excerpt(text.strip())
    units = sentences_of(text)
    best = _nearest(hit, units)
    first = _beginning(text, units, best, longest)
    last = first
    while last + 1 < len(units) and units[last + 1].end - units[first].start <= longest:
        last += 1
    return Excerpt(text[units[first].start : units[last].end], _left(units, last))


def telling(hit: Hit, longest: int = LONGEST_SENTENCE) -> Excerpt:
    """The sentence that comes nearest to the question; with the next one if it is short.

    One that only says where to read on is taken where there is no other.
    """
    units = sentences_of(hit.passage.text)
    if not units:
        return Excerpt(hit.passage.text.strip()[:longest])
    own = [number for number, unit in enumerate(units) if not _POINTER.match(unit.text)]
    first = last = _nearest(hit, units, own)
    text = hit.passage.text
    while (
        last + 1 < len(units)
        and (
            units[last].end - units[first].start < _TELLING or text[: units[last].end].endswith(":")
        )
        and units[last + 1].end - units[first].start <= longest
    ):
        last += 1
    return Excerpt(text[units[first].start : units[last].end])


def _nearest(hit: Hit, units: Sequence[Sentence], among: Sequence[int] = ()) -> int:
    """The unit that comes nearest to the question; the first where that is not known.

    Args:
        among: the numbers of those to choose from; all where it is empty.
    """
    places = among or range(len(units))
    if len(hit.closeness) != len(units):
        return places[0]
    return max(places, key=lambda number: (hit.closeness[number], -number))


def _beginning(text: str, units: Sequence[Sentence], best: int, longest: int) -> int:
    """The first unit of the paragraph or list around the best one, with what announces it."""
    begin = best
    while begin > 0 and not _parted(text, units[begin - 1], units[begin]):
        begin -= 1
    announced = begin > 0 and (units[begin].whole_line or units[begin - 1].text.endswith(":"))
    if announced and not units[begin - 1].whole_line:
        begin -= 1
    return begin if units[best].end - units[begin].start <= longest else best


def _parted(text: str, one: Sentence, next_one: Sentence) -> bool:
    """Whether a blank line stands between two units."""
    return text[one.end : next_one.start].count("\n") > 1 or one.whole_line != next_one.whole_line


def _left(units: Sequence[Sentence], last: int) -> str:
    rest = units[last + 1 :]
    if not rest:
        return ""
    steps = sum(bool(_STEP.match(unit.text)) for unit in rest)
    items = sum(unit.whole_line for unit in rest)
    rows = sum(bool(_ROW.match(line)) for unit in rest for line in unit.text.splitlines())
    for count, name in ((steps, "step"), (rows, "row"), (items, "item")):
        if count and count >= len(rest) / 2:
            return f"and {count} more {name}{'' if count == 1 else 's'}"
    return "and more"
