from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from adoption.training.catalogue import Course, Plan, Session
from adoption.training.models import SeatState, Tier
from bot.features.training.admin_blocks import absent_dialog
from bot.features.training.jobs import SessionPress, cancel_session
from bot.slack.identity import user_of
from slack_emulator import LocalWorkspace, Person
from slack_emulator.blockkit import check_view
from tests.support.app import RunningApp, running_app, written
from tests.support.examples import examples

BERLIN = ZoneInfo("Europe/Berlin")
COURSE = Course(
    "prompting",
    "Prompting by hand",
    Tier.HANDS_ON,
    "Bring a task of your own.",
    materials=("Budget",),
)


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(
        places[0], slack, help_channel=None, working_hours="Mon-Sun 0:00-23:59"
    ) as running:
        yield running


def begins(play: RunningApp, days: int = 3) -> datetime:
    """Ten in the morning in Berlin, some days from now."""
    now = datetime.fromtimestamp(play.clock(), UTC).astimezone(BERLIN)
    day = now + timedelta(days=days)
    return day.replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)


def plan(play: RunningApp, id: str = "s1", seats: int = 1, days: int = 3, **more: object) -> Plan:
    """A planned session whose host is Jonas."""
    made = Plan(
        id=id,
        course=COURSE.id,
        starts_at=begins(play, days),
        minutes=240,
        zone="Europe/Berlin",
        seats=seats,
        host=play.account("champion"),
        place="Room 4",
        **more,  # type: ignore[arg-type]
    )
    play.record.training.catalogue.put_courses([COURSE])
    play.record.training.catalogue.plan(made, play.container.now())
    return made


def signs_up(play: RunningApp, person: Person, session: str = "s1") -> None:
    person.runs("/uptake training")
    assert person.modal is not None
    person.presses("training_sign_up", person.modal, block_id=f"session:{session}")
    play.quiet()


def invitations(play: RunningApp, person: Person) -> list[Calendar]:
    files = [file for m in person.sees("app") for file in m.body.get("files") or []]
    stored = play.slack.parts.state.files
    contents = [stored.get(each["id"]).content or b"" for each in files]
    return [Calendar.from_ical(each.decode()) for each in contents]


def clock_reaches(play: RunningApp, moment: datetime) -> None:
    play.clock.advance((moment - play.container.now()).total_seconds())
    play.catch_up()
    play.quiet()


def test_a_seat_is_confirmed_given_up_and_goes_to_whoever_waits(play: RunningApp):
    plan(play)
    maya, tom = play.slack.user("user"), play.slack.user("second")
    signs_up(play, maya)
    assert "You have a seat." in written(maya.modal or {})
    maya.closes()
    shown = written(play.told(maya, "You have a seat in *Prompting by hand*"))
    assert "10:00–14:00" in shown
    assert "Room 4" in shown
    (invitation,) = invitations(play, maya)
    (event,) = invitation.walk("VEVENT")
    assert event["DTSTART"].dt == begins(play)
    assert invitation["METHOD"] == "PUBLISH"
    signs_up(play, tom)
    assert "on the wait list" in written(tom.modal or {})
    tom.closes()
    play.told(tom, "is full, so you are on the wait list")
    maya.presses("training_give_up", play.told(maya, "You have a seat"))
    play.quiet()
    play.told(maya, "You no longer have a seat")
    play.told(tom, "A seat became free")
    assert [each["METHOD"] for each in invitations(play, maya)] == ["PUBLISH", "CANCEL"]
    revisions = [int(each.walk("VEVENT")[0]["SEQUENCE"]) for each in invitations(play, maya)]
    assert revisions == sorted(set(revisions))
    assert [each["METHOD"] for each in invitations(play, tom)] == ["PUBLISH"]
    states = play.record.training.seats.people("s1")
    assert states == {play.account(tom): SeatState.CONFIRMED}


def test_the_next_sessions_are_an_answer(play: RunningApp):
    none = play.asks("user", "When is the next training?", "app")[1]
    assert "No session is planned for you" in written(none)
    plan(play)
    answer = written(play.asks("user", "when is the next AI course?", "app")[1])
    assert "**Prompting by hand** (hands-on): " in answer
    assert "Sign up with `/uptake training`." in answer
    signs_up(play, play.slack.user("user"))
    mine = written(play.asks("user", "when is the next AI course?", "app")[1])
    assert "You have a seat." in mine
    assert "Sign up" not in mine


def summer_time_begins() -> str:
    """The last Sunday of March of next year."""
    end = date(datetime.now(UTC).year + 1, 3, 31)
    return f"{end - timedelta(days=(end.weekday() + 1) % 7)}"


def session_form(play: RunningApp, **changed: str) -> dict[str, dict[str, str]]:
    given = {
        "course": COURSE.id,
        "day": f"{begins(play, 5).astimezone(BERLIN):%Y-%m-%d}",
        "time": "10:00",
        "zone": "Europe/Berlin",
        "minutes": "240",
        "seats": "12",
        "host": play.slack.user("champion").id,
        "place": "https://meet.example/42",
    } | changed
    return {name: {name: value} for name, value in given.items()}


