from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adoption.record import Record
from adoption.submissions.models import State
from adoption.submissions.schemas import FAQ, STORY, FaqFields, StoryFields, number
from adoption.submissions.submissions import Decision, Submissions
from tests.adoption.factories import NOON, fresh_record

AUTHORS = st.sampled_from(["T1:A", "T1:B"])
IDS = st.sampled_from(["1", "2"])
WORDS = st.text(max_size=5)


class Workflow(RuleBasedStateMachine):
    """Authors write and submit, admins decide, in any order and any number of times.

    Each press may be repeated, as a job that was killed between two steps repeats one.
    """

    schema: Any
    fields: Any

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.record = fresh_record(Path(self._folder.name))
        self.book: Submissions[Any] = Submissions(self.record.engine, self.schema)
        self.owner: dict[str, str] = {}
        self.state: dict[str, State] = {}
        self.words: dict[str, str] = {}
        self.presses = 0
        self.now = NOON

    def teardown(self) -> None:
        self.record.close()
        self._folder.cleanup()

    def may_write(self, id: str, author: str) -> bool:
        if id not in self.state:
            return True
        mine = self.owner[id] == author or self.state[id] is State.DECLINED
        return mine and self.state[id] in self.schema.open

    def written(self, words: str) -> Any:
        return self.fields(words)

    @rule(id=IDS, author=AUTHORS, words=WORDS)
    def saves(self, id: str, author: str, words: str) -> None:
        self.now += timedelta(seconds=1)
        allowed = self.may_write(id, author)
        assert self.book.save_draft(id, author, self.written(words), self.now) is allowed
        if allowed:
            self.state.setdefault(id, State.DRAFT)
            self._wrote(id, author, words)

    @rule(id=IDS, author=AUTHORS)
    def submits(self, id: str, author: str) -> None:
        self.now += timedelta(seconds=1)
        is_open = self.state.get(id) in self.schema.open
        allowed = self.owner.get(id) == author and is_open
        for _ in range(2):
            assert self.book.submit(id, author, self.now) is allowed
        if allowed:
            self.state[id] = State.AWAITING

    @rule(id=IDS, author=AUTHORS, words=WORDS)
    def submits_fields(self, id: str, author: str, words: str) -> None:
        self.now += timedelta(seconds=1)
        allowed = self.may_write(id, author)
        for _ in range(2):
            done = self.book.submit_fields(id, author, self.written(words), True, self.now)
            assert done is allowed
        if allowed:
            self._wrote(id, author, words)
            self.state[id] = State.AWAITING

    @rule(id=IDS, data=st.data())
    def is_decided(self, id: str, data: st.DataObject) -> None:
        self.presses += 1
        self.now += timedelta(seconds=1)
        outcome = data.draw(st.sampled_from(sorted(self.schema.outcomes)))
        waits = self.state.get(id) is State.AWAITING
        decision: Decision[Any] = Decision(outcome, f"press{self.presses}", "T1:P", self.now)
        for _ in range(2):
            assert self.book.decide(id, decision) is waits
        if waits:
            self.state[id] = outcome

    @rule(id=IDS, data=st.data())
    def two_decide_at_once(self, id: str, data: st.DataObject) -> None:
        self.now += timedelta(seconds=1)
        outcomes = st.sampled_from(sorted(self.schema.outcomes))
        decisions = [Decision(data.draw(outcomes), f"{by}{self.now}", by, self.now) for by in "PQ"]
        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(lambda each: self.book.decide(id, each), decisions))
        assert sum(won) == (self.state.get(id) is State.AWAITING)
        for decision, is_winner in zip(decisions, won, strict=True):
            if is_winner:
                self.state[id] = decision.state
                found = self.book.get(id)
                assert found is not None
                assert found.decided_by == decision.by

    @precondition(lambda self: self.state)
    @rule(author=AUTHORS)
    def writes_late(self, author: str) -> None:
        early = NOON - timedelta(days=1)
        for id in self.state:
            assert not self.book.save_draft(id, author, self.written("old"), early)

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        for id, state in self.state.items():
            found = self.book.get(id)
            assert found is not None
            assert (found.account, found.state) == (self.owner[id], state)
            assert found.fields == self.written(self.words[id])
        published = {s.id for s in self.book.published()}
        assert published == {i for i, s in self.state.items() if s is State.PUBLISHED}
        awaiting = {s.id for s in self.book.awaiting()}
        assert awaiting == {i for i, s in self.state.items() if s is State.AWAITING}

    def _wrote(self, id: str, author: str, words: str) -> None:
        self.owner[id] = author
        self.words[id] = words.replace("\0", "").encode("utf-8", "replace").decode()


class Stories(Workflow):
    schema, fields = STORY, StoryFields


class Faqs(Workflow):
    schema, fields = FAQ, FaqFields


