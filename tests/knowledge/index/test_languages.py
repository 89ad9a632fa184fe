from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from knowledge.index.languages import NAMES, language_of, reads
from knowledge.retrieval.confidence import Confidence
from tests.knowledge.passages import passage, published
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie hoch ist das Budget für die Einführung?", "de"),
        ("Quel est le budget de la conduite du changement ?", "fr"),
        ("預算是多少？", "zh"),
        ("予算はいくらですか。", "ja"),
        ("How much of the budget goes to change management?", "en"),
        ("can my boss read my chats", "en"),
        ("123", None),
    ],
)
def test_the_language_of_a_question_is_detected(text: str, language: str | None):
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text", ["copilot archived sites", "A3 meaning", "budget", "agent builder allowlist domain"]
)
def test_a_few_key_words_are_not_taken_for_another_language(text: str):
    assert language_of(text) in (None, "en")


@settings(deadline=None, max_examples=examples(30))
@given(st.text(max_size=80))
def test_any_text_has_a_known_language_or_none(text: str):
    assert language_of(text) in (None, *NAMES)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Die Einführung bezahlt der Sponsor, und das Budget gilt für ein ganzes Jahr.", "German"),
        ("Le sponsor paie la conduite du changement, et le budget vaut pour un an.", "French"),
    ],
)
def test_guides_that_the_model_cannot_read_are_not_answered_from(
    text: str, name: str, tmp_path: Path, encoder: Encoder
):
    answerer = Answerer(published(tmp_path, encoder, [passage(text, title="Budget")]))
    answer = answerer.answer(answerer.find("How long is the budget for?"))
    assert answer.outcome is Confidence.ABSTAINED
    assert not answer.citations
    assert f"in {name}, which I can't read. I read English" in answer.text


def test_an_english_guide_beside_foreign_ones_is_still_found(tmp_path: Path, encoder: Encoder):
    german = passage("Das Budget gilt für ein ganzes Jahr.", title="Budget", source="de.md")
    english = passage("The budget is for a whole year.", title="Budget", source="en.md")
    answerer = Answerer(published(tmp_path, encoder, [german, english]))
    found = answerer.find("How long is the budget for?")
    assert not found.foreign
    assert found.hits[0].passage == english


def test_another_model_is_taken_to_read_any_language():
    assert reads("intfloat/multilingual-e5-small", "de")


@pytest.mark.parametrize(
    ("question", "name"),
    [("Wie hoch ist das Budget für die Einführung?", "German"), ("預算是多少？", "Chinese")],
)
def test_a_question_that_the_model_cannot_read_is_told_so(
    home: Path, index: Index, question: str, name: str
):
    answerer = Answerer(index)
    answer = answerer.answer(answerer.find(question))
    assert answer.outcome is Confidence.ABSTAINED
    assert answer.text.startswith(f"I can't read {name}. I read English")
