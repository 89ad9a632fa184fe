"""What `list_training` and `my_open_points` give: the caller's own, and nobody else's."""

from __future__ import annotations

from datetime import datetime, timedelta

from adoption.people.roster import RosterRow
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from tests.bot.mcp.world import World
from tests.support.app import WEATHER

# A guide for admins is among what was chosen to read.
MATERIALS = ("Budget", "Licence costs")
COURSE = Course(
    "prompting", "Prompting by hand", Tier.HANDS_ON, "Bring a task.", materials=MATERIALS
)


def plan(world: World, id: str, days: int, seats: int) -> datetime:
    """Plans a session; gives when it begins."""
    container, catalogue = world.app.container, world.app.record.training.catalogue
    begins = (container.now() + timedelta(days=days)).replace(hour=9, microsecond=0)
    catalogue.put_courses([COURSE])
    host, place = world.app.account("champion"), "Room 4 <b>"
    made = Plan(id, COURSE.id, begins, 90, "Europe/Berlin", seats, host, place)
    catalogue.plan(made, container.now())
    return begins


def test_training_says_when_where_and_which_seat(world: World):
    first, second = plan(world, "mcp-1", 5, 1), plan(world, "mcp-2", 3, 9)
    account, now = world.app.account("second"), world.app.container.now()
    assert world.app.record.training.seats.sign_up("mcp-1", account, now, now)
    with world.session(world.token("second")) as client:
        seat, other = client.gives("list_training")["sessions"]
        points = client.gives("my_open_points")["points"]
    assert (seat["title"], seat["state"], seat["place"]) == (
        COURSE.title,
        "reserved",
        "Room 4 <b>",
    )
    assert datetime.fromisoformat(seat["starts_at"]) == first
    assert (seat["minutes"], seat["is_full"], seat["guides"]) == (90, True, ["Budget"])
    # A place is only for those with a seat.
    assert (other["state"], other["place"], other["is_full"]) == ("", "", False)
    assert datetime.fromisoformat(other["starts_at"]) == second
    [point] = [each for each in points if each["kind"] == "training"]
    assert (point["text"], datetime.fromisoformat(point["due"])) == (COURSE.title, first)
    with world.session(world.token("user")) as client:
        assert {each["state"] for each in client.gives("list_training")["sessions"]} == {""}
        kinds = {each["kind"] for each in client.gives("my_open_points")["points"]}
    assert "training" not in kinds


def test_open_points_are_questions_that_wait_and_follow_ups(world: World):
    app, record = world.app, world.app.record
    with world.session(world.token("champion")) as client:
        client.gives("ask", question=WEATHER)
        assert client.gives("my_open_points")["points"] == []
        asked, account, now = world.asked("weather"), app.account("champion"), app.container.now()
        record.handoffs.open(asked.id, account, now, ("C1", "1"))
        [waits] = client.gives("my_open_points")["points"]
        assert (waits["kind"], waits["text"]) == ("question", asked.question)
        assert "still has to take" in waits["next_step"]
        record.handoffs.take(asked.id, "U0HELPER", now)
        [taken] = client.gives("my_open_points")["points"]
        assert "is working on" in taken["next_step"]
        record.handoffs.solve(asked.id, "U0HELPER", now)
        today = now.astimezone(app.container.settings.zone).date()
        got = today - timedelta(weeks=2)
        person = RosterRow("c@x.example", "Finance", eligible_since=got, account=account)
        record.roster.store([person], now)
        for id in record.follow_ups.open_due(today):
            record.follow_ups.set_sent(id)
        [follow_up] = client.gives("my_open_points")["points"]
    assert follow_up["kind"] == "follow-up"
    assert "weeks with your AI tools" in follow_up["text"]
    assert "Home tab" in follow_up["next_step"]
