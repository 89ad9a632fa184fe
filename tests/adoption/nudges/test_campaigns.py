"""Campaigns and the messages in them, in any order, by two at once, and again after a kill."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adoption.nudges.models import Excluded, Reaction
from adoption.nudges.nudges import LATEST, Rules
from adoption.nudges.reading import PAUSE
from adoption.record import Record
from tests.adoption.factories import fresh_record
from tests.adoption.nudges.company import (
    NOW,
    SINCE,
    TODAY,
    TOOL,
    approve,
    campaign,
    company,
    cover,
    person,
    states,
    use,
)
from tests.support.examples import examples

PEOPLE = 12
ANYBODY = st.integers(0, PEOPLE - 1)


class Messages(RuleBasedStateMachine):
    """Admins approve and stop, workers send and are killed, people leave, use, press, opt out."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.record = fresh_record(Path(self._folder.name))
        self.now = NOW
        self.campaigns: list[str] = []
        self.approved: dict[str, datetime] = {}
        self.stopped: set[str] = set()
        # Messages that were posted, with who got them and when.
        self.posted: list[tuple[str, int, datetime]] = []
        self.on_their_way: list[tuple[str, int]] = []
        self.gone: set[int] = set()
        self.quiet: set[int] = set()
        self.users: dict[int, datetime] = {}

    def teardown(self) -> None:
        self.record.close()
        self._folder.cleanup()

    @initialize()
    def begins(self) -> None:
        company(self.record, PEOPLE)

    @rule(days=st.integers(1, 9))
    def time_passes(self, days: int) -> None:
        """Exports cover every day that has passed."""
        self.workers_end()
        before = self.now.date()
        self.now += timedelta(days=days)
        cover(self.record, before, self.now.date() - timedelta(days=1))

    @rule(twice=st.booleans())
    def an_admin_approves(self, twice: bool) -> None:
        id = f"c{len(self.campaigns)}"
        rules = Rules(grace_days=28, holdout=0.2, minimum=5)
        made = campaign(id, self.now)
        held = approve(self.record, made, rules)
        if twice:
            assert approve(self.record, made, rules) == held
        lately = [c for c, at in self.approved.items() if at > self.now - PAUSE]
        if lately:
            assert held is not None
            assert held.id == lately[-1]
        elif held is not None:
            assert held.id == id
            self.campaigns.append(id)
            self.approved[id] = self.now

    @rule(who=ANYBODY)
    def a_worker_posts(self, who: int) -> None:
        """Whoever was killed afterwards finds the message there already."""
        for id in self.campaigns:
            holder = self.record.nudges.ready(id, f"T1:U{who}", self.now, self.now.date())
            if holder is None:
                continue
            if (id, who) not in {(c, w) for c, w, _ in self.posted}:
                self.posted.append((id, who, self.now))
                assert who not in self.gone
                assert who not in self.quiet
                assert id not in self.stopped
                assert self.now - self.approved[id] <= LATEST
                assert who not in self.users or self.users[who] < self.approved[id]
                self.on_their_way.append((id, who))

    @rule()
    def workers_end(self) -> None:
        """They store what they posted, whatever was decided meanwhile."""
        for id, who in self.on_their_way:
            self.record.nudges.set_sent(id, f"T1:U{who}", self.now)
        self.on_their_way.clear()

    @rule(data=st.data())
    def an_admin_stops(self, data: st.DataObject) -> None:
        if self.campaigns:
            id = data.draw(st.sampled_from(self.campaigns))
            assert self.record.nudges.stop(id, self.now) is (id not in self.stopped)
            self.stopped.add(id)

    @rule(who=ANYBODY)
    def somebody_leaves(self, who: int) -> None:
        self.gone.add(who)
        self.record.roster.store([person(who, left_on=self.now.date())], self.now)

    @rule(who=ANYBODY)
    def somebody_uses_the_tool(self, who: int) -> None:
        # Use is reported by the day: that of today counts as after any approval of today.
        self.users[who] = self.now.replace(hour=23)
        use(self.record, who, self.now.date())

    @rule(who=ANYBODY, wants=st.booleans())
    def somebody_decides_about_messages(self, who: int, wants: bool) -> None:
        nudges, account = self.record.nudges, f"T1:U{who}"
        if wants:
            nudges.opt_in(account)
            self.quiet.discard(who)
        else:
            nudges.opt_out(account, self.now)
            self.quiet.add(who)
        assert nudges.is_opted_out(account) is not wants

    @rule(data=st.data(), who=ANYBODY)
    def somebody_presses(self, data: st.DataObject, who: int) -> None:
        for id in self.campaigns:
            self.record.nudges.react(id, f"T1:U{who}", data.draw(st.sampled_from(Reaction)))

    @invariant()
    def everybody_gets_one_in_two_weeks_at_most(self) -> None:
        counts = Counter((id, who) for id, who, _ in self.posted)
        assert not counts or max(counts.values()) == 1
        for who in {who for _, who, _ in self.posted}:
            moments = sorted(at for _, w, at in self.posted if w == who)
            pairs = itertools.pairwise(moments)
            assert all(later - earlier >= PAUSE for earlier, later in pairs)

    @invariant()
    def nobody_is_lost(self) -> None:
        known = {"planned", "sent", "held out", "skipped"}
        for id in self.campaigns:
            found = states(self.record, id)
            assert found.keys() <= known
            assert sum(found.values()) >= 3


