from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt import BoltRequest

from adoption.people.roster import RosterRow
from adoption.pulse.answers import Answer, Outcome
from adoption.pulse.models import RoundState
from adoption.pulse.rounds import Plan
from adoption.pulse.statements import ELEMENTS
from bot.features.pulse import blocks
from bot.features.pulse.jobs import MessageDue, advance, send_message
from bot.features.pulse.secret import answers_of, rounds_of
from bot.jobs.job import Due
from bot.slack.view_values import ViewValues
from slack_emulator import LocalWorkspace, Person
from slack_emulator.blockkit import check_view
from tests.support.app import RunningApp, running_app, written

NAMES = ("user", "champion", "admin", "second", "ana", "ben", "cleo", "dan", "eve", "fay")
WORDS = "My boss Zebediah gives us no time."


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, admin_channel="ai-programme") as running:
        for name in NAMES[4:]:
            slack.add_user(name, name.title())
        rows = [
            RosterRow(f"{name}@x.example", "Finance", wave="Wave 1", account=running.account(name))
            for name in NAMES
        ]
        running.record.roster.store(rows, running.container.now())
        running.quiet()
        yield running


def people(play: RunningApp) -> list[Person]:
    return [play.slack.user(name) for name in NAMES]


def begun(play: RunningApp) -> str:
    """A round that opened tomorrow morning."""
    tomorrow = play.container.now().date() + timedelta(days=1)
    at = datetime.combine(tomorrow, time(9, 1), play.container.settings.zone)
    priya = play.slack.user("admin")
    priya.runs("/uptake pulse")
    priya.submits(
        {
            "first": {"first": tomorrow.isoformat()},
            "days": {"days": "7"},
            "every": {"every": "4"},
        }
    )
    play.told(priya, "The pulse opens on")
    play.clock.advance((at - play.container.now()).total_seconds())
    play.catch_up()
    for person in people(play):
        play.told(person, "How is it going with our AI tools?", 60)
    play.quiet()
    running = rounds_of(play.container).running()
    assert running is not None
    assert running.state is RoundState.OPEN
    return running.id


def choices(score: int, comment: str = "") -> dict[str, dict[str, str]]:
    return {str(each): {str(each): str(score)} for each in ELEMENTS} | (
        {"comment": {"comment": comment}} if comment else {}
    )


def answers(play: RunningApp, person: Person, score: int = 2, comment: str = "") -> str:
    """Somebody answers the invitation; gives what they are told."""
    person.presses("pulse_open", play.told(person, "How is it going"))
    if person.modal is None or person.modal["callback_id"] != blocks.PULSE_DIALOG:
        said = written(person.modal or {})
    else:
        person.submits(choices(score, comment))
        said = written(person.modal or {})
    person.closes()
    return said


def invited(play: RunningApp, person: Person, words: str) -> int:
    return len([m for m in play.direct(person) if words in written(m)])


def test_a_round_from_its_plan_to_its_results(play: RunningApp):
    begun(play)
    maya, tom, *others = (play.slack.user(n) for n in ("user", "second", "ana", "ben", "cleo"))
    assert "Your answer is counted." in answers(play, maya)
    assert "counted already" in answers(play, maya)
    for person in others:
        answers(play, person)
    play.catch_up()
    play.clock.advance(timedelta(days=4).total_seconds())
    play.catch_up()
    play.told(tom, "This is the only reminder")
    play.quiet()
    assert [invited(play, p, "only reminder") for p in (maya, tom, *others)] == [0, 1, 0, 0, 0]
    play.clock.advance(timedelta(days=1).total_seconds())
    play.catch_up()
    play.quiet()
    assert [invited(play, p, "only reminder") for p in (maya, tom)] == [0, 1]
    answers(play, tom)
    play.clock.advance(timedelta(days=4).total_seconds())
    play.catch_up()
    closed = play.slack.wait_for(
        lambda: [m for m in play.slack.messages("ai-programme") if "is closed" in written(m)], 30
    )
    play.quiet()
    assert len(closed) == 1
    priya = play.slack.user("admin")
    priya.opens_app("home")
    assert "Awareness is the barrier" in written(play.home(priya, "Pulse of"))
    assert "This round is over" in answers(play, priya)
    following = rounds_of(play.container).running()
    assert following is not None
    assert following.state is RoundState.PLANNED
    assert (following.every, following.days) == (4, 7)


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a SQLite database."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            row[0]
            for row in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        rows = {name: connection.execute(f'select * from "{name}"') for name in names}
        return {name: sorted(map(repr, found)) for name, found in rows.items()}


