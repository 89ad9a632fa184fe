from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.answerer import LONGEST_QUESTION, Answerer
from knowledge.index import snapshot as snapshots
from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.index import Index
from knowledge.index.passages import Hit, Passage, Scope
from knowledge.index.snapshot import Snapshot
from knowledge.index.store import pack
from knowledge.retrieval.lexical import stems_of
from knowledge.retrieval.retriever import CANDIDATES, find
from tests.knowledge.passages import passage, written

QUESTION = "How much of the budget goes to change management?"
ANSWER = "Plan 15–20 % of the budget for change management."


class Fixed(Encoder):
    """Gives the same vector for every question, and loads no model."""

    def __init__(self, question: Vectors) -> None:
        super().__init__("fixed")
        self.question = question

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.array([self.question] * len(texts))

    def encode_question(self, text: str) -> Vectors:
        return self.question


class Drawn(Fixed):
    """Vectors of a die."""

    def __init__(self, seed: int) -> None:
        self.dice = np.random.default_rng(seed)
        super().__init__(self.vectors(1)[0])

    def vectors(self, count: int) -> Vectors:
        vectors = self.dice.normal(size=(count, 8)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def repeated(folder: Path, encoder: Encoder, kept: Sequence[Passage]) -> Snapshot:
    """A snapshot in which equal texts are encoded once."""
    texts = sorted({each.text for each in kept})
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    packed = {each.id: pack(vectors[each.text][None]) for each in kept}
    rows = iter([(each, vectors[each.text]) for each in kept])
    snapshots.write(folder, "v1", encoder.name, rows, packed)
    return snapshots.read(folder, "v1")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Snapshot:
    made = [
        passage(ANSWER, headings=("Shares of the budget",)),
        passage("The sponsor asks for results every month.", tool="copilot", kind="playbook"),
        passage("Champions get a budget of two hours a week.", audience="champions", kind="faq"),
        passage("Admins change the settings of the scanner.", audience="admins", tool="scanner"),
        passage("Cats sleep all day.", headings=("Animals", "Cats")),
    ]
    return written(tmp_path_factory.mktemp("snapshots"), encoder, made)


def allowed(each: Passage, scope: Scope) -> bool:
    return (
        (each.audience == "everyone" or each.audience in scope.audiences)
        and (scope.tool is None or each.tool in ("any", scope.tool))
        and (not scope.kinds or each.kind in scope.kinds)
    )


scopes = st.builds(
    Scope,
    audiences=st.frozensets(st.sampled_from(["everyone", "champions", "admins", "x"])),
    tool=st.sampled_from([None, "any", "copilot", "scanner", "unknown"]),
    kinds=st.frozensets(st.sampled_from(["guide", "playbook", "faq", "poem"])),
)


@settings(deadline=None, max_examples=40)
@given(scopes)
def test_exactly_the_passages_in_scope_are_found(library: Snapshot, scope: Scope):
    found = find(QUESTION, library, Fixed(library.vectors[0]), scope)
    everything = [library.passage(row) for row in range(len(library))]
    expected = {each.id for each in everything if allowed(each, scope)}
    assert {hit.passage.id for hit in found.hits} == expected


@pytest.mark.parametrize(
    ("hidden", "scope"),
    [
        ({"audience": "admins"}, Scope()),
        ({"audience": "admins"}, Scope(frozenset({"champions"}))),
        ({"tool": "scanner"}, Scope(tool="copilot")),
        ({"kind": "faq"}, Scope(kinds=frozenset({"guide"}))),
    ],
)
@pytest.mark.parametrize(
    "text",
    ["Budget hours are short.", "Money for helping people adopt it is a fifth of the cost."],
    ids=["by words", "by meaning"],
)
def test_what_may_not_be_read_takes_no_place_from_what_may(
    tmp_path: Path, encoder: Encoder, hidden: dict[str, str], scope: Scope, text: str
):
    better = [passage(ANSWER, f"hidden {n}", **hidden) for n in range(CANDIDATES + 20)]
    seen = passage(text, "seen")
    snapshot = repeated(tmp_path, encoder, [*better, seen])
    for most in (1, 10):
        found = find(QUESTION, snapshot, encoder, scope, most=most)
        assert [hit.passage.id for hit in found.hits] == ["seen"]


def test_the_best_of_either_leg_is_among_many(tmp_path: Path, encoder: Encoder):
    many = [passage("The weather is fine.", f"m{n}") for n in range(2 * CANDIDATES)]
    by_words = passage("Zyx wvu.", "by words")
    by_meaning = passage("A fifth of the money helps people to adopt it.", "by meaning")
    snapshot = repeated(tmp_path, encoder, [*many, by_words, by_meaning])
    found = find("zyx wvu", snapshot, encoder, Scope())
    assert found.hits[0].passage.id == "by words"
    found = find("How much is spent on adoption?", snapshot, encoder, Scope())
    assert found.hits[0].passage.id == "by meaning"


def test_hits_are_in_order_and_carry_their_way_there(library: Snapshot, encoder: Encoder):
    everything = Scope(frozenset({"everyone", "champions", "admins"}))
    found = find(QUESTION, library, encoder, everything)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert found.hits[0].passage.text == ANSWER
    question = encoder.encode([QUESTION])[0]
    for hit in found.hits:
        row = next(n for n in range(len(library)) if library.passage(n) == hit.passage)
        assert hit.dense == pytest.approx(library.vectors[row] @ question, abs=1e-6)
        assert hit.lexical == library.lexical.scores(stems_of(QUESTION))[row]
        assert len(hit.closeness) == 1
        own, *heading = encoder.encode([hit.passage.text, *hit.passage.headings[-1:]]) @ question
        assert hit.closeness[0] == pytest.approx(own, abs=0.02)
        assert (hit.asked is None) == (not heading)
        assert hit.asked is None or hit.asked == pytest.approx(heading[0], abs=0.02)
    assert found.weights.keys() == {"budget", "chang", "manag"} | set(stems_of("much goes"))
    assert found.version == "v1"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
def test_hits_are_so_many_each_once_and_as_close_as_their_vectors_are(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, most: int
):
    encoder = Drawn(seed)
    words = encoder.dice.choice(["budget", "sponsor", "wave"], size=(count, 3))
    made = [passage(f"{' '.join(each)}. Yes.", f"p{n}") for n, each in enumerate(words)]
    dense, units = encoder.vectors(count), [encoder.vectors(2) for _ in range(count)]
    packed = {each.id: pack(vectors) for each, vectors in zip(made, units, strict=True)}
    folder = tmp_path_factory.mktemp("snapshots")
    snapshots.write(folder, "v1", "drawn", zip(made, dense, strict=True), packed)
    snapshot = snapshots.read(folder, "v1")
    found = find("budget wave", snapshot, encoder, Scope(), most=most)
    assert len({hit.passage.id for hit in found.hits}) == len(found.hits) == min(count, most)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0
    lexical = snapshot.lexical.scores(stems_of("budget wave"))
    for hit in found.hits:
        row = int(hit.passage.id[1:])
        assert hit.dense == pytest.approx(dense[row] @ encoder.question, abs=1e-5)
        assert hit.lexical == pytest.approx(lexical[row])
        own = units[row] @ encoder.question
        np.testing.assert_allclose(hit.closeness, own, atol=0.02)


def test_a_passage_without_sentence_vectors_is_found_by_its_own(tmp_path: Path, encoder: Encoder):
    made = [passage(ANSWER), passage("Cats sleep.")]
    rows = zip(made, encoder.encode([each.text for each in made]), strict=True)
    snapshots.write(tmp_path, "v1", encoder.name, rows, {})
    found = find(QUESTION, snapshots.read(tmp_path, "v1"), encoder, Scope())
    assert found.hits[0].passage.text == ANSWER
    assert found.hits[0].closeness == ()
    assert found.hits[0].closest == found.hits[0].dense


def test_a_single_passage_and_equal_passages_do_no_harm(tmp_path: Path, encoder: Encoder):
    one = repeated(tmp_path / "one", encoder, [passage(ANSWER, "a")])
    assert len(find(QUESTION, one, encoder, Scope()).hits) == 1
    same = repeated(tmp_path / "same", encoder, [passage(ANSWER, str(n)) for n in range(4)])
    found = find(QUESTION, same, encoder, Scope())
    assert [hit.passage.id for hit in found.hits] == ["0", "1", "2", "3"]


def test_an_empty_snapshot_holds_nothing(tmp_path: Path, encoder: Encoder):
    snapshots.write(tmp_path, "v1", encoder.name, iter(()), {})
    found = find(QUESTION, snapshots.read(tmp_path, "v1"), encoder, Scope())
    assert found.hits == ()
    assert found.version == "v1"


def test_an_empty_index_gives_nothing(tmp_path: Path, encoder: Encoder):
    found = Answerer(Index.open(tmp_path, encoder)).find(QUESTION)
    assert (found.question, found.hits, found.version) == (QUESTION, (), "")


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "???", "🙂🙂🙂", "\0\0", "—…!", "<>&*_~`"])
def test_a_question_without_a_word_is_not_searched_for(index: Index, question: str):
    assert Answerer(index).find(question).hits == ()


