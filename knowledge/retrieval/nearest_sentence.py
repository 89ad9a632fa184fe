"""Which sentences of a passage a question comes nearest to, and where what answers goes on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.index.passages import Passage
from knowledge.index.sentences import sentences_of
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import Packed, Weighted, cosines

# Letters that two passages have to share before they can overlap.
_SHARED = 40


def by_sentence(passage: Passage, asked: Sequence[Weighted], records: Packed) -> tuple[float, ...]:
    """How near the question comes to each sentence of a passage, in its nearest wording."""
    if not len(records):
        return ()
    starts = records["start"]
    bounds = [(each.start, each.end) for each in sentences_of(passage.text)]
    inside = [(starts >= start) & (starts < end) for start, end in bounds]
    near = [_of_sentences(wording, records, inside) for wording in asked]
    return tuple(round(float(best), 4) for best in np.max(near, axis=0))


def _of_sentences(
    wording: Weighted, records: Packed, inside: Sequence[NDArray[np.bool_]]
) -> list[float]:
    near = cosines(wording.tokens, records)
    context = near[records["start"] < 0].max(axis=0, initial=0.0)
    return [
        float(np.maximum(near[each].max(axis=0, initial=0.0), context) @ wording.weights)
        for each in inside
    ]


def place_that_goes_on(
    asked: Sequence[Weighted], snapshot: Snapshot, rows: NDArray[np.intp], place: int
) -> int | None:
    """The place of the passage that begins with the sentence a question comes nearest to.

    Passages of a long section overlap. Where the nearest sentence of one is among those that the
    next begins with, the next has it as well, and what comes after it.

    Args:
        rows: of the candidates, ascending.
        place: of a candidate.
    """
    row = int(rows[place])
    if place + 1 == len(rows) or rows[place + 1] != row + 1:
        return None
    passage = snapshot.passage(row)
    shared = _shared_from(passage, snapshot.passage(row + 1))
    near = by_sentence(passage, asked, snapshot.tokens_of(row)) if shared is not None else ()
    if shared is None or not near:
        return None
    nearest = sentences_of(passage.text)[int(np.argmax(near))]
    return place + 1 if nearest.start >= shared else None


def _shared_from(passage: Passage, after: Passage) -> int | None:
    """Where the text begins that a passage shares with the one after it; None if it shares none."""
    same = (passage.source, passage.headings) == (after.source, after.headings)
    if not same or after.role:
        return None
    begin = passage.text.find(after.text[:_SHARED])
    return begin if begin > 0 and after.text.startswith(passage.text[begin:].rstrip()) else None
