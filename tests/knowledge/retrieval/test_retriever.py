from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.answerer import LONGEST_QUESTION, Answerer
from knowledge.encoding.encoder import Encoder
from knowledge.index import snapshot as snapshots
from knowledge.index.index import Index
from knowledge.index.passages import Passage, Scope
from knowledge.index.snapshot import Snapshot
from knowledge.retrieval.retriever import CANDIDATES, Retriever
from knowledge.retrieval.rewriting import Rewriter
from tests.knowledge.passages import Hashed, Remembering, find, passage, written
from tests.support.examples import examples

QUESTION = "How much of the budget goes to change management?"
ANSWER = "Plan 15–20 % of the budget for change management."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Snapshot:
    made = [
        passage(ANSWER, headings=("Shares of the budget",)),
        passage(
            "The sponsor asks for results every month.",
            headings=("Results",),
            tool="copilot",
            kind="playbook",
        ),
        passage(
            "Champions get a budget of two hours a week.",
            headings=("Champions",),
            audience="champions",
            kind="faq",
        ),
        passage(
            "Admins change the settings of the scanner.",
            headings=("Settings",),
            audience="admins",
            tool="scanner",
        ),
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


@settings(deadline=None, max_examples=examples(40))
@given(scopes)
def test_exactly_the_passages_in_scope_are_found(library: Snapshot, encoder: Encoder, scope: Scope):
    found = find(QUESTION, library, encoder, scope)
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
    better = [
        passage(ANSWER, f"hidden {n}", headings=(str(n),), **hidden) for n in range(CANDIDATES + 20)
    ]
    seen = passage(text, "seen")
    snapshot = written(tmp_path, Remembering(encoder), [*better, seen])
    for most in (1, 10):
        found = find(QUESTION, snapshot, encoder, scope, most=most)
        assert [hit.passage.id for hit in found.hits] == ["seen"]


def test_the_best_of_either_leg_is_among_many(tmp_path: Path, encoder: Encoder):
    many = [
        passage("The weather is fine.", f"m{n}", headings=(str(n),)) for n in range(2 * CANDIDATES)
    ]
    by_words = passage("Zyx wvu.", "by words", headings=("Words",))
    by_meaning = passage(
        "A fifth of the money helps people to adopt it.", "by meaning", headings=("Meaning",)
    )
    snapshot = written(tmp_path, Remembering(encoder), [*many, by_words, by_meaning])
    found = find("zyx wvu", snapshot, encoder, Scope())
    assert found.hits[0].passage.id == "by words"
    found = find("How much is spent on adoption?", snapshot, encoder, Scope())
    assert found.hits[0].passage.id == "by meaning"


OTHER = "Nurses and drivers were asked on paper, in the canteen, through four weeks of rain."
SHARED = "The pilot of the assistant in the warehouse began with a survey of all shifts."


@pytest.mark.parametrize("headings", [(), ("Pilot",)])
@pytest.mark.parametrize(
    ("text", "after", "first"),
    [
        (f"We had a pilot in the warehouse. {SHARED}", f"{SHARED} {OTHER}", "after"),
        (f"{SHARED} Last year was calm.", "Last year was calm. Nurses did well.", "text"),
        (SHARED, "Nurses answered first.", "text"),
    ],
)
def test_what_goes_on_after_the_nearest_sentence_comes_before_what_ends_with_it(
    tmp_path: Path, encoder: Encoder, headings: tuple[str, ...], text: str, after: str, first: str
):
    passages = [
        passage("The canteen opens at noon.", "canteen", headings=("Canteen",)),
        passage(text, "text", headings=headings),
        passage(after, "after", headings=headings),
    ]
    snapshot = written(tmp_path, Remembering(encoder), passages)
    found = find("How did the pilot in the warehouse begin?", snapshot, encoder, Scope())
    ids = [hit.passage.id for hit in found.hits]
    assert ids[0] == first
    assert len(ids) == len(set(ids)) == (2 if headings else 3)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_hits_are_in_order_and_carry_their_cosine(library: Snapshot, encoder: Encoder):
    everything = Scope(frozenset({"everyone", "champions", "admins"}))
    found = find(QUESTION, library, encoder, everything)
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    assert found.hits[0].passage.text == ANSWER
    assert [len(hit.closeness) for hit in found.hits] == [1, 1, 1, 0, 0]
    assert all(-1 <= hit.cosine <= 1 for hit in found.hits)
    assert found.version == "v1"


def test_a_section_is_found_once_by_its_best_passage(tmp_path: Path, encoder: Encoder):
    budget = [
        passage(text, headings=("Budget",))
        for text in (ANSWER, "It is paid by the sponsor.", "Ask the controller for the rest.")
    ]
    snapshot = written(tmp_path, encoder, [*budget, passage("Cats sleep.", headings=("Cats",))])
    found = find(QUESTION, snapshot, encoder, Scope())
    assert [hit.passage.headings for hit in found.hits] == [("Budget",), ("Cats",)]
    assert found.hits[0].passage.text == ANSWER


def test_links_notices_and_sample_prompts_are_never_found(tmp_path: Path, encoder: Encoder):
    made = [
        passage(ANSWER, role="navigation"),
        passage(f"{ANSWER} Yes.", headings=("A",), role="prompt"),
        passage("The sponsor decides.", headings=("B",)),
    ]
    found = find(QUESTION, written(tmp_path, encoder, made), encoder, Scope())
    assert [hit.passage.text for hit in found.hits] == ["The sponsor decides."]
    only = written(tmp_path / "only", encoder, made[:1])
    assert find(QUESTION, only, encoder, Scope()).hits == ()


def test_a_passage_without_token_vectors_is_found_by_its_own(tmp_path: Path, encoder: Encoder):
    made = [passage(ANSWER), passage("Cats sleep.", headings=("Cats",))]
    rows = zip(made, encoder.encode([each.text for each in made]), strict=True)
    snapshots.write(tmp_path, "v1", encoder.name, rows, {})
    found = find(QUESTION, snapshots.read(tmp_path, "v1"), encoder, Scope())
    assert found.hits[0].passage.text == ANSWER
    assert found.hits[0].closeness == ()


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("can my boss see my chats", "Managers do not see what you write to the assistant."),
        ("how long is the pilott", "A pilot lasts six weeks."),
        ("it is always making stuff up", "The assistant may invent facts: check an answer."),
    ],
    ids=["everyday words", "a slip of the finger", "an idiom"],
)
def test_questions_need_not_use_the_words_of_the_guide(
    question: str, answer: str, tmp_path: Path, encoder: Encoder
):
    texts = [
        "Managers do not see what you write to the assistant.",
        "A pilot lasts six weeks.",
        "The assistant may invent facts: check an answer.",
        "The chat of the team is open to all.",
        "Keep your things in the cupboard.",
        "How long a meeting lasts is up to you.",
    ]
    made = [passage(text, headings=(str(n),)) for n, text in enumerate(texts)]
    found = find(question, written(tmp_path, encoder, made), encoder, Scope())
    assert found.hits[0].passage.text == answer


