"""The lexical leg: BM25 over word stems, derived from the passages."""

from __future__ import annotations

import math
import re
import threading
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TypeAlias

import bm25s
import numpy as np
import Stemmer
from bm25s import stopwords
from numpy.typing import NDArray

from knowledge.errors import IndexUnavailable
from knowledge.index.passages import EVERYONE, Passage

# Chosen on the evaluation questions: passages are short and of even length, so a repeated
# word says little (k1) and length even less (b).
K1, B = 0.9, 0.4

_ORDER, _STARTS = "order.npy", "order_starts.npy"
_BREAK = -1

# Words of a passage where nobody but some may read any.
_USUAL_LENGTH = 80.0
# So many places of a question's words are read at most: some milliseconds.
_MOST_READ = 200_000

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_QUESTION_WORDS = frozenset(
    (
        "what which who whom whose when where why how do does did can could should would may "
        "might i me my we us our you your am has have had any there is please tell"
    ).split()
)
ENGLISH = "en"
# By ISO 639-1 code: the Snowball stemmer and, where there is a list, the words that carry no
# meaning.
_STEMMERS = {
    "ar": "arabic",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    ENGLISH: "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
_STOP: dict[str, frozenset[str]] = {
    "da": frozenset(stopwords.STOPWORDS_DANISH),
    "de": frozenset(stopwords.STOPWORDS_GERMAN),
    ENGLISH: frozenset(stopwords.STOPWORDS_EN) | _QUESTION_WORDS,
    "es": frozenset(stopwords.STOPWORDS_SPANISH),
    "fr": frozenset(stopwords.STOPWORDS_FRENCH),
    "it": frozenset(stopwords.STOPWORDS_ITALIAN),
    "nl": frozenset(stopwords.STOPWORDS_DUTCH),
    "no": frozenset(stopwords.STOPWORDS_NORWEGIAN),
    "pt": frozenset(stopwords.STOPWORDS_PORTUGUESE),
    "ru": frozenset(stopwords.STOPWORDS_RUSSIAN),
    "sv": frozenset(stopwords.STOPWORDS_SWEDISH),
    "tr": frozenset(stopwords.STOPWORDS_TURKISH),
}
_NO_WORDS: frozenset[str] = frozenset()
_stemmers = threading.local()

# Which passages take part, one truth value each.
Allowed: TypeAlias = NDArray[np.bool_]


def is_stop_word(word: str) -> bool:
    """Whether an English word, in lower case, carries no meaning of its own."""
    return word in _STOP[ENGLISH]


def stems_of(text: str, language: str = ENGLISH) -> list[str]:
    """The stems of the words of `text` that carry meaning, in order and with repetitions.

    Args:
        language: its ISO 639-1 code. Words of one without a stemmer are their own stems.
    """
    return [stem for stem, _, _ in stem_spans(text, language)]


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of texts in lower case, each once, by alphabet."""
    found: set[str] = set()
    for text in texts:
        found.update(match[0].lower() for match in _WORD.finditer(text))
    return sorted(found)


def stem_spans(text: str, language: str = ENGLISH) -> list[tuple[str, int, int]]:
    """The stems that `stems_of` gives, each with where its word begins and ends."""
    words = [
        (match[0].lower().replace("’", "'"), match.start(), match.end())
        for match in _WORD.finditer(text)
    ]
    stop, stemmer = _STOP.get(language, _NO_WORDS), _stemmer(language)
    carrying = [each for each in words if each[0] not in stop]
    bare = [word.removesuffix("'s") for word, _, _ in carrying]
    stems = stemmer.stemWords(bare) if stemmer is not None else bare
    return [(stem, start, end) for stem, (_, start, end) in zip(stems, carrying, strict=True)]


def _stemmer(language: str) -> Stemmer.Stemmer | None:
    # A Snowball stemmer keeps state, so each thread has its own.
    if not hasattr(_stemmers, "known"):
        _stemmers.known = {}
    known: dict[str, Stemmer.Stemmer | None] = _stemmers.known
    if language not in known:
        name = _STEMMERS.get(language)
        known[language] = Stemmer.Stemmer(name) if name is not None else None
    return known[language]


@dataclass(frozen=True)
class _Word:
    """A stem of a question.

    Attributes:
        rows: the passages that hold it, ascending.
        values: its scores there, as it weighs among all passages.
        factor: what it weighs among the allowed ones, to that.
    """

    rows: NDArray[np.intp]
    values: NDArray[np.float32]
    factor: np.float32


@dataclass(frozen=True)
class Words:
    """The words of a question, looked up in the passages that it may be answered from.

    Attributes:
        weights: how telling each stem is among these: its inverse document frequency. A stem that
            none of them holds weighs most.
    """

    weights: dict[str, float]
    _rarest_first: Sequence[_Word]
    _allowed: Allowed

    def best(self, count: int) -> NDArray[np.intp]:
        """The `count` allowed passages with the highest scores, in no order.

        Words that few passages hold come first. Those that very many hold only count for the
        passages found with the others.
        """
        scores = np.zeros(len(self._allowed), dtype=np.float32)
        read = 0
        for word in self._rarest_first:
            if read and read + len(word.rows) > _MOST_READ:
                break
            read += len(word.rows)
            scores[word.rows] += word.values * word.factor
        found = np.flatnonzero(scores >= self._floor(scores, 4 * count))
        found = _highest(found[self._allowed[found]], scores, 4 * count)
        scores[found] = self.scores_of(found)
        return _highest(found, scores, count)

    def _floor(self, scores: NDArray[np.float32], count: int) -> np.float32:
        """A score that the `count` best have at least: as many with the rarest word have it."""
        rows = self._rarest_first[0].rows if self._rarest_first else np.zeros(0, dtype=np.intp)
        among = scores[rows[self._allowed[rows]]]
        if len(among) < count:
            return np.finfo(np.float32).tiny
        floor: np.float32 = np.partition(among, -count)[-count]
        return floor

    def scores_of(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """BM25 of some passages, from 0 up."""
        scores = np.zeros(len(rows), dtype=np.float32)
        for word in self._rarest_first:
            places, holds = _found(rows, word.rows)
            scores[holds] += word.values[places[holds]] * word.factor
        return scores


class Lexical:
    """BM25 scores of passages for the words of a question."""

    def __init__(
        self, engine: bm25s.BM25, order: NDArray[np.int32], starts: NDArray[np.int64]
    ) -> None:
        self._engine = engine
        # The numbers of the stems of all passages as they stand there, `_BREAK` after the headings
        # and after each passage; and where each passage begins in it.
        self._order = order
        self._starts = starts
        self._passages = len(starts) - 1

    @classmethod
    def build(cls, passages: Sequence[Passage], languages: Sequence[str] = ()) -> Lexical:
        """The leg over `passages`, each with its title and headings.

        Args:
            languages: each passage's; English by default.
        """
        # bm25s wants one word at least; no stem has a space in it.
        parts = [
            (stems_of(each.context, language), stems_of(each.text, language))
            for each, language in zip(passages, languages or [ENGLISH] * len(passages), strict=True)
        ]
        words = [context + text for context, text in parts] + [[" "]]
        open_to_all = [
            len(stems)
            for stems, each in zip(words, passages, strict=False)
            if each.audience == EVERYONE
        ]
        usual = max(fmean(open_to_all), 1.0) if open_to_all else _USUAL_LENGTH
        k1, b = _relative_to(usual, fmean(map(len, words)))
        engine = bm25s.BM25(k1=k1, b=b, method="lucene")
        engine.index(words, show_progress=False)
        return cls(engine, *_in_order(parts, engine.vocab_dict))

    @classmethod
    def load(cls, folder: Path) -> Lexical:
        """The leg that `save` wrote.

        Raises:
            IndexUnavailable: the files do not fit together.
        """
        engine = bm25s.BM25.load(str(folder), mmap=True, load_corpus=False, show_progress=False)
        starts = np.load(folder / _STARTS)
        order = np.asarray(np.load(folder / _ORDER, mmap_mode="r" if starts[-1] else None))
        if int(engine.scores["num_docs"]) != len(starts) or len(order) != starts[-1]:
            raise IndexUnavailable("The lexical part of the index is damaged.")
        return cls(engine, order, starts)

    def save(self, folder: Path) -> None:
        """Writes the leg below `folder`."""
        self._engine.save(str(folder), show_progress=False)
        np.save(folder / _ORDER, self._order)
        np.save(folder / _STARTS, self._starts)

    def words(self, stems: Sequence[str], allowed: Allowed | None = None) -> Words:
        """A question's words, which weigh as if there were none but the `allowed` passages.

        Args:
            stems: of its words.
            allowed: all passages by default.
        """
        allowed = np.ones(self._passages, dtype=np.bool_) if allowed is None else allowed
        among = int(np.count_nonzero(allowed))
        weights, found = {}, {}
        for stem, id in zip(stems, self.ids(stems), strict=True):
            rows, values = self._postings(id)
            # Where all are allowed, none has to be looked up.
            holding = len(rows) if among == len(allowed) else int(np.count_nonzero(allowed[rows]))
            weights[stem] = _idf(among, holding)
            if len(rows):
                factor = weights[stem] / _idf(self._passages + 1, len(rows))
                found[stem] = _Word(rows, values, np.float32(factor))
        return Words(weights, sorted(found.values(), key=lambda each: len(each.rows)), allowed)

    def holding(
        self, rows: NDArray[np.intp], pairs: Sequence[tuple[str, str]]
    ) -> NDArray[np.bool_]:
        """Which of some passages hold two stems next to each other, shape (pairs, rows).

        The last stem of the headings and the first of the text are no neighbours.
        """
        held = np.zeros((len(pairs), len(rows)), dtype=np.bool_)
        parts = [self._order[self._starts[row] : self._starts[row + 1]] for row in rows]
        if not parts:
            return held
        order = np.concatenate(parts)
        of = np.repeat(np.arange(len(rows)), [len(part) for part in parts])
        firsts, seconds = (
            (self.ids(side) for side in zip(*pairs, strict=True)) if pairs else ((), ())
        )
        for number, (one, other) in enumerate(zip(firsts, seconds, strict=True)):
            if one >= 0 and other >= 0:
                held[number, of[:-1][(order[:-1] == one) & (order[1:] == other)]] = True
        return held

    def ids(self, stems: Iterable[str]) -> list[int]:
        """The numbers of stems in this index; -1 for one that no passage holds."""
        known = self._engine.vocab_dict
        return [int(known.get(stem, -1)) for stem in stems]

    def _postings(self, id: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """The passages that hold a stem, ascending, and its scores there; none for -1."""
        if id < 0:
            return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.float32)
        columns = self._engine.scores
        begin, end = columns["indptr"][id], columns["indptr"][id + 1]
        rows, values = np.asarray(columns["indices"][begin:end]), columns["data"][begin:end]
        if len(rows) and int(rows[-1]) >= self._passages:
            mine = rows < self._passages
            return rows[mine], np.asarray(values)[mine]
        return rows, np.asarray(values)


def _in_order(
    parts: Sequence[tuple[list[str], list[str]]], ids: Mapping[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The stems of headings and texts by their numbers, and where each passage begins."""
    order = array("i")
    starts = [0]
    for context, text in parts:
        for stems in (context, text):
            order.extend(ids[stem] for stem in stems)
            order.append(_BREAK)
        starts.append(len(order))
    return np.array(order, dtype=np.int32), np.array(starts, dtype=np.int64)


def _relative_to(usual: float, average: float) -> tuple[float, float]:
    """The k1 and b that compare lengths with a usual one where BM25 does so with the average.

    What only some may read must not change the scores that others get, not even by its length.
    """
    fixed, by_length = K1 * (1 - B), K1 * B * average / usual
    return fixed + by_length, by_length / (fixed + by_length)


def _found(
    rows: NDArray[np.intp], among: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where rows stand in others, ascending ones, and which of them do."""
    if not len(among):
        return np.zeros(len(rows), dtype=np.intp), np.zeros(len(rows), dtype=np.bool_)
    places = np.minimum(np.searchsorted(among, rows.astype(among.dtype)), len(among) - 1)
    return places, among[places] == rows


def _highest(rows: NDArray[np.intp], scores: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Those `count` of some rows that have the highest scores."""
    if len(rows) <= count:
        return rows
    return rows[np.argpartition(-scores[rows], count)[:count]]


def _idf(passages: int, holding: int) -> float:
    """Lucene's: ln(1 + (N - n + 0.5) / (n + 0.5)), n of N passages hold the stem."""
    return math.log1p(max(passages - holding + 0.5, 0.5) / (holding + 0.5))
