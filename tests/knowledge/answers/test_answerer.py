from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.answer import Answer
from knowledge.answers.answerer import DO_NOT_KNOW, NOTHING_ASKED, Answerer
from knowledge.answers.compose import Hear
from knowledge.answers.excerpt import LONGEST_SENTENCE
from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexUnavailable, ModelUnavailable
from knowledge.index.index import Index
from knowledge.index.passages import Hit, Scope
from knowledge.retrieval.confidence import Confidence
from tests.knowledge.passages import Remembering, passage, published

ANSWERED = [
    ("How much of the budget goes to change management?", "15–20 %", "Budget and sponsor"),
    ("Can I trust the numbers in an answer?", "Compare every number", "Accuracy and trust"),
    ("when should I override a recommendation", "Override a recommendation when", "override"),
    ("Who is the sponsor?", "vice president", "Budget and sponsor"),
    ("why does the tool contradict itself?", "Small differences in wording", "Accuracy"),
]
ABSTAINED = [
    "What is the weather in Oslo?",
    "convert 20 dollars to euros",
    "'; DROP TABLE index_files; --",
    "x" * 10_000,
    "Kuidas ma seda teen?",
]


@pytest.fixture(scope="module")
def index(home: Path, encoder: Encoder) -> Index:
    """The guides of all tests; a question is encoded once."""
    return Index.open(home / "index", Remembering(encoder))


class Spoken:
    """A composer that says what it is given."""

    name = "spoken"

    def __init__(self, reply: str | Exception | None) -> None:
        self.reply = reply
        self.read: Sequence[Hit] = ()

    def compose(
        self, question: str, hits: Sequence[Hit], account: str = "", hear: Hear | None = None
    ) -> str | None:
        self.read = hits
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def asked(index: Index, question: str, composer: Spoken | None = None) -> Answer:
    answerer = Answerer(index, composer)
    return answerer.answer(answerer.find(question))


def well_founded(answer: Answer, index: Index) -> bool:
    """Citations count from 1 without holes, and each quotes a passage of the live index."""
    snapshot = index.snapshot()
    texts = {each.id: each.text for each in (snapshot.passage(row) for row in range(len(snapshot)))}
    said = {int(number) for number in re.findall(r"\[(\d+)\]", answer.text)}
    numbers = [citation.number for citation in answer.citations]
    quoted = all(citation.quote in texts[citation.passage_id] for citation in answer.citations)
    return numbers == list(range(1, len(numbers) + 1)) and said == set(numbers) and quoted


@pytest.mark.parametrize(("question", "words", "guide"), ANSWERED)
def test_what_a_guide_says_is_answered_in_its_words(
    index: Index, question: str, words: str, guide: str
):
    answer = asked(index, question)
    assert answer.outcome is Confidence.ANSWERED
    assert words in answer.text
    assert guide in answer.citations[0].title
    assert answer.text == f"{answer.citations[0].quote} [1]"
    assert well_founded(answer, index)
    assert answer.model is None


def test_a_citation_says_where_it_stands_and_when_it_was_reviewed(index: Index):
    (citation,) = asked(index, "Can I trust the numbers in an answer?").citations
    assert citation.heading == "Can I trust the numbers in an answer?"
    assert citation.source.endswith("faq/accuracy.md")
    assert citation.link == Path(citation.source).as_uri()
    assert citation.reviewed == "2026-11-02"


@pytest.mark.parametrize("question", ABSTAINED)
def test_what_no_guide_says_is_not_guessed(index: Index, question: str):
    answer = asked(index, question)
    assert (answer.outcome, answer.text) == (Confidence.ABSTAINED, DO_NOT_KNOW)
    assert answer.citations == ()
    assert answer.index_version == index.snapshot().version


@pytest.mark.parametrize("question", ["", "  \n ", "???", "🙂"])
def test_who_asks_nothing_is_told_how_to_ask(index: Index, question: str):
    answer = asked(index, question)
    assert (answer.outcome, answer.text) == (Confidence.ABSTAINED, NOTHING_ASKED)
    assert answer.citations == ()


def test_an_empty_index_does_not_know(tmp_path: Path, encoder: Encoder):
    answer = asked(Index.open(tmp_path, encoder), "Who is the sponsor?")
    assert (answer.outcome, answer.text) == (Confidence.ABSTAINED, DO_NOT_KNOW)


def test_a_damaged_index_is_said_and_not_taken_for_an_empty_one(data_dir: Path, encoder: Encoder):
    for path in (data_dir / "index" / "snapshots").glob("*/offsets.npy"):
        path.write_bytes(b"noise")
    with pytest.raises(IndexUnavailable, match="uptake ingest"):
        asked(Index.open(data_dir / "index", encoder), "Who is the sponsor?")


