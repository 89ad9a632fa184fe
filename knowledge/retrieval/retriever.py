"""Finds the passages that may answer a question: by meaning, by words, by closest sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.passages import Hit, Passage, Scope
from knowledge.index.snapshot import Snapshot
from knowledge.retrieval.lexical import stems_of

# Shares of what makes a score, each from 0 to 1; chosen on the evaluation questions, see
# docs/benchmarks.md. The first three are scaled over the question's own candidates.
DENSE, LEXICAL, SENTENCE = 0.09, 0.09, 0.27
TOGETHER, COVERED, SIDE_BY_SIDE = 0.27, 0.10, 0.18
# Best passages of each of the first two legs that are looked at more closely.
CANDIDATES = 100


@dataclass(frozen=True)
class Found:
    """What was found for a question.

    Attributes:
        question: as it was searched for.
        hits: the best first.
        weights: how telling each stem of the question is in this index (inverse document
            frequency); stems that no passage holds weigh most.
        version: of the index.
    """

    question: str
    hits: tuple[Hit, ...]
    weights: dict[str, float]
    version: str


def find(
    question: str,
    snapshot: Snapshot,
    encoder: Encoder,
    scope: Scope,
    most: int = 10,
    vector: Vectors | None = None,
) -> Found:
    """The best passages within `scope`, at most `most`, the best first.

    A passage outside the scope takes no part: it is neither scored nor counted. `vector` is
    the question's own, if it is known already.
    """
    stems = stems_of(question)
    allowed = snapshot.within(scope)
    weights = snapshot.lexical.weights(stems, allowed)
    rows = np.flatnonzero(allowed)
    if not len(rows):
        return Found(question, (), weights, snapshot.version)
    if vector is None:
        vector = encoder.encode_question(question)
    dense = snapshot.nearness(vector)[rows]
    lexical = snapshot.lexical.scores(stems, allowed)[rows]
    near = _candidates(dense, lexical)
    rows, dense, lexical = rows[near], dense[near], lexical[near]
    closeness = snapshot.closeness(rows, vector)
    closest = np.array(
        [each.max() if len(each) else own for each, own in zip(closeness, dense, strict=True)],
        dtype=np.float32,
    )
    words = snapshot.wording.match(rows, stems, snapshot.lexical.ids(stems), weights)
    score = (
        DENSE * _scaled(dense)
        + LEXICAL * _scaled(lexical)
        + SENTENCE * _scaled(closest)
        + TOGETHER * words.together
        + COVERED * words.covered
        + SIDE_BY_SIDE * words.side_by_side
    )
    hits = tuple(
        _hit(snapshot.passage(int(rows[i])), score[i], dense[i], lexical[i], closeness[i])
        for i in np.argsort(-score, kind="stable")[:most]
    )
    return Found(question, hits, weights, snapshot.version)


def _hit(
    passage: Passage, score: float, dense: float, lexical: float, closeness: NDArray[np.float32]
) -> Hit:
    known = tuple(round(float(value), 4) for value in closeness)
    headed = bool(passage.headings and known)
    return Hit(
        passage=passage,
        score=float(score),
        dense=float(dense),
        lexical=float(lexical),
        closeness=known[1:] if headed else known,
        asked=known[0] if headed else None,
    )


def _candidates(dense: NDArray[np.float32], lexical: NDArray[np.float32]) -> NDArray[np.intp]:
    """The rows of the best of either leg, in order."""
    if len(dense) <= CANDIDATES:
        return np.arange(len(dense))
    best = [np.argpartition(-leg, CANDIDATES)[:CANDIDATES] for leg in (dense, lexical)]
    return np.unique(np.concatenate(best))


def _scaled(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The values moved and stretched to 0-1; all alike, they say nothing."""
    low, high = values.min(), values.max()
    if high <= low:
        return np.zeros_like(values)
    scaled: NDArray[np.float32] = (values - low) / (high - low)
    return scaled
