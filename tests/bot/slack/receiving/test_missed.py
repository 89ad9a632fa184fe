"""Messages that came while the app could not take them in are taken in afterwards, once."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from slack_bolt import BoltRequest, BoltResponse

from bot.slack.errors import SlackDown, SlackRefused
from bot.slack.receiving.missed import Attendance, NotTakenIn, after_a_stop, take_in_missed
from slack_emulator import LocalWorkspace
from slack_emulator.state.clock import ManualClock
from tests.support.app import BUDGET, MANIFEST, WEATHER, RunningApp, running_app
from tests.support.slack import PATIENCE

SLACKS_OWN = (0, 60, 300)


def cut_off(it: RunningApp) -> None:
    """Nothing reaches Slack's socket any more."""
    it.slack.faults.plan("apps.connections.open", "500", times=100_000)
    it.slack.drop_sockets()
    it.slack.wait_for(lambda: not it.slack.connections, 30, "the end of the connection")


def back(it: RunningApp) -> None:
    it.slack.faults.forget()
    it.slack.wait_until_connected()


def gave_up(slack: LocalWorkspace, events: int) -> bool:
    """Whether so many events were sent as often as Slack does, while time goes on."""
    slack.advance(5)
    return len(slack.given_up()) >= events


def answers_of(it: RunningApp, *asked) -> list[int]:
    return [len(it.slack.answers(each)) for each in asked]


def not_stored(request: BoltRequest) -> BoltResponse:
    return BoltResponse(status=500)


def test_after_ten_minutes_without_a_network_every_question_is_answered_once(
    home: Path, tmp_path: Path
):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    began = time.time()
    slack = LocalWorkspace(
        MANIFEST,
        strict_rates=False,
        patience=PATIENCE,
        clock=ManualClock(began),
        retry_after=SLACKS_OWN,
    )
    with slack, running_app(data, slack=slack) as it:
        before, _ = it.asks()
        slack.advance(120)
        cut_off(it)
        user, second = slack.user(), slack.user("second")
        mention = user.says(f"{slack.mention} {WEATHER}", "general")
        private = user.says(BUDGET, "app")
        follow_up = user.says(f"{slack.mention} and who is the sponsor?", "general", before)
        chat = second.says("Shall we have lunch?", "general")
        it.eventually(lambda: gave_up(slack, 6), "Slack gives up")
        slack.advance(max(began + 720 - slack.parts.core.clock(), 0))
        assert answers_of(it, mention, private) == [0, 0]
        back(it)
        assert it.slack.connections == 1
        count = take_in_missed(it.container.slack, it.app.dispatch, began + 60)
        it.quiet()
        assert count >= 4
        assert answers_of(it, mention, private, chat) == [1, 1, 0]
        # The thread has the first answer and the follow-up's.
        assert answers_of(it, before) == [2]
        ids = {row[0] for row in it.rows("select id from interactions")}
        assert {f"{each.channel}:{each.ts}" for each in (mention, private, follow_up)} < ids
        posts = len(slack.posts())
        take_in_missed(it.container.slack, it.app.dispatch, began - 60)
        it.quiet()
        assert len(slack.posts()) == posts
        with pytest.raises(NotTakenIn):
            take_in_missed(it.container.slack, not_stored, began - 60)


class Line:
    """A connection and a database, and what was asked for."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now
        self.hears = self.stores = True
        self.fails = self.refuses = False
        self.asked: list[float] = []

    def take_in(self, since: float) -> int:
        if self.refuses:
            raise SlackRefused("missing_scope", "im:read")
        if self.fails:
            raise SlackDown("URLError", "Slack does not answer.")
        self.asked.append(since)
        return 0

    def attendance(self, since: float | None = None) -> Attendance:
        return Attendance(
            lambda: self.hears, lambda: self.stores, self.take_in, lambda: self.now, since
        )

    def at(self, attendance: Attendance, moment: float) -> None:
        self.now = moment
        attendance.step()


@pytest.mark.parametrize("part", ["hears", "stores"])
def test_what_was_missed_is_looked_for_once_the_part_is_back(part: str):
    line = Line()
    attendance = line.attendance()
    line.at(attendance, 1005.0)
    setattr(line, part, False)
    for moment in (1010.0, 1300.0, 1600.0):
        line.at(attendance, moment)
    assert attendance.is_away is (part == "stores")
    assert line.asked == []
    setattr(line, part, True)
    line.fails = True
    line.at(attendance, 1605.0)
    assert not attendance.is_away
    line.fails = False
    line.at(attendance, 1610.0)
    assert line.asked == [], "it is tried again after half a minute"
    line.at(attendance, 1640.0)
    # Since it was last known to be up, and five minutes more.
    assert line.asked == [1005.0 - 300]
    line.at(attendance, 1700.0)
    assert len(line.asked) == 1


def test_what_could_not_be_stored_is_looked_for_and_never_more_than_a_day_back():
    line = Line()
    attendance = line.attendance(since=900.0)
    line.at(attendance, 200_000.0)
    assert line.asked == [200_000.0 - 86_400]
    line.now = 200_050.0
    attendance.missed()
    line.now = 200_090.0
    attendance.missed()
    line.at(attendance, 200_100.0)
    assert line.asked[1:] == [200_050.0 - 300]


def test_the_clock_set_back_an_hour_does_not_hold_up_the_look():
    line = Line()
    attendance = line.attendance()
    line.hears = False
    line.at(attendance, 1100.0)
    line.hears = True
    line.at(attendance, 1100.0 - 3600)
    assert line.asked == [1000.0 - 300]


def test_what_slack_refuses_is_said_once(caplog: pytest.LogCaptureFixture):
    line = Line()
    line.refuses = True
    attendance = line.attendance(since=900.0)
    line.at(attendance, 1005.0)
    line.at(attendance, 1105.0)
    said = [each.getMessage() for each in caplog.records]
    assert said == [
        "What was missed cannot be taken in: Slack refuses (missing_scope). (it needs im:read)"
    ]


@pytest.mark.parametrize(
    ("last", "since"), [(None, None), (100_000.0 - 299, None), (100_000.0 - 301, 100_000.0 - 301)]
)
def test_after_a_short_stop_slack_sends_by_itself_what_was_missed(
    last: float | None, since: float | None
):
    assert after_a_stop(last, 100_000.0) == since