def test_nothing_anywhere_says_who_answered_what(
    play: RunningApp, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    """All that an answer changes in the two databases is a receipt, counts and a comment.

    What is not there before and after cannot tie it to anybody; what is there is tried in
    tests/adoption/pulse/test_answers.py.
    """
    begun(play)
    maya = play.slack.user("user")
    data = play.container.settings.data_dir
    maya.presses("pulse_open", play.told(maya, "How is it going"))
    play.quiet()
    jobs, record = tables(data / "jobs.sqlite"), tables(data / "record.sqlite")
    with caplog.at_level(logging.DEBUG):
        maya.submits(choices(4, WORDS))
        assert "is counted" in written(maya.modal or {})
        play.quiet()
    after = tables(data / "jobs.sqlite")
    assert {n for n in jobs if jobs[n] != after[n]} <= {"dbos_executors", "executors"}
    changed = tables(data / "record.sqlite")
    assert {n for n in record if record[n] != changed[n]} == {
        "pulse_receipts",
        "pulse_groups",
        "pulse_comments",
    }
    for name in ("pulse_receipts", "pulse_groups", "pulse_comments"):
        rows = str(changed[name])
        assert maya.id not in rows
        assert str(play.container.now().year) not in rows
    assert "Zebediah" not in str(changed)
    logged = caplog.text + "".join(capfd.readouterr())
    for secret in (WORDS, "pulse_receipts", '"4"', "'4'"):
        assert secret not in logged


def test_a_reminder_leaves_the_same_trace_whether_it_was_sent_or_not(play: RunningApp):
    begun(play)
    for name in ("user", "champion", "ana"):
        answers(play, play.slack.user(name))
    play.clock.advance(timedelta(days=5).total_seconds())
    play.catch_up()
    play.told(play.slack.user("second"), "This is the only reminder")
    play.quiet()
    found = [
        job
        for job in play.container.jobs.stored(send_message)
        if job.payload.is_reminder and not job.is_open
    ]
    assert len(found) == len(NAMES)
    assert {(job.result, job.has_failed) for job in found} == {(None, False)}
    rows = steps_of_reminders(play.container.settings.data_dir / "jobs.sqlite")
    # The step that sends, and the one that says which process runs it: for each person alike.
    assert len(rows) == 2 * len(NAMES)
    assert len({row[1:] for row in rows}) == 2
    ids = [play.slack.user(name).id for name in NAMES]
    assert not any(id in str(rows) for id in ids)


def steps_of_reminders(path: Path) -> list[tuple[Any, ...]]:
    """The steps of the jobs that remind people: job, number, name, result, error."""
    query = """
        select workflow_uuid, function_id, function_name, output, error from operation_outputs
        where workflow_uuid like 'pulse.message:%:reminders:%'
    """
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


def test_of_two_presses_at_once_one_counts(play: RunningApp):
    id = begun(play)
    maya = play.account("user")

    def press(score: int) -> Outcome:
        now = play.container.now()
        return answers_of(play.container).add(id, maya, Answer([score] * 5), now)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(press, [1, 2, 3, 4]))
    assert sorted(outcomes) == [Outcome.ALREADY] * 3 + [Outcome.COUNTED]


def test_of_two_hours_at_once_each_message_goes_out_once(play: RunningApp):
    """As two workers do that find a round due, or one that is taken for dead and is not."""
    id = begun(play)
    play.clock.advance(timedelta(days=5).total_seconds())
    for minute in range(4):
        at = Due(play.container.now() + timedelta(minutes=minute))
        play.container.jobs.enqueue(advance, at, key=f"hour {minute}")
    play.quiet()
    for person in people(play):
        assert invited(play, person, "only reminder") == 1
        assert invited(play, person, "How is it going") == 1
    play.clock.advance(timedelta(days=4).total_seconds())
    for minute in range(4):
        at = Due(play.container.now() + timedelta(minutes=minute))
        play.container.jobs.enqueue(advance, at, key=f"last hour {minute}")
    play.quiet()
    closed = [m for m in play.slack.messages("ai-programme") if "is closed" in written(m)]
    assert len(closed) == 1
    found = rounds_of(play.container).get(id)
    assert found is not None
    assert found.state is RoundState.CLOSED


def test_a_message_that_was_sent_is_not_sent_again(play: RunningApp):
    """A worker that was killed after it posted leaves the rest to another one."""
    id = begun(play)
    tom = play.slack.user("second")
    slots = answers_of(play.container).slots(id, play.container.now())
    for slot in slots:
        # As another worker takes them up: under other keys, it looks before it posts.
        due = MessageDue(id, slot, False)
        play.container.jobs.enqueue(send_message, due, key=f"{id}:invitations:{slot}")
    play.quiet()
    assert invited(play, tom, "How is it going") == 1


