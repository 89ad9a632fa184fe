from __future__ import annotations

import tempfile
import threading
from datetime import date, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from adoption.db.engine import open_database
from adoption.guides.decisions import GuideDecisions, guide_id
from adoption.guides.models import GuideDecision
from tests.adoption.factories import NOON, fresh_record
from tests.support.examples import examples

TODAY = date(2026, 11, 18)
SOURCES = st.sampled_from(["/guides/one.md", "/guides/two.md"])


class Guides(RuleBasedStateMachine):
    """Admins decide about two guides, in any order and any number of times."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.record = fresh_record(Path(self._folder.name))
        self.book = self.record.guide_decisions
        self.excluded: dict[str, bool] = {}
        self.reviewed: dict[str, date] = {}
        self.today, self.presses = TODAY, 0

    def teardown(self) -> None:
        self.record.close()
        self._folder.cleanup()

    @rule(source=SOURCES, decision=st.sampled_from(GuideDecision))
    def decides(self, source: str, decision: GuideDecision) -> None:
        self.presses += 1
        press, now = f"press{self.presses}", NOON + timedelta(seconds=self.presses)
        out, reviewed = self.excluded.get(source, False), self.reviewed.get(source)
        changes = {
            GuideDecision.STILL_ACCURATE: reviewed is None or reviewed < self.today,
            GuideDecision.EXCLUDED: not out,
            GuideDecision.INCLUDED: out,
        }[decision]
        # Told twice, as after a crash, it is the same decision.
        for _ in range(2):
            told = (source, "Title", decision, press, "T1:A", now, self.today)
            assert self.book.decide(*told) is changes
        if decision is GuideDecision.STILL_ACCURATE:
            self.reviewed[source] = self.today
        else:
            self.excluded[source] = decision is GuideDecision.EXCLUDED

    @rule()
    def a_day_passes(self) -> None:
        self.today += timedelta(days=1)

    @invariant()
    def holds_what_was_decided(self) -> None:
        found = self.book.all()
        for source, each in found.items():
            assert each.excluded is self.excluded.get(source, False)
            assert each.reviewed == self.reviewed.get(source)
            assert self.book.get(guide_id(source)) == each
        out = {source for source, left_out in self.excluded.items() if left_out}
        assert {each.source for each in self.book.excluded()} == out


Guides.TestCase.settings = settings(
    max_examples=examples(15), stateful_step_count=15, deadline=None
)
TestGuides = Guides.TestCase


def test_of_many_who_leave_a_guide_out_at_once_one_does(postgres: str):
    engine = open_database(postgres)
    book, source = GuideDecisions(engine), "/guides/at-once.md"
    won: list[str] = []
    ready = threading.Barrier(8)

    def decide(name: str) -> None:
        ready.wait(30)
        if book.decide(source, "T", GuideDecision.EXCLUDED, name, f"T1:{name}", NOON, TODAY):
            won.append(name)

    threads = [threading.Thread(target=decide, args=[f"U{n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    kept = book.get(guide_id(source))
    assert kept is not None
    assert (kept.excluded, kept.by) == (True, f"T1:{won[0]}")
    engine.dispose()


def test_who_has_their_data_erased_is_named_nowhere(tmp_path: Path):
    record = fresh_record(tmp_path)
    book = record.guide_decisions
    book.decide("/g.md", "\0 T \ud800", GuideDecision.EXCLUDED, "p", "T1:UADMIN", NOON, TODAY)
    # They never asked anything, so that nobody in the record goes by this account.
    assert list(record.personal_data.export("T1:UADMIN")) == ["guide_decisions"]
    assert record.personal_data.erase("T1:UADMIN")
    assert not record.personal_data.erase("T1:UADMIN")
    kept = book.get(guide_id("/g.md"))
    assert kept is not None
    assert (kept.excluded, kept.by) == (True, "")
    record.close()
