from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ingest.sync.sync import Sync
from knowledge.answers.answerer import LONGEST_QUESTION, Answerer
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from knowledge.index.passages import Scope
from knowledge.index.sentences import sentences_of
from knowledge.retrieval.confidence import Confidence
from tests.knowledge.passages import find

FRONT = "---\ntitle: {title}\nkind: {kind}\ntool: {tool}\naudience: {audience}\n---\n"


def guide(folder: Path, name: str, words: str, **fields: str) -> None:
    known = {"title": name, "kind": "guide", "tool": "any", "audience": "everyone"} | fields
    (folder / f"{name}.md").write_text(FRONT.format(**known) + words, "utf-8")


@pytest.fixture(scope="module")
def mixed(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """An index with guides of different audiences, tools and kinds, all on the same matter."""
    folder = tmp_path_factory.mktemp("mixed")
    for n in range(150):
        guide(folder, f"secret{n}", f"The secret budget number {n} is 5 %.", audience="admins")
    guide(folder, "open", "The open budget is 15 % of the whole.")
    guide(folder, "champions", "The champions' budget is two hours.", audience="champions")
    guide(folder, "notes", "The budget of Notes is 7 %.", tool="Notes", kind="faq")
    guide(folder, "mail", "The budget of Mail is 8 %.", tool="Mail", kind="playbook")
    index = Index.open(tmp_path_factory.mktemp("data"), encoder)
    Sync(index).run([folder])
    return index


def found(index: Index, question: str, scope: Scope | None = None, most: int = 10) -> list[str]:
    hits = find(question, index.snapshot(), index.encoder, scope or Scope(), most).hits
    return [hit.passage.title for hit in hits]


def test_what_someone_may_not_see_is_neither_found_nor_takes_a_place(mixed: Index):
    assert sorted(found(mixed, "secret budget")) == ["mail", "notes", "open"]
    champions = Scope(audiences=frozenset({"champions"}))
    assert sorted(found(mixed, "secret budget", champions)) == [
        "champions",
        "mail",
        "notes",
        "open",
    ]
    admins = Scope(audiences=frozenset({"admins"}))
    assert len(found(mixed, "secret budget", admins, 200)) >= 100


def test_what_someone_may_not_see_changes_no_score(mixed: Index, encoder: Encoder, tmp_path: Path):
    folder = tmp_path / "open"
    folder.mkdir()
    guide(folder, "open", "The open budget is 15 % of the whole.")
    guide(folder, "notes", "The budget of Notes is 7 %.", tool="Notes", kind="faq")
    guide(folder, "mail", "The budget of Mail is 8 %.", tool="Mail", kind="playbook")
    alone = Index.open(tmp_path / "data", encoder)
    Sync(alone).run([folder])
    assert found(alone, "open budget whole") == found(mixed, "open budget whole")


def test_tool_and_kind_narrow_the_search(mixed: Index):
    assert sorted(found(mixed, "budget", Scope(tool="Notes"))) == ["notes", "open"]
    assert found(mixed, "budget", Scope(kinds=frozenset({"playbook"}))) == ["mail"]
    assert found(mixed, "budget", Scope(kinds=frozenset({"tutorial"}))) == []


def test_hits_come_best_first_with_their_way_there(index: Index):
    result = find("Can I trust the numbers?", index.snapshot(), index.encoder, Scope())
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    first = result.hits[0]
    assert first.passage.heading == "Can I trust the numbers in an answer?"
    assert -1 <= first.cosine <= 1
    assert len(first.closeness) == len(sentences_of(first.passage.text))


@pytest.mark.parametrize(
    "question",
    ["", "   ", "?", "…", "🙂🙂", "the of and", "a" * 10_000, "x " * 5000, "'; DROP TABLE --",
     "nul\0l", "\ud800", "<!channel>", "שלום עולם", "* [] {} \\"],
)  # fmt: skip
def test_no_question_breaks_it(index: Index, question: str):
    answerer = Answerer(index)
    answer = answerer.answer(answerer.find(question))
    assert answer.text
    assert len(answer.question) <= LONGEST_QUESTION


def test_an_empty_index_does_not_know(tmp_path: Path, encoder: Encoder):
    answerer = Answerer(Index.open(tmp_path, encoder))
    assert answerer.answer(answerer.find("anything")).outcome is Confidence.ABSTAINED


def test_nothing_is_offered_where_nothing_is_near(index: Index):
    answerer = Answerer(index)
    answer = answerer.answer(answerer.find("What is the weather in Oslo?"))
    assert answer.outcome is Confidence.ABSTAINED
    assert answer.citations == ()


LISTS = """# Overriding

## What is an override?

Doing something else than the tool recommends.

## How do I override a recommendation?

1. Read the criteria that led to the recommendation.
2. Decide what you would do instead.
3. Tell the person who is waiting for it.
4. Note the reason in one sentence.

## Before

Before you override, check:

- the source
- the date

Then decide.
"""


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("how do I override a recommendation", ["1. Read the criteria", "4. Note the reason"]),
        ("How should I override a recommendation?", ["1. Read the criteria", "4. Note the reason"]),
        ("What do I check before I override?", ["check:", "- the source\n- the date"]),
    ],
)
def test_a_list_is_quoted_whole_and_with_what_announces_it(
    question: str, whole: list[str], tmp_path: Path, encoder: Encoder
):
    folder = tmp_path / "guides"
    folder.mkdir()
    guide(folder, "g", LISTS)
    index = Index.open(tmp_path / "data", encoder)
    Sync(index).run([folder])
    answerer = Answerer(index)
    answer = answerer.answer(answerer.find(question))
    assert all(words in answer.text for words in whole)


def test_vectors_have_length_one(encoder: Encoder):
    vectors = encoder.encode(["one", "", "a longer text " * 500])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
