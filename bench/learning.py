"""What learning from use gives, on questions that nobody has taught.

Run `python -m bench.learning --index FOLDER`. Of the wordings of each section in
`starter_questions.toml`, half are taught (two people say which section answers them), and the
other half are asked before and after. The two weights of lessons are chosen on four fifths of
the sections and measured on the rest, in turn. One person alone who praises wrong sections, and
questions that nothing answers, are measured beside.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np

from bot.settings import STARTER
from ingest.sync.sync import Sync
from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import shortened
from knowledge.retrieval.confidence import Confidence, confidence_of, evidence_of
from knowledge.retrieval.lessons import Judgement, Lessons, Section, lessons_of
from knowledge.retrieval.retriever import Closer, Retriever
from knowledge.retrieval.rewriting import Rewriter
from knowledge.retrieval.signals import token_weights
from knowledge.retrieval.weights import Weights, learned

SEEDS, FOLDS = 5, 5
ALIKE = (0.3, 0.4, 0.5)
GAINS = (5.0, 10.0, 20.0, 30.0)
# The rank of the right section, from 1, and how sure the first one is.
Outcomes: TypeAlias = list[tuple[int, Confidence]]
_HERE = Path(__file__).parent
# What a wrong answer takes from a right one.
_PENALTY = 2.0


@dataclass(frozen=True)
class Taught:
    """A section's wordings, split."""

    passage: str
    source: str
    heading: str
    taught: tuple[str, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """Shares, each of the questions that were asked."""

    first: float
    third: float
    answered: float
    wrong: float

    def __str__(self) -> str:
        return f"{self.first:.3f} | {self.third:.3f} | {self.answered:.3f} | {self.wrong:.3f}"


class Library:
    """The starter library, with what was computed of each question."""

    def __init__(self, index: Index) -> None:
        Sync(index).run([STARTER])
        self.snapshot: Snapshot = index.snapshot()
        self.members = index.catalog.members(self.snapshot.version)
        self.rows = {id: row for row, id in enumerate(self.members)}
        self.passages = [self.snapshot.passage(row) for row in range(len(self.snapshot))]
        self._retriever = Retriever(index.encoder, Rewriter.of())
        self._closer: dict[str, Closer] = {}

    def closer(self, question: str) -> Closer:
        """The candidates of a question without lessons."""
        if question not in self._closer:
            whole = self.snapshot.whole_scope()
            self._closer[question] = self._retriever.look_closer(question, self.snapshot, whole)
        return self._closer[question]

    def tokens(self, question: str) -> tuple[Vectors, Vectors]:
        """The token vectors of a question as it was asked, and how much each counts."""
        closer = self.closer(question)
        wording = closer.wordings[0]
        telling = token_weights(wording, closer.among.weights)
        return shortened(wording.encoded.tokens), telling

    def ranked(self, question: str, lessons: Lessons | None) -> tuple[list[str], Confidence]:
        """The ids of the best passages of the first sections, and how sure the first is."""
        closer = self.closer(question)
        gains = lessons.gains(*self.tokens(question)) if lessons is not None else {}
        gained = np.array([gains.get(int(row), 0.0) for row in closer.among.rows], np.float32)
        scores = replace(closer, gained=gained).scores
        best: dict[tuple[str, tuple[str, ...]], int] = {}
        for place in np.argsort(-scores, kind="stable"):
            passage = self.passages[int(closer.among.rows[place])]
            best.setdefault((passage.source, passage.headings), int(place))
        places = list(best.values())
        ids = [self.members[int(closer.among.rows[place])] for place in places]
        return ids, confidence_of(evidence_of(closer.signals, scores, places, gained))


def main() -> None:
    """Prints Markdown tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="Folder for the index.")
    library = Library(Index.open(parser.parse_args().index, Encoder()))
    table = tomllib.loads((_HERE / "starter_questions.toml").read_text("utf-8"))
    sections = [(each["guide"], each["heading"], each["asked"]) for each in table["section"]]
    rows: dict[str, Outcomes] = {}
    chosen = []
    for seed in range(SEEDS):
        split = [_split(library, *each, Random(seed)) for each in sections]
        for fold in range(FOLDS):
            known = [each for place, each in enumerate(split) if place % FOLDS != fold]
            new = [each for place, each in enumerate(split) if place % FOLDS == fold]
            weights = _chosen(library, known)
            chosen.append((weights.alike_from, weights.lesson))
            for taught, judged in (("taught", split), ("not taught", known)):
                lessons = _lessons(library, _two_people(judged), weights)
                rows.setdefault(f"{taught}, before", []).extend(_outcomes(library, new, None))
                rows.setdefault(f"{taught}, after", []).extend(_outcomes(library, new, lessons))
    print("| sections | first | among three | answered | answered wrong |")
    print("| --- | --- | --- | --- | --- |")
    for name, outcomes in rows.items():
        print(f"| {name} | {_counts(outcomes)} |")
    print(f"\n{SEEDS} splits, {len(rows['taught, after'])} questions; chosen: {Counter(chosen)}\n")
    _with_shipped(library, sections, table["unanswered"]["asked"])


def _with_shipped(
    library: Library, sections: Sequence[tuple[str, str, Sequence[str]]], strange: Sequence[str]
) -> None:
    split = [_split(library, *each, Random(0)) for each in sections]
    honest, alone = _two_people(split), _one_person(split, Random(1))
    print("| with the weights that ship | first | among three | answered | wrong | unanswerable |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, judged in (
        ("nothing learned", []),
        ("two people each", honest),
        ("one person, wrong sections", alone),
        ("two people each, and one person, wrong sections", honest + alone),
    ):
        lessons = _lessons(library, judged)
        answered = [library.ranked(each, lessons)[1] is Confidence.ANSWERED for each in strange]
        counts = _counts(_outcomes(library, split, lessons))
        print(f"| {name} | {counts} | {sum(answered)} of {len(strange)} |")


def _split(
    library: Library, guide: str, heading: str, asked: Sequence[str], random: Random
) -> Taught:
    order = list(asked)
    random.shuffle(order)
    half = len(order) // 2
    passage, id = next(
        (passage, id)
        for passage, id in zip(library.passages, library.members, strict=True)
        if passage.source.endswith(f"/{guide}") and passage.heading == heading
    )
    return Taught(id, passage.source, heading, tuple(order[:half]), tuple(order[half:]))


def _two_people(split: Sequence[Taught]) -> list[Judgement]:
    return [
        Judgement(question, person, _of(each), True)
        for each in split
        for question in each.taught
        for person in ("asker", "reader")
    ]


def _one_person(split: Sequence[Taught], random: Random) -> list[Judgement]:
    """One person who says of a wrong section, again and again, that it answers."""
    wrong = list(split)
    random.shuffle(wrong)
    return [
        Judgement(question, "one", _of(other), True)
        for each, other in zip(split, wrong, strict=True)
        for question in (*each.taught, *each.asked)
    ]


def _of(each: Taught) -> Section:
    return Section(each.passage, each.source, each.heading)


def _lessons(
    library: Library, judged: Sequence[Judgement], weights: Weights | None = None
) -> Lessons:
    pairs = [(each, library.tokens(each.question)[0]) for each in judged]
    return lessons_of(pairs, library.snapshot, library.rows, {}, needed=2, weights=weights)


def _outcomes(library: Library, split: Sequence[Taught], lessons: Lessons | None) -> Outcomes:
    found = []
    for each in split:
        for question in each.asked:
            ids, confidence = library.ranked(question, lessons)
            found.append((ids.index(each.passage) + 1 if each.passage in ids else 1000, confidence))
    return found


def _counts(found: Outcomes) -> Counts:
    ranks = np.array([rank for rank, _ in found])
    sure = np.array([confidence is Confidence.ANSWERED for _, confidence in found])
    return Counts(
        float((ranks == 1).mean()),
        float((ranks <= 3).mean()),
        float(sure.mean()),
        float((sure & (ranks > 1)).mean()),
    )


def _chosen(library: Library, split: Sequence[Taught]) -> Weights:
    """The weights with which most is right where half of the sections are taught."""
    best, highest = learned(), -1.0
    judged = _two_people(split[::2])
    for alike, gain in product(ALIKE, GAINS):
        weights = replace(learned(), alike_from=alike, lesson=gain)
        lessons = _lessons(library, judged, weights)
        taught, others = (
            _counts(_outcomes(library, half, lessons)) for half in (split[::2], split[1::2])
        )
        # What others lose counts five times: nobody taught anything about them.
        value = sum(
            weight * (each.first + each.third - _PENALTY * each.wrong)
            for weight, each in ((1, taught), (5, others))
        )
        if value > highest:
            best, highest = weights, value
    return best


if __name__ == "__main__":
    main()
