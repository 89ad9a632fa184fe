"""Lessons from use: what people say answers a question ranks higher for questions like it.

A section gains by how near the question comes to those for which people said that it helps; and
not by the nearest of these people, but by as many of them as are needed: with two needed, the
second nearest counts, so nobody moves anything alone. Whoever said that the section did not help
with a question as near as theirs makes it one person more. What an admin approved counts by
itself. Where the section's words have changed since, what was said counts half; where it is gone,
not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from knowledge.encoding.encoded import Vectors
from knowledge.index.passages import EVERYONE, Passage
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import DIMENSIONS
from knowledge.retrieval.weights import Weights, learned

# What is said of a section counts so much once its words have changed.
_CHANGED = 0.5


@dataclass(frozen=True)
class Section:
    """A section under an answer, as it was then."""

    passage_id: str
    source: str
    heading: str


@dataclass(frozen=True)
class Judgement:
    """What one person said of a section under an answer.

    Attributes:
        question: the words that were answered.
        person: tells people apart; nothing else is known of them.
        helps: whether the section answers the question.
        beside: the other sections under the same answer.
        approved: whether an admin agreed, so that it counts by itself.
    """

    question: str
    person: str
    section: Section
    helps: bool
    beside: tuple[Section, ...] = ()
    approved: bool = False


@dataclass(frozen=True)
class _Lesson:
    """A judgement of which the section is still there.

    Attributes:
        rows: the section's passages in the snapshot.
        trust: 1, or less where the section's words have changed.
    """

    person: str
    helps: bool
    rows: tuple[int, ...]
    trust: float
    approved: bool


@dataclass(frozen=True)
class Lessons:
    """What was learned from people, for one snapshot.

    Attributes:
        version: of the snapshot.
        needed: how many people have to agree.
        weights: from where on questions are alike, and what a section gains.
    """

    version: str
    needed: int
    weights: Weights
    _lessons: tuple[_Lesson, ...]
    _tokens: Vectors
    _starts: NDArray[np.int64]

    def gains(self, tokens: Vectors, telling: Vectors) -> dict[int, float]:
        """What the passages of sections gain in their score for a question, by row.

        Args:
            tokens: the question's, shortened.
            telling: how much each of them counts; their sum is one.
        """
        if not self._lessons or not len(tokens):
            return {}
        start = self.weights.alike_from
        # Each token to its nearest in the other question, as between question and passage.
        nearest = np.maximum.reduceat(tokens @ self._tokens.T, self._starts, axis=1)
        alike = telling @ nearest
        yes: dict[int, dict[str, float]] = defaultdict(dict)
        no: dict[int, dict[str, float]] = defaultdict(dict)
        approved: dict[int, float] = defaultdict(float)
        for place in np.flatnonzero(alike > start):
            lesson, near = self._lessons[place], float(alike[place] - start) / (1 - start)
            for row in lesson.rows:
                by_person = yes[row] if lesson.helps else no[row]
                trusted = min(near, 1.0) * lesson.trust
                by_person[lesson.person] = max(by_person.get(lesson.person, 0.0), trusted)
                if lesson.helps and lesson.approved:
                    approved[row] = max(approved[row], trusted)
        gained = {
            row: max(approved[row], self._agreed(yes[row].values(), no[row].values()))
            for row in yes
        }
        return {row: self.weights.lesson * gain for row, gain in gained.items() if gain > 0}

    def _agreed(self, yes: Iterable[float], no: Iterable[float]) -> float:
        """How near, 0 to 1, as many people as are needed were with their questions."""
        against = list(no)
        for people, near in enumerate(sorted(yes, reverse=True), 1):
            if people >= self.needed + sum(other >= near for other in against):
                return near
        return 0.0


def lessons_of(
    judged: Sequence[tuple[Judgement, Vectors]],
    snapshot: Snapshot,
    rows: Mapping[str, int],
    sources: Mapping[str, Sequence[str]],
    needed: int,
    weights: Weights | None = None,
) -> Lessons:
    """What judgements teach about the sections of a snapshot.

    A question that was answered from a guide for some people only teaches about guides for
    the same people.

    Args:
        judged: each judgement with the shortened token vectors of its question.
        rows: of the snapshot's passages by their ids.
        sources: the ids of the passages of each source.
        needed: how many people have to agree.
        weights: those that ship by default.
    """
    sections = _Sections(snapshot, rows, sources)
    found: list[_Lesson] = []
    tokens: list[Vectors] = []
    for judgement, words in judged:
        held, trust = sections.rows_of(judgement.section)
        if held and len(words) and sections.may_teach(judgement, held):
            approved = judgement.approved
            found.append(_Lesson(judgement.person, judgement.helps, held, trust, approved))
            tokens.append(words)
    return Lessons(
        version=snapshot.version,
        needed=needed,
        weights=weights or learned(),
        _lessons=tuple(found),
        _tokens=np.concatenate(tokens) if tokens else np.zeros((0, DIMENSIONS), np.float32),
        _starts=np.cumsum([0, *map(len, tokens[:-1])], dtype=np.int64),
    )


class _Sections:
    """Finds sections of earlier answers in a snapshot."""

    def __init__(
        self, snapshot: Snapshot, rows: Mapping[str, int], sources: Mapping[str, Sequence[str]]
    ) -> None:
        self._snapshot = snapshot
        self._rows = rows
        self._sources = sources
        self._known: dict[int, Passage] = {}

    def rows_of(self, section: Section) -> tuple[tuple[int, ...], float]:
        """The rows of a section, and how far what was said of it can be trusted."""
        row = self._row_of(section.passage_id)
        if row is not None:
            return (row,), 1.0
        same = (
            row
            for row in self._of_source(section.source)
            if self._passage(row).heading == section.heading
        )
        return tuple(same), _CHANGED

    def may_teach(self, judgement: Judgement, rows: Iterable[int]) -> bool:
        """Whether everything under the answer may be read by whoever may read `rows`."""
        audiences = {self._passage(row).audience for row in rows}
        under = [self._audiences(each) for each in (judgement.section, *judgement.beside)]
        return all(under) and set(chain.from_iterable(under)) <= audiences | {EVERYONE}

    def _audiences(self, section: Section) -> set[str]:
        """Who may read a section now; nobody where its guide is gone."""
        row = self._row_of(section.passage_id)
        rows = [row] if row is not None else self._of_source(section.source)
        return {self._passage(each).audience for each in rows}

    def _of_source(self, source: str) -> list[int]:
        rows = map(self._row_of, self._sources.get(source, ()))
        return [row for row in rows if row is not None]

    def _row_of(self, id: str) -> int | None:
        row = self._rows.get(id)
        return row if row is not None and self._passage(row).id == id else None

    def _passage(self, row: int) -> Passage:
        if row not in self._known:
            self._known[row] = self._snapshot.passage(row)
        return self._known[row]
