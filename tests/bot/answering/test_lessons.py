from __future__ import annotations

from pathlib import Path

import pytest

from adoption.feedback.models import Vote
from adoption.questions.models import Outcome
from adoption.questions.questions import Cited
from bot.answering.lessons import judgements, learner_of
from bot.settings import Settings
from knowledge.answers.answerer import Answerer
from knowledge.index.passages import Passage
from knowledge.retrieval.rewriting import Rewriter
from tests.adoption.factories import NOON, asked, fresh_record
from tests.knowledge.passages import Hashed, passage, published

PAPER = passage("Ask the office manager.", id="paper", headings=("Supplies",))
EAT = passage("We eat at noon.", id="eat", headings=("Lunch",))
ASKED = "who brings the printer something to eat"


def cited(*passages: Passage) -> list[Cited]:
    return [
        Cited(number, each.id, each.title, each.heading, each.source)
        for number, each in enumerate(passages, 1)
    ]


def test_what_two_people_press_ranks_first_for_the_next_one(tmp_path: Path):
    record = fresh_record(tmp_path)
    index = published(tmp_path / "index", Hashed(), [PAPER, EAT])
    learner = learner_of(Settings(_env_file=None), index, record)
    assert learner is not None
    answerer = Answerer(index, rewriter=Rewriter({}), learner=learner)
    record.questions.add(
        asked("C1:1", question=ASKED, outcome=Outcome.UNSURE, citations=cited(EAT, PAPER))
    )

    def first() -> str:
        learner.learn(index.snapshot())
        return answerer.find(ASKED).hits[0].passage.id

    assert first() == "eat"
    record.feedback.set_vote("C1:1", "T1:U1", Vote.POSITIVE, NOON, "paper")
    assert first() == "eat"
    record.feedback.set_vote("C1:1", "T1:U2", Vote.POSITIVE, NOON, "paper")
    assert first() == "paper"
    record.personal_data.erase("T1:U1")
    assert first() == "eat"


def test_learning_can_be_switched_off(tmp_path: Path):
    settings = Settings(_env_file=None, learn_from_people=0)
    index = published(tmp_path / "index", Hashed(), [EAT])
    assert learner_of(settings, index, fresh_record(tmp_path)) is None


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("How do I ask well?", True),
        ("and for contractors?", False),
        ("Who is my champion? And how long is the training?", False),
        ("thanks a lot!", False),
    ],
)
def test_only_a_question_that_stands_by_itself_teaches(question: str, counts: bool, tmp_path: Path):
    record = fresh_record(tmp_path)
    record.questions.add(asked("C1:1", question=question, citations=cited(EAT)))
    record.feedback.set_vote("C1:1", "T1:U1", Vote.POSITIVE, NOON)
    assert bool(judgements(record)) is counts