@pytest.mark.parametrize(
    "question",
    [
        "what is the",
        "x" * 10_000,
        "budget " * 2_000,
        "🙂 budget 🙂",
        "'; DROP TABLE index_files; --",
        "budget\0 of the\0 sponsor",
        "%s %d {0} ${x} \\x00 \\",
        "\u202ebudget\u202c",
        pytest.param(
            "budget \ud83d",
        ),
        "預算是多少？",
        "SELECT * FROM index_versions WHERE live = 1 OR 1=1",
        "ﷺ ﬁ İ ſ",
    ],
)
def test_an_odd_question_is_searched_for_like_any_other(index: Index, question: str):
    found = Answerer(index).find(question)
    assert 0 < len(found.hits) <= 10
    assert all(np.isfinite([hit.score, hit.dense, hit.lexical]).all() for hit in found.hits)
    assert len(found.question) <= LONGEST_QUESTION


@settings(deadline=None, max_examples=10)
@given(st.text(max_size=100))
def test_any_text_can_be_asked(index: Index, question: str):
    answerer = Answerer(index)
    answer = answerer.answer(answerer.find(question))
    assert answer.text
    assert "\n" not in answer.question


def test_white_space_and_case_make_no_difference(index: Index):
    answerer = Answerer(index)
    plain, odd = (
        answerer.find(text)
        for text in (QUESTION, "  How much  of the\nbudget goes\tto change management? ")
    )
    assert plain == odd
    loud = answerer.find(QUESTION.upper())
    assert [hit.passage.id for hit in loud.hits] == [hit.passage.id for hit in plain.hits]


def test_the_closest_of_a_hit_is_its_best_unit_or_heading():
    hit = Hit(passage("x"), 1.0, 0.3, 0.0, (0.1, 0.5), 0.4)
    assert hit.closest == 0.5
    assert replace(hit, asked=0.7).closest == 0.7
    assert replace(hit, asked=None).closest == 0.5
    assert replace(hit, asked=None, closeness=()).closest == 0.3


def test_a_passage_asked_for_word_by_word_scores_one_at_most(tmp_path: Path, encoder: Encoder):
    text = "Plan budget sponsor champion pilot wave nurse scanner override measure."
    snapshot = written(tmp_path, encoder, [passage(text), passage("Cats sleep.")])
    assert find(text, snapshot, encoder, Scope()).hits[0].score <= 1