def test_a_single_passage_and_equal_passages_do_no_harm(tmp_path: Path, encoder: Encoder):
    one = written(tmp_path / "one", encoder, [passage(ANSWER, "a")])
    assert len(find(QUESTION, one, encoder, Scope()).hits) == 1
    same = written(tmp_path / "same", encoder, [passage(ANSWER, str(n)) for n in range(4)])
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
        "SELECT * FROM index_versions WHERE live = 1 OR 1=1",
        "ﷺ ﬁ İ ſ",
    ],
)
def test_an_odd_question_is_searched_for_like_any_other(index: Index, question: str):
    found = Answerer(index).find(question)
    assert 0 < len(found.hits) <= 10
    assert all(np.isfinite([hit.score, hit.cosine]).all() for hit in found.hits)
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


GERMAN = "Die Kündigung einer Lizenz dauert zwei Wochen, und der Vorgesetzte muss sie bestätigen."
ENGLISH = "It takes two weeks to cancel a licence, and the manager has to confirm it."


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Wie lange dauern die Kündigungen von Lizenzen, wenn der Chef bestätigt?", GERMAN),
        ("How long does cancelling licences take, and who confirms?", ENGLISH),
        # Too short to be sure of its language: it is looked up in both.
        ("Kündigungen Lizenzen", GERMAN),
    ],
)
def test_a_question_is_looked_up_by_the_stems_of_its_language(
    question: str, first: str, tmp_path: Path
):
    snapshot = written(tmp_path, Hashed(), [passage(GERMAN), passage(ENGLISH)])
    closer = Retriever(Hashed(), Rewriter({})).look_closer(question, snapshot, Scope())
    best = int(closer.among.rows[closer.among.bm25.argmax()])
    assert snapshot.passage(best).text == first
    assert snapshot.languages(Scope()) == ["de", "en"]
