from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from adoption.training.catalogue import Course, Plan
from adoption.training.models import SeatState, Tier
from slack_emulator import LocalWorkspace, Person
from tests.support.app import RunningApp, running_app, written

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
