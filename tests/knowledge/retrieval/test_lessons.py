from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoded import Vectors
from knowledge.index.index import Index
from knowledge.index.passages import EVERYONE, Passage, Scope
from knowledge.index.tokens import shortened
from knowledge.retrieval.confidence import Confidence, confidence_of
from knowledge.retrieval.learner import Learner
from knowledge.retrieval.lessons import Judgement, Lessons, Section, lessons_of
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.rewriting import Rewriter
from tests.knowledge.passages import Hashed, passage, published, written
from tests.support.examples import examples

ENCODER = Hashed()
LUNCH = "when do we eat together"
GUIDE = [
    passage("The canteen opens at noon.", id="canteen", headings=("Canteen",)),
    passage("Sponsors remove obstacles.", id="sponsor", headings=("Sponsors",)),
    passage("Champions help their team.", id="champion", headings=("Champions",)),
    passage("We eat and drink at desks never.", id="desks", headings=("Desks",)),
]


def said(person: str, id: str = "canteen", question: str = LUNCH, **fields: object) -> Judgement:
    of = next(each for each in GUIDE if each.id == id)
    section = Section(of.id, of.source, of.heading)
    return replace(Judgement(question, person, section, True), **fields)


def tokens(question: str) -> Vectors:
    return shortened(ENCODER.encode_question_with_tokens(question).tokens)


def gained(lessons: Lessons, question: str = LUNCH) -> dict[int, float]:
    words = tokens(question)
    return lessons.gains(words, np.full(len(words), 1 / len(words), np.float32))


def learned_in(
    folder: Path, judged: list[Judgement], passages: list[Passage] | None = None, needed: int = 2
) -> tuple[Lessons, Retriever, list[str]]:
    passages = GUIDE if passages is None else passages
    snapshot = written(folder, ENCODER, passages)
    rows = {each.id: row for row, each in enumerate(passages)}
    pairs = [(each, tokens(each.question)) for each in judged]
    lessons = lessons_of(pairs, snapshot, rows, {"guide.md": list(rows)}, needed)
    found = Retriever(ENCODER, Rewriter({})).find(LUNCH, snapshot, Scope(), lessons=lessons)
    return lessons, Retriever(ENCODER, Rewriter({})), [hit.passage.id for hit in found.hits]


def gains(folder: Path, judged: list[Judgement], **fields: object) -> list[float]:
    lessons, _, _ = learned_in(folder, judged, **fields)
    found = gained(lessons)
    return [round(found.get(row, 0.0) / lessons.weights.lesson, 3) for row in range(4)]


def test_what_two_people_say_puts_a_section_first(tmp_path: Path):
    assert learned_in(tmp_path / "a", [])[2][0] == "desks"
    assert learned_in(tmp_path / "b", [said("maya"), said("ben")])[2][0] == "canteen"


def test_what_people_said_counts_however_many_sections_seem_nearer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("knowledge.retrieval.retriever._COMPARED", 1)
    assert learned_in(tmp_path / "a", [])[2] == ["canteen"]
    judged = [said("maya", "sponsor"), said("ben", "sponsor")]
    assert learned_in(tmp_path / "b", judged)[2] == ["sponsor"]


def test_the_very_question_that_two_people_judged_is_answered(tmp_path: Path):
    for judged, expected in (
        ([said("maya")], Confidence.ABSTAINED),
        ([said("maya"), said("ben")], Confidence.ANSWERED),
    ):
        lessons, retriever, _ = learned_in(tmp_path / expected, judged)
        snapshot = written(tmp_path / f"{expected} again", ENCODER, GUIDE)
        for question, outcome in ((LUNCH, expected), ("where is lunch", Confidence.ABSTAINED)):
            found = retriever.find(question, snapshot, Scope(), lessons=lessons)
            assert confidence_of(found.evidence) in (outcome, Confidence.UNSURE)
            assert confidence_of(found.evidence) is outcome or outcome is Confidence.ABSTAINED


def test_nobody_moves_anything_alone(tmp_path: Path):
    alone = [said("maya", question=f"{LUNCH} {word}") for word in ("now", "here", "please", "")]
    assert gains(tmp_path / "a", alone) == [0, 0, 0, 0]
    assert gains(tmp_path / "b", [said("maya")], needed=1) == [1, 0, 0, 0]
    assert gains(tmp_path / "c", [said("maya"), said("ben")], needed=3) == [0, 0, 0, 0]


def test_what_an_admin_approved_counts_whoever_says_no(tmp_path: Path):
    approved = [said("maya", approved=True), said("zoe", helps=False), said("kim", helps=False)]
    assert gains(tmp_path / "a", approved) == [1, 0, 0, 0]
    assert gains(tmp_path / "b", [said("maya", helps=False, approved=True)]) == [0, 0, 0, 0]


def test_whoever_says_no_makes_it_one_person_more(tmp_path: Path):
    agreed = [said("maya"), said("ben"), said("zoe", helps=False)]
    assert gains(tmp_path / "a", agreed) == [0, 0, 0, 0]
    assert gains(tmp_path / "b", [*agreed, said("kim")]) == [1, 0, 0, 0]


