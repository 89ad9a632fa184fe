from __future__ import annotations

from pathlib import Path

import pytest

from bot.features.onboarding.suggestions import MOST, Asker, suggestions_for
from ingest.parse.documents import Document
from ingest.parse.load import load
from ingest.split.split import split
from ingest.sync.walk import files_under
from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from knowledge.retrieval.confidence import Confidence

STARTER = Path(__file__).parents[2] / "knowledge" / "starter"


@pytest.fixture(scope="module")
def library() -> list[Document]:
    return [load(path, path.as_uri()) for _, path in files_under_root()]


def files_under_root() -> list[tuple[Path, Path]]:
    return [(STARTER, path) for path in files_under([STARTER])]


@pytest.fixture(scope="module")
def answerer(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    from ingest.sync.sync import Sync

    index = Index.open(tmp_path_factory.mktemp("starter"), encoder)
    report = Sync(index).run([STARTER])
    assert not report.failed
    return Answerer(index)


def of_kind(library: list[Document], kind: str) -> list[Document]:
    return [document for document in library if document.kind == kind]


def test_it_has_what_a_rollout_needs(library: list[Document]):
    assert len(of_kind(library, "quick-start")) >= 5
    assert len(of_kind(library, "playbook")) >= 10
    assert len(of_kind(library, "tutorial")) >= 1
    faqs = of_kind(library, "faq")
    assert len(faqs) >= 4
    assert sum(document.text.count("\n## ") for document in faqs) >= 50


def test_every_guide_says_what_it_is_who_keeps_it_and_when_it_was_reviewed(
    library: list[Document],
):
    for document in library:
        fields = (document.title, document.tool, document.audience, document.owner)
        assert all(fields), document.source
        assert document.reviewed >= "2026-01-01", document.source


def test_every_faq_entry_and_procedure_stays_in_one_passage(library: list[Document]):
    for document in of_kind(library, "faq"):
        headings = [passage.heading for passage in split(document)]
        assert len(headings) == len(set(headings)) == document.text.count("## ")


@pytest.mark.parametrize(
    ("question", "words", "guide"),
    [
        (
            "How much of the budget should go to change management?",
            "15–20 %",
            "Sponsor and business outcome",
        ),
        ("how do I override a recommendation", "4. Say how much", "When and how to override"),
        ("Who is my champion?", "one champion", "Getting help and training"),
        ("What do I do when I pasted a password?", "change it at once", "sensitive data"),
        ("Is my boss able to see my questions?", "at least five people", "AI tools and my job"),
        ("when should the rollout be paused", "measure dips", "Rollout in waves"),
        ("what is the barrier point in ADKAR", "3 or below", "Resistance"),
        ("How long does the awareness session take?", "2 hours", "raining"),
        ("What mortality reduction did HCA see?", "22.9 %", ""),
        ("How many hours does JPMorgan save?", "360,000", "Success stories"),
    ],
)
def test_it_answers_what_people_ask_first(
    answerer: Answerer, question: str, words: str, guide: str
):
    answer = answerer.answer(answerer.find(question))
    assert answer.outcome is Confidence.ANSWERED
    assert words in answer.text
    assert guide in answer.citations[0].title


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather in Oslo?",
        "book a table for two tonight",
        "How tall is the Eiffel tower?",
        "who won the world cup",
        "convert 20 dollars to euros",
        "write me a poem about the sea",
        "what's the capital of Peru",
    ],
)
def test_it_does_not_answer_what_no_guide_holds(answerer: Answerer, question: str):
    assert answerer.answer(answerer.find(question)).outcome is Confidence.ABSTAINED


@pytest.mark.parametrize(
    "asker",
    [Asker(), Asker(is_champion=True), Asker(is_admin=True)],
    ids=["everyone", "champion", "admin"],
)
def test_the_starter_library_answers_four_suggestions_for_every_role(
    asker: Asker, answerer: Answerer
):
    found = suggestions_for(asker, answerer.knows)
    assert len(found.questions) == MOST
