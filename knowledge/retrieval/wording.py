"""Where the words of a question stand: together in one sentence, side by side, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.index.passages import Passage
from knowledge.index.sentences import sentences_of
from knowledge.retrieval.lexical import Lexical, stems_of


@dataclass(frozen=True)
class Match:
    """How the words of a question stand in some passages, one number a passage, each 0 to 1.

    Every word counts by how telling it is.

    Attributes:
        together: share of the words in the one sentence that has most of them, its headings
            included.
        covered: share of the words anywhere in the passage, its title and headings included.
        side_by_side: share of neighbouring pairs of words that are neighbours there as well.
    """

    together: NDArray[np.float32]
    covered: NDArray[np.float32]
    side_by_side: NDArray[np.float32]


@dataclass(frozen=True)
class Wording:
    """The stems of every passage in order, as numbers of the lexical leg.

    Attributes:
        stems: of all passages, one after the other.
        bounds: where each part (title, headings, each sentence) begins in `stems`.
        parts: where each passage's parts begin in `bounds`; one more than passages.
    """

    stems: NDArray[np.int32]
    bounds: NDArray[np.int64]
    parts: NDArray[np.int64]

    def match(
        self,
        rows: NDArray[np.intp],
        asked: Sequence[str],
        ids: Sequence[int],
        weights: Mapping[str, float],
    ) -> Match:
        """How a question's stems stand in the passages `rows`.

        Args:
            asked: the question's stems, in order.
            ids: their numbers in the lexical leg; -1 for one that is nowhere.
            weights: how telling each stem is.
        """
        first, last = self.parts[rows], self.parts[rows + 1]
        parts_of = np.repeat(np.arange(len(rows)), last - first)
        parts = _ranges(first, last)
        begins, ends = self.bounds[parts], self.bounds[parts + 1]
        tokens = np.asarray(self.stems[_ranges(begins, ends)])
        part = np.repeat(np.arange(len(parts)), ends - begins)
        distinct = dict(zip(ids, asked, strict=True))
        distinct.pop(-1, None)
        whole = sum(weights[stem] for stem in set(asked)) or 1.0
        holds = np.zeros((len(parts), max(len(distinct), 1)), dtype=bool)
        for column, id in enumerate(distinct):
            holds[part[tokens == id], column] = True
        weight = np.array([weights[stem] for stem in distinct.values()] or [0.0]) / whole
        offsets = np.cumsum(last - first) - (last - first)
        headed = holds | holds[offsets + 1][parts_of]
        headed[offsets] = False
        return Match(
            together=_reduced(np.maximum, headed @ weight, offsets),
            covered=(np.logical_or.reduceat(holds, offsets) @ weight).astype(np.float32),
            side_by_side=_pairs(tokens, part, parts_of, len(rows), asked, ids, weights, whole),
        )


def _pairs(
    tokens: NDArray[np.int32],
    part: NDArray[np.intp],
    parts_of: NDArray[np.intp],
    passages: int,
    asked: Sequence[str],
    ids: Sequence[int],
    weights: Mapping[str, float],
    whole: float,
) -> NDArray[np.float32]:
    found = np.zeros(passages)
    same = part[1:] == part[:-1]
    numbered = zip(ids, asked, strict=True)
    for (a, one), (b, other) in set(pairwise(numbered)):
        if a >= 0 and b >= 0:
            at = np.flatnonzero((tokens[:-1] == a) & (tokens[1:] == b) & same)
            found[np.unique(parts_of[part[at]])] += (weights[one] + weights[other]) / whole
    # Each word is in two pairs at most, so the sum is at most two.
    return (found / 2).astype(np.float32)


def _ranges(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers from each begin up to its end, one range after the other."""
    lengths = ends - begins
    starts = np.repeat(begins - (np.cumsum(lengths) - lengths), lengths)
    return np.asarray(starts + np.arange(int(lengths.sum())), dtype=np.int64)


def _reduced(
    ufunc: np.ufunc, values: NDArray[np.float64], offsets: NDArray[np.int64]
) -> NDArray[np.float32]:
    return np.asarray(ufunc.reduceat(values, offsets), dtype=np.float32)


def write(folder: Path, passages: Sequence[Passage], lexical: Lexical) -> None:
    """Writes the wording of passages below `folder`."""
    bounds, parts = [0], [0]
    with (folder / "stems.i32").open("wb") as file:
        for passage in passages:
            texts = [passage.title, " ".join(passage.headings)]
            texts += [sentence.text for sentence in sentences_of(passage.text)]
            for text in texts:
                ids = np.array(lexical.ids(stems_of(text)), dtype=np.int32)
                file.write(ids.tobytes())
                bounds.append(bounds[-1] + len(ids))
            parts.append(len(bounds) - 1)
    np.save(folder / "bounds.npy", np.array(bounds, dtype=np.int64))
    np.save(folder / "parts.npy", np.array(parts, dtype=np.int64))


def read(folder: Path, passages: int) -> Wording:
    """The wording that `write` wrote.

    Raises:
        OSError, ValueError: the files are missing or do not fit together.
    """
    bounds = np.load(folder / "bounds.npy")
    parts = np.load(folder / "parts.npy")
    stems: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
    if int(bounds[-1]):
        stems = np.asarray(np.memmap(folder / "stems.i32", dtype=np.int32, mode="r"))
    if len(stems) != bounds[-1] or len(parts) != passages + 1 or parts[-1] != len(bounds) - 1:
        raise ValueError("its words do not fit its passages")
    return Wording(stems, bounds, parts)
