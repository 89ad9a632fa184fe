"""The passages nearest to a question: compared one by one, or looked up in faiss where many."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.encoding.batching import Batcher
from knowledge.encoding.encoded import Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Up to so many passages each one is compared: that takes less time than one encoding.
EXACT_UP_TO = 20_000
# Questions whose vectors are compared with all passages in one pass over them.
_AT_ONCE = 15
_FILE = "nearest.faiss"
# Lists a question looks into. With two times the root of the passages as lists, it finds 99.9 %
# of the ten nearest (docs/benchmarks.md).
_PROBED = 24
_SAMPLE_PER_LIST, _ROUNDS, _SEED = 40, 10, 7


class Nearest:
    """Finds the passages whose vectors are nearest to a question's.

    Only allowed passages are looked at: the filter is part of the search. What the lists are
    gathered around is learned from the passages that everyone may read, so a restricted passage
    has no influence on what others find.
    """

    def __init__(self, vectors: Vectors, path: Path | None = None) -> None:
        self._vectors = vectors
        self._path = path

    def rows(self, question: Vectors, allowed: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
        """The `count` nearest allowed passages, in no order; all if there are fewer."""
        among = np.count_nonzero(allowed)
        if self._path is not None and among > max(EXACT_UP_TO, count):
            return self._looked_up(question, allowed, count)
        rows = np.flatnonzero(allowed)
        if among <= count:
            return rows
        near = self.cosines(question, rows)
        return rows[np.argpartition(-near, count)[:count]]

    def cosines(self, question: Vectors, rows: NDArray[np.intp]) -> Vectors:
        """The exact cosine between a question and each of some passages."""
        if len(self._vectors) <= EXACT_UP_TO < 8 * len(rows):
            return self._compared(question)[rows]
        return np.asarray(self._vectors[rows] @ question)

    @cached_property
    def _compared(self) -> Batcher[Vectors, Vectors]:
        def compare(questions: list[Vectors]) -> Sequence[Vectors]:
            if len(questions) == 1:
                return [np.asarray(self._vectors @ questions[0])]
            return list(np.stack(questions) @ self._vectors.T)

        return Batcher(compare, _AT_ONCE)

    def _looked_up(
        self, question: Vectors, allowed: NDArray[np.bool_], count: int
    ) -> NDArray[np.intp]:
        import faiss

        lists: Any = faiss
        mask = np.packbits(allowed, bitorder="little")
        # The fewer passages are allowed, the more lists have to be looked into.
        probed = int(_PROBED * len(allowed) / np.count_nonzero(allowed))
        search = lists.SearchParametersIVF(nprobe=probed, sel=lists.IDSelectorBitmap(mask))
        # Each thread has its own setting.
        faiss.omp_set_num_threads(1)
        found = self._lists.search(question[None], count, params=search)[1][0]
        return np.asarray(found[found >= 0], dtype=np.intp)

    @cached_property
    def _lists(self) -> Any:
        import faiss

        return faiss.read_index(str(self._path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)


def write(folder: Path, vectors: Vectors, public: NDArray[np.bool_]) -> None:
    """Writes faiss's lists below `folder`, unless everyone may read only few passages.

    Args:
        public: which passages everyone may read.
    """
    import faiss

    learned_from = np.flatnonzero(public)
    if len(learned_from) <= EXACT_UP_TO:
        return
    count = int(2 * np.sqrt(len(vectors)))
    lists: Any = faiss.index_factory(
        vectors.shape[1], f"IVF{count},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    lists.cp.niter, lists.cp.seed = _ROUNDS, _SEED
    sample = min(len(learned_from), count * _SAMPLE_PER_LIST)
    chosen = np.random.default_rng(_SEED).choice(learned_from, sample, replace=False)
    lists.train(vectors[np.sort(chosen)])
    lists.add(vectors)
    faiss.write_index(lists, str(folder / _FILE))


def read(folder: Path, vectors: Vectors) -> Nearest:
    """What `write` wrote, with lists only where it wrote some.

    Raises:
        OSError: the lists cannot be read.
    """
    path = folder / _FILE
    return Nearest(vectors, path if path.exists() else None)