def test_the_gain_is_that_of_the_second_nearest_person(tmp_path: Path):
    near = gains(tmp_path / "a", [said("maya"), said("ben", question="when do we eat")])
    assert 0 < near[0] < 1
    far = [said("maya"), said("ben", question="who removes obstacles")]
    assert gains(tmp_path / "b", far) == [0, 0, 0, 0]


def test_a_changed_section_counts_half_and_a_removed_one_not_at_all(tmp_path: Path):
    judged = [said("maya"), said("ben")]
    changed = [replace(GUIDE[0], id="new", text="The canteen opens at one."), *GUIDE[1:]]
    assert gains(tmp_path / "a", judged, passages=changed) == [0.5, 0, 0, 0]
    renamed = [replace(GUIDE[0], id="new", headings=("Food",)), *GUIDE[1:]]
    assert gains(tmp_path / "b", judged, passages=renamed) == [0, 0, 0, 0]
    assert gains(tmp_path / "c", judged, passages=GUIDE[1:]) == [0, 0, 0, 0]


def test_a_question_under_a_restricted_guide_teaches_nothing_about_open_ones(tmp_path: Path):
    secret = Section("sponsor", "guide.md", "Sponsors")
    judged = [said(person, beside=(secret,)) for person in ("maya", "ben")]
    assert gains(tmp_path / "a", judged) == [1, 0, 0, 0]
    restricted = [GUIDE[0], replace(GUIDE[1], audience="admins"), *GUIDE[2:]]
    assert gains(tmp_path / "b", judged, passages=restricted) == [0, 0, 0, 0]
    # Who may read the restricted guide gains by what its readers say, and they alone.
    both = [said(person, id="sponsor") for person in ("maya", "ben")]
    lessons, retriever, shown = learned_in(tmp_path / "c", both, restricted)
    assert gained(lessons) == {1: pytest.approx(lessons.weights.lesson)}
    assert "sponsor" not in shown
    snapshot = written(tmp_path / "d", ENCODER, restricted)
    found = retriever.find(LUNCH, snapshot, Scope(frozenset({"admins"})), lessons=lessons)
    assert found.hits[0].passage.id == "sponsor"


def test_a_question_under_a_guide_that_is_gone_teaches_nothing(tmp_path: Path):
    gone = Section("other", "gone.md", "Somewhere")
    judged = [said(person, beside=(gone,)) for person in ("maya", "ben")]
    assert gains(tmp_path, judged) == [0, 0, 0, 0]


people = st.sampled_from(["maya", "ben", "zoe"])
judgements = st.lists(
    st.builds(said, people, st.sampled_from([each.id for each in GUIDE]), helps=st.booleans()),
    max_size=8,
)


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(judged=judgements, audience=st.sampled_from([EVERYONE, "admins"]))
def test_lessons_never_show_what_somebody_may_not_read_and_need_two_people(
    judged: list[Judgement], audience: str, tmp_path_factory: pytest.TempPathFactory
):
    passages = [GUIDE[0], replace(GUIDE[1], audience=audience), *GUIDE[2:]]
    lessons, _, shown = learned_in(tmp_path_factory.mktemp("index"), judged, passages)
    assert audience == EVERYONE or "sponsor" not in shown
    for row in gained(lessons):
        said_yes = {
            each.person
            for each in judged
            if each.helps and each.section.passage_id == GUIDE[row].id
        }
        assert len(said_yes) >= 2


class Said:
    """What people said so far."""

    def __init__(self) -> None:
        self.judged: list[Judgement] = []
        self.fails = False

    def __call__(self) -> list[Judgement]:
        if self.fails:
            raise OSError("the record is away")
        return list(self.judged)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return published(tmp_path, ENCODER, GUIDE)


def test_answers_follow_what_people_said_and_forget_what_the_record_forgot(index: Index):
    people, now = Said(), [0.0]
    learner = Learner(index, people, 2, lambda: now[0])
    answerer = Answerer(index, rewriter=Rewriter({}), learner=learner)

    def first() -> str:
        return answerer.find(LUNCH).hits[0].passage.id

    assert first() == "desks"
    people.judged = [said("maya"), said("ben")]
    assert first() == "desks"
    learner.learn(index.snapshot())
    assert first() == "canteen"
    people.judged = []
    learner.learn(index.snapshot())
    assert first() == "desks"
    assert learner._tokens == {}


def test_a_record_that_is_away_costs_no_answer(index: Index, caplog: pytest.LogCaptureFixture):
    people = Said()
    people.fails = True
    answerer = Answerer(index, rewriter=Rewriter({}), learner=Learner(index, people, 2))
    assert answerer.find(LUNCH).hits[0].passage.id == "desks"
    assert "Nothing was learned" in caplog.text


def test_lessons_are_for_the_guides_as_they_are(index: Index):
    people = Said()
    people.judged = [said("maya"), said("ben")]
    learner = Learner(index, people, 2)
    assert learner.lessons(index.snapshot()) is not None
    index.publish([each.id for each in GUIDE[1:]])
    lessons = None
    while lessons is None:
        lessons = learner.lessons(index.snapshot())
    assert lessons.version == index.snapshot().version
    assert gained(lessons) == {}
