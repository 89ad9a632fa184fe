from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.answerer import Answerer
from knowledge.index.index import Index
from knowledge.retrieval.confidence import Confidence
from knowledge.retrieval.languages import NAMES, language_of, reads


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


@settings(deadline=None, max_examples=30)
@given(st.text(max_size=80))
def test_any_text_has_a_known_language_or_none(text: str):
    assert language_of(text) in (None, *NAMES)


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