def test_an_admin_keeps_the_catalogue_and_people_hear_of_each_change_once(play: RunningApp):
    priya, maya = play.slack.user("admin"), play.slack.user("user")
    priya.runs("/uptake training")
    assert priya.modal is not None
    priya.presses("training_manage", priya.modal)
    priya.presses("training_add_course", priya.modal)
    course = {"title": "Asking well", "tier": "awareness", "about": "Two hours for everybody."}
    assert not priya.submits({name: {name: value} for name, value in course.items()})
    assert "Asking well" in written(priya.modal)
    play.record.training.catalogue.put_courses([COURSE])
    priya.presses("training_add_session", priya.modal)
    for wrong, says in (
        ({"zone": "Mars/Base"}, "no such time zone"),
        ({"day": "2020-01-01"}, "a time in the future"),
        ({"seats": "0"}, "a number from 1 to 1000"),
        ({"day": summer_time_begins(), "time": "02:30"}, "skip this time"),
    ):
        assert says in str(priya.submits(session_form(play, **wrong)))
    assert not priya.submits(session_form(play))
    play.quiet()
    assert "Prompting by hand" in written(priya.modal or {})
    (session,) = play.record.training.catalogue.sessions(play.container.now())
    signs_up(play, maya, session.id)
    maya.closes()
    play.told(maya, "You have a seat")
    priya.presses("training_change_session", priya.modal or {}, block_id="")
    assert not priya.submits(session_form(play, time="15:30"))
    play.quiet()
    moved = written(play.told(maya, "was moved"))
    assert "15:30–19:30" in moved
    assert "Join online" in moved
    priya.presses("training_call_off", priya.modal or {})
    play.quiet()
    play.told(maya, "was cancelled. We're sorry")
    heard = [written(each) for each in play.direct(maya)]
    assert sum("was moved" in each for each in heard) == 1
    assert sum("was cancelled" in each for each in heard) == 1
    methods = [each["METHOD"] for each in invitations(play, maya)]
    assert methods == ["PUBLISH", "PUBLISH", "CANCEL"]


def test_who_is_no_admin_changes_nothing(play: RunningApp):
    plan(play)
    maya = play.slack.user("user")
    maya.runs("/uptake training")
    assert "training_manage" not in str(maya.modal)
    press = SessionPress(play.account("user"), "s1")
    play.container.jobs.enqueue_and_wait(cancel_session, press, key="forged")
    play.told(maya, "Only an admin")
    assert play.rows("select action from refused_actions") == [("training",)]
    assert play.record.training.catalogue.sessions(play.container.now())


def test_reminders_come_a_day_and_an_hour_before_in_everybodys_own_time(play: RunningApp):
    made = plan(play, seats=5)
    maya = play.slack.user("user")
    kim = play.slack.add_user("kim", "Kim Kind", timezone="America/New_York")
    kim.joins("general")
    for person in (maya, kim):
        signs_up(play, person)
    clock_reaches(play, made.starts_at - timedelta(hours=25))
    assert not [m for m in play.direct(maya) if "Reminder" in written(m)]
    clock_reaches(play, made.starts_at - timedelta(hours=23, minutes=50))
    assert "10:00–14:00" in written(play.told(maya, "Reminder: *Prompting by hand*"))
    clock_reaches(play, made.starts_at - timedelta(minutes=55))
    assert "at 10:00" in written(play.told(maya, "begins in an hour"))
    begin = made.starts_at.astimezone(ZoneInfo("America/New_York"))
    assert f"at {begin:%H:%M}" in written(play.told(kim, "begins in an hour"))
    clock_reaches(play, made.starts_at - timedelta(minutes=40))
    for person in (maya, kim):
        heard = [written(each) for each in play.direct(person)]
        assert sum("Reminder:" in each for each in heard) == 1
        assert sum("in an hour" in each for each in heard) == 1


def test_of_a_moved_session_one_reads_in_the_zone_of_the_message_before(play: RunningApp):
    made = plan(play, seats=5)
    kim = play.slack.add_user("kim", "Kim Kind", timezone="America/New_York")
    kim.joins("general")
    signs_up(play, kim)
    play.told(kim, "You have a seat")
    # What Slack said of Kim is too old by then.
    play.clock.advance(3600)
    later = replace(made, starts_at=made.starts_at + timedelta(days=1, hours=2))
    play.record.training.catalogue.plan(later, play.container.now())
    calls = len(play.slack.calls("users.info"))
    clock_reaches(play, play.container.now() + timedelta(minutes=10))
    begin = later.starts_at.astimezone(ZoneInfo("America/New_York"))
    assert f"{begin:%H:%M}–" in written(play.told(kim, "moved"))
    assert kim.id not in {c.arguments["user"] for c in play.slack.calls("users.info")[calls:]}