TestMessages = Messages.TestCase
TestMessages.settings = settings(max_examples=examples(15), stateful_step_count=20, deadline=None)


def test_of_two_admins_at_once_one_starts_a_campaign(record: Record):
    company(record, 40)
    made = [campaign(f"c{number}") for number in range(2)]
    with ThreadPoolExecutor(2) as pool:
        held = list(pool.map(lambda each: approve(record, each), made))
    assert len({each.id for each in held if each}) == 1
    assert len(record.nudges.campaigns(SINCE_LONG)) == 1
    found = states(record, held[0].id if held[0] else "")
    assert sum(found.values()) == 40
    assert found["held out"] + found["planned"] == 40


def test_of_two_workers_at_once_one_finds_the_message_to_be_sent_and_it_is_sent_once(
    record: Record,
):
    company(record, 10)
    assert approve(record, campaign(holdout=0.0))

    def send(_: int) -> bool:
        nudges = record.nudges
        for each in nudges.planned("c1"):
            if nudges.ready("c1", each.account, NOW, TODAY) is not None:
                nudges.set_sent("c1", each.account, NOW)
        return True

    with ThreadPoolExecutor(2) as pool:
        assert all(pool.map(send, range(2)))
    assert states(record) == {"sent": 10}


SINCE_LONG = NOW - timedelta(days=100)


def test_two_campaigns_at_once_about_two_tools_never_pick_the_same_person(record: Record):
    company(record, 30, tools=(TOOL, "Venus"))
    days = [SINCE + timedelta(days=n) for n in range((TODAY - SINCE).days)]
    from adoption.usage.facts import Covered

    record.usage.store([], NOW, [Covered("Venus", "export", day) for day in days])
    made = [campaign("c1"), campaign("c2", tool="Venus")]
    with ThreadPoolExecutor(2) as pool:
        held = list(pool.map(lambda each: approve(record, each), made))
    assert sum(each is not None for each in held) == 1
    assert sum(states(record, "c1").values()) + sum(states(record, "c2").values()) == 30


def test_a_message_for_too_few_starts_nothing(record: Record):
    company(record, 4)
    assert approve(record, campaign()) is None
    assert record.nudges.campaigns(SINCE_LONG) == []


def skipped(record: Record) -> dict[str, int]:
    with record.engine.connect() as connection:
        query = "select skipped_for, count(*) from nudges where state = 'skipped' group by 1"
        return dict(connection.exec_driver_sql(query).all())


def test_a_message_is_not_sent_to_whom_it_does_not_fit_any_more(record: Record):
    company(record, 12)
    assert approve(record, campaign(holdout=0.0))
    changed = [
        person(0, left_on=TODAY),
        person(1, tools=("Venus",)),
        person(2, on_leave=True),
        person(3, part_time=True),
    ]
    record.roster.store(changed, NOW)
    use(record, 4, TODAY)
    record.nudges.opt_out("T1:U5", NOW)
    record.nudges.set_refused("c1", "T1:U6")
    assert record.personal_data.erase("T1:U7")
    got = [n for n in range(12) if record.nudges.ready("c1", f"T1:U{n}", NOW, TODAY)]
    assert got == [8, 9, 10, 11]
    assert sum(states(record).values()) == 11
    assert skipped(record) == {
        Excluded.NO_TOOL: 2,
        Excluded.ON_LEAVE: 1,
        Excluded.PART_TIME: 1,
        Excluded.USED: 1,
        Excluded.OPTED_OUT: 1,
        Excluded.REFUSED: 1,
    }
    late = NOW + LATEST + timedelta(seconds=1)
    assert record.nudges.ready("c1", "T1:U8", late, late.date()) is None
    assert record.nudges.stop("c1", NOW)
    assert record.nudges.planned("c1") == []
    assert skipped(record)[Excluded.STOPPED] == 3


def test_who_wants_no_reminders_keeps_that_when_everything_else_is_erased(record: Record):
    company(record, 5)
    record.nudges.opt_out("T1:U1", NOW)
    assert approve(record, campaign(), Rules(28, 0.2, 3))
    exported = record.personal_data.export("T1:U0")
    assert exported["nudges"][0]["state"] in ("planned", "held out")
    assert (
        record.personal_data.summary("T1:U1").counts["requests for no reminders about tools"] == 1
    )
    assert record.personal_data.erase("T1:U1")
    assert record.nudges.is_opted_out("T1:U1")
    assert record.personal_data.erase("T1:ADMIN")
    assert [each.approved_by for each in record.nudges.campaigns(SINCE_LONG)] == [""]


def test_old_campaigns_are_forgotten(record: Record):
    company(record, 5)
    assert approve(record, campaign())
    gone = record.forget(NOW + timedelta(days=1))
    assert (gone["nudges"], gone["nudge_campaigns"]) == (5, 1)
