"""Named signals of how well each candidate fits a question; no weights here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.encoding.encoded import Encoded, Vectors
from knowledge.index.candidates import Candidates
from knowledge.index.lexical import ENGLISH, stem_spans, stems_of
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import Weighted, closeness, shortened

# Weight of a token of a word that carries no meaning, and the most that any token weighs.
_STOP_WORD, _MOST = 0.5, 6.0


@dataclass(frozen=True)
class Wording:
    """A question in one of its wordings, with its vectors.

    Attributes:
        languages: in which its words may be, as ISO 639-1 codes.
    """

    text: str
    encoded: Encoded
    languages: tuple[str, ...] = (ENGLISH,)

    @property
    def stems(self) -> list[str]:
        """The stems of its words, in each of its languages."""
        return [stem for each in self.languages for stem in stems_of(self.text, each)]


@dataclass(frozen=True)
class Signals:
    """One number a candidate each; cosines unless said otherwise.

    Attributes:
        section: question and passage as a whole.
        window: each token of the question to its nearest token within title, headings and the
            best stretch of the text, averaged; rare words weigh more.
        weakest: the third of the question's tokens that is least at home in the passage.
        words: BM25 a word of the question, from 0 up.
        phrases: share of neighbouring words of the question that are neighbours there as well,
            0 to 1; telling words weigh more.
    """

    section: Vectors
    window: Vectors
    weakest: Vectors
    words: Vectors
    phrases: Vectors

    def weighted(self, weights: Mapping[str, float]) -> Vectors:
        """The sum of the signals that `weights` names, each times its weight."""
        total = np.zeros(len(self.section), dtype=np.float32)
        for name, weight in weights.items():
            total += np.float32(weight) * getattr(self, name)
        return total

    def of(self, places: NDArray[np.intp]) -> Signals:
        """Those of some candidates."""
        return Signals(*(getattr(self, field.name)[places] for field in fields(self)))


def with_tokens(
    rough: Signals, asked: Sequence[Weighted], candidates: Candidates, snapshot: Snapshot
) -> Signals:
    """Signals with those that the tokens of passages give, which take most of the time.

    Of several wordings of a question the nearest counts.
    """
    near = closeness(asked, snapshot.tokens, snapshot.spans(candidates.rows))
    return replace(
        rough,
        window=np.max([each.window for each in near], axis=0),
        weakest=np.max([_weakest(each.whole) for each in near], axis=0),
    )


def rough_signals_of(
    wordings: Sequence[Wording], candidates: Candidates, snapshot: Snapshot
) -> Signals:
    """The signals of every candidate, with 0 for those that the tokens of passages give."""
    nothing = np.zeros(len(candidates.rows), dtype=np.float32)
    return Signals(
        section=candidates.cosines,
        window=nothing,
        weakest=nothing,
        words=candidates.bm25 / np.float32(max(len(candidates.weights), 1)),
        phrases=np.max(
            [
                _phrases(each.text, language, candidates, snapshot)
                for each in wordings
                for language in each.languages
            ],
            axis=0,
        ),
    )


def _phrases(text: str, language: str, candidates: Candidates, snapshot: Snapshot) -> Vectors:
    """The signal `phrases` of one wording in one language."""
    stems, weights = stems_of(text, language), candidates.weights
    pairs = list(dict.fromkeys(pairwise(stems)))
    if not pairs:
        return np.zeros(len(candidates.rows), dtype=np.float32)
    telling = np.array([weights[one] + weights[other] for one, other in pairs], dtype=np.float32)
    whole = np.float32(2 * sum(weights[stem] for stem in set(stems)))
    return telling @ snapshot.lexical.holding(candidates.rows, pairs) / whole


def _weakest(near: Vectors) -> Vectors:
    """The signal `weakest` of one wording, from the nearest token to each of the question's."""
    passages, count = near.shape
    if not count:
        return np.zeros(passages, dtype=np.float32)
    third = max(1, count // 3)
    least: Vectors = np.partition(near, third - 1, axis=1)[:, :third].mean(axis=1)
    return least


def weighted(wording: Wording, weights: Mapping[str, float]) -> Weighted:
    """The tokens of a wording, shortened, with how telling each is."""
    return Weighted(shortened(wording.encoded.tokens), token_weights(wording, weights))


def token_weights(wording: Wording, weights: Mapping[str, float]) -> NDArray[np.float32]:
    """How telling each token of a question is, by the word that it is part of; the sum is one.

    Where its language is not known, a word weighs least of what it weighs in each of them.
    """
    offsets = wording.encoded.offsets
    found = np.full(len(offsets), _STOP_WORD, dtype=np.float32)
    for number, language in enumerate(wording.languages):
        own = np.full(len(offsets), _STOP_WORD, dtype=np.float32)
        for stem, start, end in stem_spans(wording.text, language):
            inside = (offsets[:, 0] >= start) & (offsets[:, 0] < end)
            own[inside] = min(max(weights.get(stem, _MOST), _STOP_WORD), _MOST)
        found = np.minimum(found, own) if number else own
    return found / np.float32(max(float(found.sum()), 1e-9))
