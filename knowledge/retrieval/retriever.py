"""Finds the sections that may answer a question, and says how likely the first one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.index.candidates import Candidates, candidates
from knowledge.index.languages import language_of, reads
from knowledge.index.passages import Hit, Passage, Scope
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import Weighted, shortened
from knowledge.retrieval.confidence import Evidence, evidence_of
from knowledge.retrieval.lessons import Lessons
from knowledge.retrieval.nearest_sentence import by_sentence, place_that_goes_on
from knowledge.retrieval.rewriting import Rewriter, corrected
from knowledge.retrieval.signals import (
    Signals,
    Wording,
    rough_signals_of,
    token_weights,
    weighted,
    with_tokens,
)
from knowledge.retrieval.weights import learned

# Passages that are found: the nearest, and as many by BM25.
CANDIDATES = 100
# Those of them whose tokens are compared with the question's: the best by all other signals. The
# right section is as often first, and among three, five and ten, as if all were
# (docs/benchmarks.md).
_COMPARED = 100
# Sections that are shown at most; their sentences are weighed.
_SHOWN = 3


@dataclass(frozen=True)
class Found:
    """What was found for a question.

    Attributes:
        question: as it was searched for.
        hits: the best passage of each section, the best first.
        weights: how telling each stem of the question is in this index (inverse document
            frequency); stems that no passage holds weigh most.
        version: of the index.
        evidence: what confidence rests on; None where nothing was found.
        unreadable: code of the question's language if the embedding model cannot read it.
        foreign: code of the language of all that came nearest, if the model cannot read it.
    """

    question: str
    hits: tuple[Hit, ...]
    weights: dict[str, float]
    version: str
    evidence: Evidence | None = None
    unreadable: str = ""
    foreign: str = ""


@dataclass(frozen=True)
class Closer:
    """What is known of a question's candidates.

    Attributes:
        wordings: the question's, the first as it was asked.
        asked: the tokens of each.
        gained: what each candidate's score gains from lessons.
    """

    wordings: list[Wording]
    asked: list[Weighted]
    among: Candidates
    signals: Signals
    gained: Vectors

    @property
    def scores(self) -> Vectors:
        """How well each candidate fits, comparable within one question."""
        return self.signals.weighted(learned().ranking) + self.gained


class Retriever:
    """Searches snapshots for questions in people's own words."""

    def __init__(self, encoder: Encoder, rewriter: Rewriter) -> None:
        self._encoder = encoder
        self._rewriter = rewriter

    def look_closer(
        self, question: str, snapshot: Snapshot, scope: Scope, lessons: Lessons | None = None
    ) -> Closer:
        """The wordings of a question, its candidates, their signals and what they gain."""
        named = self._rewriter.without_products(question, snapshot.title_words)
        spelled = corrected(named, snapshot.vocabulary, self._encoder.is_word)
        texts = dict.fromkeys((spelled, self._rewriter.rewritten(spelled)))
        languages = _languages(spelled, snapshot, scope)
        encode = self._encoder.encode_question_with_tokens
        wordings = [Wording(text, encode(text), languages) for text in texts]
        vector = np.mean([wording.encoded.vector for wording in wordings], axis=0)
        vector /= max(float(np.linalg.norm(vector)), 1e-9)
        stems = [stem for each in wordings for stem in each.stems]
        gains = _gains(wordings[0], snapshot, scope, lessons) if lessons is not None else {}
        among = candidates(snapshot, vector, stems, scope, CANDIDATES, list(gains))
        gained = np.array([gains.get(int(row), 0.0) for row in among.rows], dtype=np.float32)
        rough = rough_signals_of(wordings, among, snapshot)
        best = _best(rough.weighted(learned().ranking), gained)
        among, gained = among.of(best), gained[best]
        asked = [weighted(wording, among.weights) for wording in wordings]
        signals = with_tokens(rough.of(best), asked, among, snapshot)
        return Closer(wordings, asked, among, signals, gained)

    def find(
        self,
        question: str,
        snapshot: Snapshot,
        scope: Scope,
        most: int = 10,
        lessons: Lessons | None = None,
    ) -> Found:
        """The best sections within `scope`, at most `most`, the best first.

        A passage outside the scope takes no part: it is neither scored nor counted.

        Args:
            lessons: what people said of sections of this snapshot.
        """
        language = language_of(question)
        if language is not None and not reads(self._encoder.name, language):
            return Found(question, (), {}, snapshot.version, unreadable=language)
        if not snapshot.within(scope).any():
            return Found(question, (), {}, snapshot.version)
        closer = self.look_closer(question, snapshot, scope, lessons)
        among, signals = closer.among, closer.signals
        scores = closer.scores
        sections = _sections(scores, among, snapshot, most)
        if not sections:
            return Found(question, (), among.weights, snapshot.version)
        places = [place for place, _ in sections]
        evidence = evidence_of(signals, scores, places, closer.gained)
        further = place_that_goes_on(closer.asked, snapshot, among.rows, places[0])
        if further is not None:
            scores = scores.copy()
            scores[further] = np.nextafter(scores[places[0]], np.float32(np.inf))
            sections = _sections(scores, among, snapshot, most)
        shown = [int(among.rows[place]) for place, _ in sections[:_SHOWN]]
        foreign = _foreign(self._encoder.name, [snapshot.language(row) for row in shown])
        if foreign:
            return Found(question, (), among.weights, snapshot.version, foreign=foreign)
        hits: list[Hit] = []
        for place, passage in sections:
            near: tuple[float, ...] = ()
            if len(hits) < _SHOWN:
                near = by_sentence(
                    passage, closer.asked, snapshot.tokens_of(int(among.rows[place]))
                )
            hits.append(Hit(passage, float(scores[place]), float(signals.section[place]), near))
        return Found(question, tuple(hits), among.weights, snapshot.version, evidence)


def _languages(question: str, snapshot: Snapshot, scope: Scope) -> tuple[str, ...]:
    """The languages in which a question's words are looked up: its own, or all that there are."""
    there = snapshot.languages(scope)
    own = language_of(question) if len(there) > 1 else None
    return (own,) if own in there else tuple(there)


def _best(scores: Vectors, gained: Vectors) -> NDArray[np.intp]:
    """The places of the best candidates, ascending; what gained from lessons comes first."""
    order = np.argsort(np.where(gained > 0, -np.inf, -scores), kind="stable")
    return np.sort(order[:_COMPARED])


def _gains(
    wording: Wording, snapshot: Snapshot, scope: Scope, lessons: Lessons
) -> dict[int, float]:
    words = snapshot.lexical.words(wording.stems, snapshot.within(scope))
    telling = token_weights(wording, words.weights)
    return lessons.gains(shortened(wording.encoded.tokens), telling)


def _foreign(model: str, languages: Sequence[str]) -> str:
    """The first of passages' languages if a model can read none of them; empty if it can."""
    return "" if any(reads(model, code) for code in languages) else languages[0]


def _sections(
    scores: Vectors, among: Candidates, snapshot: Snapshot, most: int
) -> list[tuple[int, Passage]]:
    """The best candidate of each section that may be quoted, the best first, at most `most`."""
    best: dict[tuple[str, tuple[str, ...]], tuple[int, Passage]] = {}
    for place in np.argsort(-scores, kind="stable"):
        passage = snapshot.passage(int(among.rows[place]))
        if not passage.role:
            # Without headings, every passage is a section of its own.
            name = passage.headings or (passage.id,)
            best.setdefault((passage.source, name), (int(place), passage))
        if len(best) == most:
            break
    return list(best.values())
