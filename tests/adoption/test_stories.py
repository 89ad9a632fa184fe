from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import delete

from adoption.feedback.voices import person_of
from adoption.people.directory import writing
from adoption.people.merge import merge_people
from adoption.people.programme_models import FaqState, StoryState
from adoption.people.roles import Champion, RoleBook
from adoption.questions.models import Base
from adoption.questions.record import Record
from adoption.reports.follow_ups import FollowUpBook
from adoption.reports.recommendations import Action
from adoption.reports.weeks import Week
from adoption.submissions.faqs import FaqBook, FaqFields
from adoption.submissions.stories import StoryBook, StoryFields, number
from tests.adoption.factories import NOON, fresh_record

AUTHORS = st.sampled_from(["T1:A", "T1:B"])
IDS = st.sampled_from(["1", "2"])
DECIDED = st.sampled_from([StoryState.PUBLISHED, StoryState.CHANGES, StoryState.DECLINED])


class Stories(RuleBasedStateMachine):
    """Authors write and send, admins decide, in any order and any number of times."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.record = fresh_record(Path(self._folder.name))
        self.book = StoryBook(self.record.engine)
        self.owner: dict[str, str] = {}
        self.state: dict[str, StoryState] = {}
        self.title: dict[str, str] = {}
        self.presses = 0
        self.now = NOON

    def teardown(self) -> None:
        self.record.close()
        self._folder.cleanup()

    def _is_open(self, id: str) -> bool:
        return self.state.get(id) in (StoryState.DRAFT, StoryState.CHANGES)

    @rule(id=IDS, author=AUTHORS, title=st.text(max_size=5))
    def writes(self, id: str, author: str, title: str) -> None:
        self.now += timedelta(seconds=1)
        kept = self.book.keep_draft(id, author, StoryFields(title=title), self.now)
        if id not in self.owner:
            self.owner[id], self.state[id] = author, StoryState.DRAFT
        mine = self.owner[id] == author and self._is_open(id)
        assert kept is mine
        if mine:
            self.title[id] = title.replace("\0", "").encode("utf-8", "replace").decode()

    @rule(id=IDS, author=AUTHORS)
    def sends(self, id: str, author: str) -> None:
        self.now += timedelta(seconds=1)
        sent = self.book.send(id, author, self.now)
        if self.owner.get(id) == author and self._is_open(id):
            self.state[id] = StoryState.AWAITING
        waits = self.owner.get(id) == author and self.state[id] is StoryState.AWAITING
        assert sent is waits

    @rule(id=IDS, state=DECIDED)
    def is_decided(self, id: str, state: StoryState) -> None:
        self.presses += 1
        self.now += timedelta(seconds=1)
        waits = self.state.get(id) is StoryState.AWAITING
        press = f"press{self.presses}"
        for _ in range(2):
            assert self.book.decide(id, state, press, "T1:P", "", self.now) is waits
        if waits:
            self.state[id] = state

    @rule(id=IDS, author=AUTHORS)
    def writes_late(self, id: str, author: str) -> None:
        if id in self.owner:
            early = NOON - timedelta(days=1)
            assert not self.book.keep_draft(id, author, StoryFields(title="old"), early)

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        for id, state in self.state.items():
            story = self.book.get(id)
            assert story is not None
            assert (story.account, story.state) == (self.owner[id], state)
            assert story.fields.title == self.title[id]
        published = {s.id for s in self.book.published()}
        assert published == {i for i, s in self.state.items() if s is StoryState.PUBLISHED}


TestStories = Stories.TestCase
TestStories.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5.5", "5.5"), (" 2,5 ", "2.5"), ("0", None), ("-1", None), ("1e9", None), ("NaN", None)],
)
def test_a_figure_is_a_number_above_nothing(text: str, value: str | None):
    got = number(text)
    assert (None if got is None else str(got.normalize())) == value


def test_those_who_opened_home_last_come_first(tmp_path: Path):
    record = fresh_record(tmp_path)
    roles = RoleBook(record.engine)
    for minutes, account in enumerate(["T1:A", "T1:B", "T1:C"]):
        roles.keep_home(account, "h", account == "T1:A", NOON + timedelta(minutes=minutes))
    roles.keep_home("T1:A", "h2", True, NOON + timedelta(hours=1), opened=False)
    assert roles.homes(most=2) == ["T1:C", "T1:B"]
    assert roles.homes(admins_only=True) == ["T1:A"]
    assert roles.home_hash("T1:A") == "h2"
    record.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    if request.param == "sqlite":
        made = fresh_record(tmp_path)
    else:
        made = Record.open(request.getfixturevalue("postgres"))
        with made.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(delete(table))
    yield made
    made.close()


def test_an_entry_is_saved_and_decided_on_once_on_every_database(record: Record):
    book, fields = FaqBook(record.engine), FaqFields("Why\0?", "Because\ud800.")
    later = NOON + timedelta(hours=1)
    assert book.send("1", "T1:A", fields, True, NOON)
    # The same once more, as a step that is repeated; then somebody else.
    assert book.send("1", "T1:A", fields, True, NOON)
    assert not book.send("1", "T1:B", fields, False, later)
    book.keep_review("1", [("D1", "1.1")])
    assert [each.id for each in book.awaiting()] == ["1"]
    assert book.decide("1", FaqState.DECLINED, "press", "T1:P", "not\0now", NOON)
    assert book.decide("1", FaqState.DECLINED, "press", "T1:P", "not\0now", NOON)
    assert not book.decide("1", FaqState.PUBLISHED, "another", "T1:Q", "", NOON)
    declined = book.get("1")
    assert declined is not None
    assert (declined.note, declined.decided_by, declined.review) == (
        "notnow",
        "T1:P",
        (("D1", "1.1"),),
    )
    assert book.send("1", "T1:B", fields, False, later)
    again = book.get("1")
    assert again is not None
    assert (again.account, again.named, again.note, again.review) == ("T1:B", False, "", ())
    edited = FaqFields("Why?", "So.", "Copilot", "champions")
    assert book.decide("1", FaqState.PUBLISHED, "third", "T1:P", "", later, edited)
    assert [each.fields for each in book.published()] == [edited]
    assert not book.send("1", "T1:A", fields, True, later)
    assert book.awaiting() == []


def test_it_is_the_same_on_every_database(record: Record):
    book, roles = StoryBook(record.engine), RoleBook(record.engine)
    fields = StoryFields(title="x\0y\ud800", consent=True)
    assert book.keep_draft("1", "T1:A", fields, NOON)
    assert book.send("1", "T1:A", NOON)
    book.keep_review("1", [("D1", "1.1")])
    assert book.decide("1", StoryState.PUBLISHED, "press", "T1:P", "well\0done", NOON)
    book.keep_place("1", "C1", "2.2", "https://x.example")
    assert book.keep_reactions("C1", "2.2", 3) == "1"
    assert book.keep_reactions("C1", "9.9", 3) is None
    story = book.published(3)[0]
    assert (story.reactions, story.note, story.review) == (3, "welldone", (("D1", "1.1"),))
    assert roles.name("T1:A", "Finance", NOON)
    assert not roles.name("T1:A", "Sales", NOON)
    roles.mark_trained("T1:A", NOON.date())
    roles.keep_home("T1:A", "h", True, NOON)
    assert roles.champion("T1:A") == Champion("T1:A", "Sales", NOON.date())
    roles.keep_said("key", NOON)
    roles.keep_said("key", NOON)
    assert roles.is_said("key")
    roles.unname("T1:A")
    assert roles.champions() == []
    points = FollowUpBook(record.engine)
    points.recommend(Week(2026, 46), [Action("gap", ("Write it.",), (), "x")] * 1)
    assert points.take("2026-W46", "gap", "T1:A")
    assert not points.take("2026-W46", "gap", "T1:B")
    assert points.finish("2026-W46", "gap", "T1:B", "done", NOON)
    assert not points.finish("2026-W46", "gap", "T1:A", "too", NOON)
    assert points.of(Week(2026, 46))[0].did == "done"


def test_two_pseudonyms_of_one_person_become_one_with_all_they_did(tmp_path: Path):
    record = fresh_record(tmp_path)
    book, roles = StoryBook(record.engine), RoleBook(record.engine)
    for id, account in (("1", "T1:A"), ("2", "T1:B")):
        book.keep_draft(id, account, StoryFields(title=id), NOON)
        roles.name(account, None, NOON)
        roles.keep_home(account, "h", False, NOON)
    with writing(record.engine) as connection:
        kept, gone = (person_of(connection, account, NOON) for account in ("T1:A", "T1:B"))
        merge_people(connection, kept=kept, gone=gone)
    assert {story.id for story in book.open_of("T1:A")} == {"1", "2"}
    assert [each.account for each in roles.champions()] == ["T1:A"]
    assert roles.homes() == ["T1:A"]
    record.close()