def test_who_is_no_admin_plans_and_cancels_nothing(play: RunningApp):
    maya = play.slack.user("user")
    maya.runs("/uptake pulse")
    assert "No round is open" in written(maya.whispers("general")[-1])
    id = begun(play)
    for kind, name in (("view_submission", blocks.PLAN_DIALOG), ("block_actions", blocks.CANCEL)):
        body = forged(play, maya, kind, name, id)
        assert play.app.dispatch(BoltRequest(body=body, mode="socket_mode")).status == 200
    play.quiet()
    assert [each.action for each in play.record.refused_actions.last(9)] == ["pulse"] * 2
    assert rounds_of(play.container).running() is not None


def forged(play: RunningApp, person: Person, kind: str, name: str, id: str) -> dict[str, Any]:
    tomorrow = (play.container.now() + timedelta(days=1)).date().isoformat()
    chosen = {
        "first": {"first": {"type": "datepicker", "selected_date": tomorrow}},
        "days": {"days": {"type": "static_select", "selected_option": {"value": "7"}}},
        "every": {"every": {"type": "static_select", "selected_option": {"value": "0"}}},
    }
    view = {"type": "modal", "id": "V0FORGED", "hash": "1", "callback_id": name}
    body: dict[str, Any] = {
        "type": kind,
        "user": {"id": person.id, "username": "x", "team_id": play.slack.team_id},
        "team": {"id": play.slack.team_id, "domain": "northwind"},
        "api_app_id": "A0",
        "trigger_id": "1.1.forged",
        "view": view | {"private_metadata": "", "state": {"values": chosen}},
    }
    if kind == "block_actions":
        action = {"type": "button", "action_id": name, "block_id": "b", "value": id}
        body["actions"] = [action | {"action_ts": "1795000001.000100"}]
    return body


def test_an_admin_cancels_a_round_and_its_answers_are_gone(play: RunningApp):
    id = begun(play)
    answers(play, play.slack.user("user"))
    priya = play.slack.user("admin")
    priya.runs("/uptake pulse")
    assert priya.modal is not None
    assert "is open from" in written(priya.modal)
    priya.presses("pulse_cancel", priya.modal)
    assert "is cancelled" in written(priya.modal)
    found = rounds_of(play.container).get(id)
    assert found is not None
    assert found.state is RoundState.CANCELLED
    assert play.rows("select count(*) from pulse_groups") == [(0,)]
    assert "This round is over" in answers(play, play.slack.user("second"))


# Dialogs


@given(st.dates(), st.integers(3, 100))
def test_the_dialogs_are_as_slack_takes_them(last, minimum: int):
    check_view(blocks.answer_dialog("r", blocks.Shown(last, minimum)).to_dict())


@pytest.mark.parametrize("chosen", [{}, {"awareness": "6"}, {"awareness": "1 or 1"}])
def test_a_choice_that_is_missing_or_forged_is_asked_for_again(chosen: dict[str, str]):
    state = {
        name: {name: {"selected_option": {"value": value}}}
        for name, value in ({str(e): "3" for e in ELEMENTS if e != "awareness"} | chosen).items()
    }
    found = blocks.answer_in(ViewValues({"id": "V1", "state": {"values": state}}))
    assert found == {"awareness": "Please choose a number."}


@pytest.mark.parametrize(
    ("first", "days", "every", "wrong"),
    [
        ("2026-11-30", "7", "4", set()),
        ("2026-11-29", "7", "4", {"first"}),
        ("soon", "7", "4", {"first"}),
        ("2026-12-01", "400", "5", {"days", "every"}),
    ],
)
def test_a_plan_is_for_today_or_later(first: str, days: str, every: str, wrong: set[str]):
    today = datetime(2026, 11, 30).date()
    values = {
        "first": {"first": {"selected_date": first}},
        "days": {"days": {"selected_option": {"value": days}}},
        "every": {"every": {"selected_option": {"value": every}}},
    }
    found = blocks.plan_in(ViewValues({"id": "V1", "state": {"values": values}}), today)
    if wrong:
        assert isinstance(found, dict)
        assert found.keys() == wrong
    else:
        assert found == Plan(today, 7, 4)
    check_view(blocks.plan_dialog(None, today, ZoneInfo("Europe/Berlin")).to_dict())
