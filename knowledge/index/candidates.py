"""The few passages that a question is ranked among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.encoding.encoded import Vectors
    from knowledge.index.passages import Scope
    from knowledge.index.snapshot import Snapshot


@dataclass(frozen=True)
class Candidates:
    """The nearest passages and those with most of the question's words, each once.

    Attributes:
        rows: places in the snapshot, ascending.
        cosines: between the question and each passage, -1 to 1, exact.
        bm25: of the question's words in each passage, from 0 up, exact.
        weights: how telling each stem of the question is (inverse document frequency).
        allowed: how many passages the question may be answered from.
    """

    rows: NDArray[np.intp]
    cosines: Vectors
    bm25: Vectors
    weights: dict[str, float]
    allowed: int

    def of(self, places: NDArray[np.intp]) -> Candidates:
        """Some of them."""
        return replace(
            self, rows=self.rows[places], cosines=self.cosines[places], bm25=self.bm25[places]
        )


def candidates(
    snapshot: Snapshot,
    vector: Vectors,
    stems: Sequence[str],
    scope: Scope,
    count: int = 200,
    also: Sequence[int] = (),
) -> Candidates:
    """The `count` nearest passages of a scope, the `count` best by BM25, and those of `also`.

    A passage outside the scope takes no part: it is neither scored nor counted.
    """
    allowed = snapshot.within(scope)
    words = snapshot.lexical.words(stems, allowed)
    rows = np.union1d(snapshot.nearest.rows(vector, allowed, count), words.best(count))
    if also:
        others = np.array(also, dtype=np.intp)
        rows = np.union1d(rows, others[allowed[others]])
    return Candidates(
        rows=rows,
        cosines=snapshot.nearest.cosines(vector, rows),
        bm25=words.scores_of(rows),
        weights=words.weights,
        allowed=int(np.count_nonzero(allowed)),
    )
