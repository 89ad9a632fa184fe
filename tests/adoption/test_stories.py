from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adoption.programme_models import StoryState
from adoption.roles import RoleBook
from adoption.stories import StoryBook, StoryFields, number
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