def test_what_is_near_but_not_sure_is_offered_as_up_to_three_sections(index: Index):
    answerer = Answerer(index)
    found = answerer.find("May I ignore the tool?")
    assert found.evidence is not None
    answer = answerer.answer(replace(found, evidence=replace(found.evidence, lead=0.0)))
    assert answer.outcome is Confidence.UNSURE
    assert well_founded(answer, index)
    assert 1 < len(answer.citations) <= 3
    assert len({(each.source, each.heading) for each in answer.citations}) == len(answer.citations)
    assert all(len(each.quote) <= LONGEST_SENTENCE for each in answer.citations)


def test_the_same_question_has_the_same_answer(index: Index, encoder: Encoder):
    again = Index.open(index.folder, encoder)
    for question, *_ in ANSWERED:
        assert asked(index, question) == asked(again, question)


def test_who_may_not_read_a_guide_gets_neither_its_words_nor_its_title(
    tmp_path: Path, encoder: Encoder
):
    made = [
        passage("The secret code is 4711.", title="Admin guide", audience="admins"),
        passage("Lunch is at noon.", title="Lunch"),
    ]
    answerer = Answerer(published(tmp_path, encoder, made))
    question = "What is the secret code?"
    outsider = answerer.answer(answerer.find(question))
    assert "4711" not in outsider.text
    assert {each.title for each in outsider.citations} <= {"Lunch"}
    insider = answerer.answer(answerer.find(question, Scope(frozenset({"admins"}))))
    assert insider.text == "The secret code is 4711. [1]"


@pytest.mark.parametrize(("tool", "expected"), [("copilot", "copilot"), ("any", None)])
def test_an_answer_names_the_tool_its_source_is_about(
    tool: str, expected: str | None, tmp_path: Path, encoder: Encoder
):
    index = published(tmp_path, encoder, [passage("Restart it to sign in again.", tool=tool)])
    assert asked(index, "How do I sign in again?").tool == expected


def test_composed_sources_of_two_tools_name_none(tmp_path: Path, encoder: Encoder):
    made = [
        passage("Restart it to sign in again.", headings=("A",), tool="copilot"),
        passage("Sign in again with your badge.", headings=("B",), tool="scanner"),
        passage("Sign in again at the desk.", headings=("C",), tool="any"),
    ]
    index = published(tmp_path, encoder, made)
    question = "How do I sign in again?"
    hits = Answerer(index).find(question).hits
    numbers = {hit.passage.tool: n for n, hit in enumerate(hits, 1)}

    def tool_of(*tools: str) -> str | None:
        said = " ".join(f"So. [{numbers[tool]}]" for tool in tools)
        return asked(index, question, Spoken(said)).tool

    assert tool_of("copilot", "scanner") is None
    assert tool_of("copilot", "any") == "copilot"
    assert tool_of("any") is None


@settings(deadline=None, max_examples=8)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=6))
def test_composed_citations_count_from_one_without_holes(index: Index, numbers: list[int]):
    composer = Spoken(" ".join(f"So it is. [{number}]" for number in numbers))
    answer = asked(index, "How much of the budget goes to change management?", composer)
    assert well_founded(answer, index)
    order = list(dict.fromkeys(numbers))
    expected = [composer.read[number - 1].passage.id for number in order]
    assert [citation.passage_id for citation in answer.citations] == expected
    assert answer.model == "spoken"


def test_a_model_reads_at_most_five_passages_the_best_first(tmp_path: Path, encoder: Encoder):
    made = [passage(f"The sponsor asks {n} times a month.", headings=(str(n),)) for n in range(12)]
    index = published(tmp_path, encoder, made)
    composer = Spoken("Yes. [5]")
    answer = asked(index, "How often does the sponsor ask?", composer)
    best = Answerer(index).find("How often does the sponsor ask?").hits[:5]
    assert tuple(composer.read) == best
    assert answer.citations[0].passage_id == best[4].passage.id


@pytest.mark.parametrize("reply", [None, ModelUnavailable("The language model took too long.")])
def test_without_a_models_words_the_guide_is_quoted(index: Index, reply: Exception | None):
    question = "Who is the sponsor?"
    assert asked(index, question, Spoken(reply)) == asked(index, question)


def test_a_model_is_not_asked_when_no_guide_answers(index: Index):
    composer = Spoken("It rains. [1]")
    assert asked(index, "What is the weather in Oslo?", composer).text == DO_NOT_KNOW
    assert composer.read == ()


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [("So it is. [2]", Confidence.ANSWERED), (None, Confidence.UNSURE)],
    ids=["it answers", "it finds nothing"],
)
def test_where_we_are_not_sure_a_model_that_reads_the_sections_decides(
    index: Index, reply: str | None, outcome: Confidence
):
    composer = Spoken(reply)
    answerer = Answerer(index, composer)
    found = answerer.find("May I ignore the tool?")
    assert found.evidence is not None
    answer = answerer.answer(replace(found, evidence=replace(found.evidence, lead=0.0)))
    assert len(composer.read) > 1
    assert answer.outcome is outcome
    assert well_founded(answer, index)