TestStories = Stories.TestCase
TestFaqs = Faqs.TestCase
for case in (TestStories, TestFaqs):
    case.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5.5", "5.5"), (" 2,5 ", "2.5"), ("0", None), ("-1", None), ("1e9", None), ("NaN", None)],
)
def test_a_figure_is_a_number_above_nothing(text: str, value: str | None):
    got = number(text)
    assert (None if got is None else str(got.normalize())) == value


def test_only_hours_are_minutes_saved():
    assert StoryFields(figure="2,5", unit="hours").minutes_a_week == 150
    assert StoryFields(figure="2,5", unit="days").minutes_a_week is None
    assert StoryFields(figure="some", unit="hours").minutes_a_week is None


def test_a_declined_entry_passes_to_whoever_submits_it_next(record: Record):
    book, fields = record.faqs, FaqFields("Why\0?", "Because\ud800.")
    later = NOON + timedelta(hours=1)
    assert book.submit_fields("1", "T1:A", fields, True, NOON)
    assert not book.submit_fields("1", "T1:B", fields, False, later)
    book.set_review_messages("1", [("D1", "1.1")])
    declined = Decision(State.DECLINED, "press", "T1:P", NOON, "not\0now")
    assert book.decide("1", declined)
    assert not book.decide("1", Decision(State.PUBLISHED, "another", "T1:Q", NOON))
    found = book.get("1")
    assert found is not None
    assert (found.note, found.decided_by) == ("notnow", "T1:P")
    assert found.review_messages == (("D1", "1.1"),)
    assert book.submit_fields("1", "T1:B", fields, False, later)
    found = book.get("1")
    assert found is not None
    assert (found.account, found.named, found.note) == ("T1:B", False, "")
    assert (found.review_messages, found.fields.question) == ((), "Why?")
    edited = FaqFields("Why?", "So.", "Copilot", "champions")
    assert book.decide("1", Decision(State.PUBLISHED, "third", "T1:P", later, edited=edited))
    assert [each.fields for each in book.published()] == [edited]
    assert not book.submit_fields("1", "T1:A", fields, True, later)
    assert record.stories.published() == []
    assert book.published_among(["1", "2"]) == {"1"}


def test_a_declined_story_stays_declined(record: Record):
    book = record.stories
    assert book.submit_fields("1", "T1:A", StoryFields("t"), True, NOON)
    assert book.decide("1", Decision(State.DECLINED, "press", "T1:P", NOON))
    assert not book.submit("1", "T1:A", NOON + timedelta(1))
    assert not book.save_draft("1", "T1:B", StoryFields("mine"), NOON + timedelta(1))


def test_an_entry_cannot_be_sent_back_for_changes(record: Record):
    assert record.faqs.submit_fields("1", "T1:A", FaqFields("Q", "A"), True, NOON)
    with pytest.raises(ValueError, match="faq cannot become changes requested"):
        record.faqs.decide("1", Decision(State.CHANGES, "press", "T1:P", NOON))


def test_fields_of_another_schema_are_refused(record: Record):
    with pytest.raises(TypeError, match="faq cannot have StoryFields"):
        record.faqs.save_draft("1", "T1:A", StoryFields("t"), NOON)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="title cannot be 7"):
        record.stories.save_draft("1", "T1:A", StoryFields(title=7), NOON)  # type: ignore[arg-type]
    assert record.faqs.get("1") is None


def test_reactions_are_counted_on_the_message_of_a_story(record: Record):
    book = record.stories
    assert book.submit_fields("1", "T1:A", StoryFields(title="x", consent=True), True, NOON)
    assert book.decide("1", Decision(State.PUBLISHED, "press", "T1:P", NOON))
    book.set_message("1", "C1", "2.2", "https://x.example")
    assert book.is_message("C1", "2.2")
    assert not book.is_message("C1", "9.9")
    book.set_reactions("C1", "2.2", 3)
    book.set_reactions("C1", "9.9", 5)
    found = book.published(3)[0]
    assert (found.reactions, found.link) == (3, "https://x.example")
    assert [s.id for s in book.published_between(NOON, NOON + timedelta(1))] == ["1"]
    assert book.published_between(NOON - timedelta(1), NOON) == []


def test_an_author_sees_what_awaits_something(record: Record):
    book = record.stories
    for id in "123":
        book.save_draft(id, "T1:A", StoryFields(title=id), NOON + timedelta(minutes=int(id)))
    assert book.submit("1", "T1:A", NOON + timedelta(hours=1))
    assert book.submit("2", "T1:A", NOON + timedelta(hours=2))
    assert book.decide("2", Decision(State.DECLINED, "p", "T1:P", NOON + timedelta(hours=3)))
    assert [each.id for each in book.unpublished_of("T1:A")] == ["1", "3"]
    assert book.unpublished_of("T1:B") == []
    # Their author sees what became of every one.
    assert {each.id for each in book.of_author("T1:A", 5)} >= {"1", "2", "3"}