def test_the_host_marks_who_came_and_completion_reaches_the_roles(play: RunningApp):
    play.record.training.catalogue.put_courses(
        [Course("coach", "Coaching", Tier.ADVANCED, roles=("champion",))]
    )
    play.record.roles.add_champion(play.account("second"), "Sales", play.container.now())
    made = Plan(
        "c1", "coach", begins(play), 60, "Europe/Berlin", 5, play.account("champion"), "Room 4"
    )
    play.record.training.catalogue.plan(made, play.container.now())
    tom, maya, jonas = (play.slack.user(who) for who in ("second", "user", "champion"))
    assert play.record.training.next_for(play.account(maya), play.container.now()) == []
    signs_up(play, tom, "c1")
    tom.closes()
    jonas.runs("/uptake training")
    assert "Sessions you host" in written(jonas.modal or {})
    assert "4 of 5 seats free" in written(jonas.modal or {})
    jonas.closes()
    clock_reaches(play, made.starts_at + timedelta(hours=2))
    jonas.opens_app()
    home = play.home(jonas, "Please mark who came")
    jonas.presses("training_mark", home)
    jonas.submits({"came": {"came": [tom.id, maya.id]}})
    play.quiet()
    play.told(tom, "Thank you for coming")
    play.told(maya, "Thank you for coming")
    champion = play.record.roles.champion(play.account(tom))
    assert champion is not None
    assert champion.trained_on == made.starts_at.astimezone(BERLIN).date()
    maya.runs("/uptake training")
    assert "You have completed: advanced" in written(maya.modal or {})


def test_of_many_the_host_says_who_did_not_come(play: RunningApp):
    made, seats = plan(play, seats=150), play.record.training.seats
    people = [f"{play.slack.team_id}:U0MANY{number:03}" for number in range(120)]
    now = play.container.now()
    for account in people:
        seats.sign_up(made.id, account, now, now)
    # Somebody of an attendance list, who is not in Slack.
    play.clock.advance((made.starts_at - now).total_seconds() + 7200)
    record, later = play.record.training, play.container.now()
    record.attendance.mark(made.id, [*people, "ana@x.example"], later)
    priya, tom = play.slack.user("admin"), play.slack.user("second")
    priya.opens_app()
    priya.runs("/uptake training")
    priya.presses("training_manage", priya.modal)
    priya.presses("training_mark", priya.modal)
    assert "Of the 120 who signed up" in written(priya.modal or {})
    missed = [user_of(each) for each in people[:3]]
    values = {"absent:0": {"absent:0": missed[:2]}, "absent:1": {"absent:1": missed[2:]}}
    priya.submits(values | {"came": {"came": [tom.id]}})
    play.eventually(lambda: seats.people(made.id)[people[0]] is SeatState.ABSENT)
    states = seats.people(made.id)
    assert {who for who, state in states.items() if state is SeatState.ABSENT} == {*people[:3]}
    assert states[play.account(tom)] is SeatState.ATTENDED
    # Ana could not be chosen, and is as she was.
    assert states["ana@x.example"] is SeatState.ATTENDED
    assert sum(state is SeatState.ATTENDED for state in states.values()) == 119


@given(st.integers(81, 1000), st.integers(0, 1000))
@settings(max_examples=examples(20), deadline=None)
def test_a_list_of_absent_people_of_any_length_is_a_dialog_that_slack_takes(people, absent):
    course = Course("c", "Prompting", Tier.HANDS_ON)
    at = datetime(2026, 11, 2, 9, tzinfo=UTC)
    session = Session(Plan("s", "c", at, 60, "UTC", 1000, None), course)
    missed = [f"U{number:04}" for number in range(min(people, absent))]
    view = absent_dialog(session, missed, people, ZoneInfo("UTC")).to_dict()
    check_view(view)
    found = [
        user
        for block in view["blocks"]
        for user in (block.get("element") or {}).get("initial_users", [])
    ]
    assert found == missed


def test_a_lost_answer_and_an_outage_send_each_message_once(play: RunningApp):
    plan(play, seats=5)
    maya, tom = play.slack.user("user"), play.slack.user("second")
    play.slack.faults.plan("chat.postMessage", "lost")
    signs_up(play, maya)
    maya.closes()
    play.told(maya, "You have a seat")
    play.slack.faults.plan("files.completeUploadExternal", "lost")
    signs_up(play, tom)
    play.quiet()
    for person in (maya, tom):
        heard = [written(each) for each in play.direct(person)]
        assert sum("You have a seat" in each for each in heard) == 1
        assert len(invitations(play, person)) == 1


def test_who_is_refused_is_tried_again_later_and_then_given_up(play: RunningApp):
    plan(play, seats=5)
    account = f"{play.slack.team_id}:U0NOBODY"
    now = play.container.now()
    play.record.training.seats.sign_up("s1", account, now, now)
    for tries in range(1, 14):
        play.clock.advance(600)
        play.catch_up()
        play.quiet()
        told = play.rows("select told_revision from training_seats")
        assert told == [(int(tries >= 12),)]
