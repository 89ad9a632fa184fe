from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.follow_ups.follow_ups import FollowUp
from adoption.follow_ups.models import Feeling, FollowUpState, Obstacle
from adoption.follow_ups.occasions import TOOLS
from adoption.people.roster import RosterRow
from adoption.submissions.models import State
from bot.features.follow_ups import blocks
from bot.features.follow_ups.jobs import FollowUpAnswered, FollowUpDue, send, store_answer
from bot.slack.view_values import ViewValues
from slack_emulator import LocalWorkspace, Person
from slack_emulator.blockkit import check_view
from tests.support.app import RunningApp, running_app, written

NAMES = ("user", "champion", "second")
ASKED = "weeks with your AI tools"


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    hours = "Mon-Sun 0:00-23:59"
    with running_app(places[0], slack, working_hours=hours) as running:
        running.quiet()
        yield running


def due_now(play: RunningApp, people: tuple[str, ...] = NAMES) -> None:
    """Two weeks after these people got the tools, in the morning."""
    now = play.container.now()
    got = now.date() + timedelta(days=1 - 14)
    rows = [
        RosterRow(f"{name}@x.example", "Finance", eligible_since=got, account=play.account(name))
        for name in people
    ]
    play.record.roster.store(rows, now)
    at = datetime.combine(now.date() + timedelta(days=1), time(8), play.container.settings.zone)
    play.clock.advance((at - now).total_seconds())
    play.catch_up()
    for name in people:
        play.told(play.slack.user(name), ASKED)
    play.quiet()


def test_admins_hear_once_the_next_morning_to_whom_slack_refused_a_follow_up(play: RunningApp):
    priya, maya = play.slack.user("admin"), play.slack.user("user")
    priya.opens_app()
    play.quiet()
    now, zone = play.container.now(), play.container.settings.zone
    got = now.date() - timedelta(days=14)
    row = RosterRow("m@x.example", "Finance", eligible_since=got, account=play.account(maya))
    play.record.roster.store([row], now)
    play.slack.faults.plan("chat.postMessage", "channel_not_found")
    for day in range(3):
        morning = datetime.combine(now.date() + timedelta(days=day), time(8), zone)
        play.container.jobs.catch_up(morning)
        play.quiet()
    assert not [each for each in play.direct(maya) if ASKED in written(each)]
    [told] = [m for m in play.direct(priya) if "I can't send direct messages to" in written(m)]
    assert f"<@{maya.id}>" in written(told)
    assert state_of(play, "user") == [("cancelled", None, None, 0, 0)]


def answers(
    play: RunningApp, person: Person, how: Feeling, obstacle: str = "nothing", **words: str
) -> str:
    person.presses(f"follow_up_{how.value}", play.told(person, ASKED))
    values = {name: {name: text} for name, text in words.items()}
    values["obstacle"] = {"obstacle": obstacle}
    person.submits(values)
    said = written(person.modal or {})
    person.closes()
    play.quiet()
    return said


def state_of(play: RunningApp, name: str) -> list[tuple]:
    account = play.account(name)
    return play.rows(
        "select f.state, f.how, f.obstacle, f.point is not null, f.draft is not null "
        f"from follow_ups f join people p on p.id = f.person_id where p.account = '{account}'"
    )


def test_two_presses_answer_a_follow_up_once(play: RunningApp):
    due_now(play)
    maya = play.slack.user("user")
    assert "Thank you" in answers(play, maya, Feeling.WELL)
    assert state_of(play, "user") == [("answered", "well", "nothing", 0, 0)]
    assert "Thank you" in written(play.told(maya, "Thank you"))
    assert len([m for m in play.direct(maya) if ASKED in written(m)]) == 1
    play.catch_up()
    play.quiet()
    assert len([m for m in play.direct(maya) if ASKED in written(m)]) == 1


def test_an_open_point_is_asked_and_handed_to_a_person(play: RunningApp):
    due_now(play)
    maya = play.slack.user("user")
    point = "Which budget code pays for the second seat?"
    said = answers(play, maya, Feeling.STUCK, "access", point=point)
    assert "passing it on to a person" in said
    offers = play.slack.wait_for(
        lambda: [m for m in play.slack.messages("ai-help") if "second seat" in written(m)], 60
    )
    play.quiet()
    assert len(offers) == 1
    assert state_of(play, "user") == [("answered", "stuck", "access", 1, 0)]
    (point_id,) = play.rows("select point from follow_ups where point is not null")[0]
    handoff = play.record.handoffs.get(point_id)
    assert handoff is not None
    assert handoff.account == play.account("user")
    jonas = play.slack.user("champion")
    jonas.says("Use code 4711.", channel="ai-help", thread=offers[0])
    play.told(maya, "Use code 4711.")


def test_a_practice_becomes_a_draft_of_a_story_or_an_entry_for_review(play: RunningApp):
    due_now(play)
    maya, tom = play.slack.user("user"), play.slack.user("second")
    answers(play, maya, Feeling.WELL, practice="I let it draft the first version of offers.")
    answers(play, tom, Feeling.MIXED, "time", practice="Ask it for a table.", share_as="faq")
    (draft,) = play.record.stories.unpublished_of(play.account("user"))
    assert draft.state is State.DRAFT
    assert draft.fields.changed == "I let it draft the first version of offers."
    (entry,) = play.record.faqs.awaiting()
    assert (entry.fields.answer, entry.named) == ("Ask it for a table.", False)
    assert state_of(play, "second") == [("answered", "mixed", "time", 0, 1)]
    priya = play.slack.user("admin")
    priya.opens_app("home")
    assert "What works well with our AI tools?" in written(play.home(priya, "What works well"))


def test_somebody_elses_follow_up_cannot_be_answered(play: RunningApp):
    due_now(play, ("user",))
    maya, tom = play.slack.user("user"), play.slack.user("second")
    (id,) = play.rows("select id from follow_ups")[0]
    answer = blocks.FollowUpAnswer(Feeling.STUCK, Obstacle.TIME, point="Mine?", practice="Mine.")
    forged = FollowUpAnswered(play.account("second"), id, answer)
    play.container.jobs.enqueue(store_answer, forged, key="forged")
    play.quiet()
    assert state_of(play, "user") == [("sent", None, None, 0, 0)]
    assert not [m for m in play.direct(tom) if "Mine" in written(m)]
    assert play.record.stories.unpublished_of(play.account("second")) == []
    answers(play, maya, Feeling.WELL)
    assert state_of(play, "user")[0][0] == "answered"


def test_a_message_that_was_posted_before_the_worker_died_is_not_posted_again(play: RunningApp):
    due_now(play, ("user",))
    maya = play.slack.user("user")
    (id,) = play.rows("select id from follow_ups")[0]
    play.container.jobs.enqueue(send, FollowUpDue(id), key=f"{id}:again", is_reminder=True)
    play.quiet()
    assert len([m for m in play.direct(maya) if ASKED in written(m)]) == 1


def test_everybodys_zone_comes_from_one_list(play: RunningApp):
    kim = play.slack.add_user("kim", "Kim Kind", timezone="America/New_York")
    kim.joins("general")
    due_now(play, ("user", "second", "kim"))
    sent = {each.payload.id: each.payload.zone for each in play.container.jobs.stored(send)}
    accounts = dict(
        play.rows("select f.id, p.account from follow_ups f join people p on p.id = f.person_id")
    )
    zones = {accounts[id]: zone for id, zone in sent.items()}
    assert zones == {
        play.account("user"): "Europe/Berlin",
        play.account("second"): "Europe/Berlin",
        play.account(kim): "America/New_York",
    }
    assert len(play.slack.calls("users.list")) == 1
    # Whoever is written to is not asked about one by one.
    assert "users.info" not in {call.method for call in play.slack.calls()[-6:]}


def test_home_shows_ones_own_follow_up_and_a_champion_the_team(play: RunningApp):
    due_now(play, ("user", "champion"))
    play.record.roles.add_champion(play.account("champion"), "Finance", play.container.now())
    maya, jonas = play.slack.user("user"), play.slack.user("champion")
    maya.opens_app("home")
    assert "Two weeks with your AI tools" in written(play.home(maya, "How is it going?"))
    jonas.opens_app("home")
    # Two people are too few to be counted.
    assert "Follow-ups in your team" not in written(play.home(jonas, "How is it going?"))
    got = play.container.now().date() - timedelta(days=10)
    rows = [RosterRow(f"n{n}@x.example", "Finance", eligible_since=got) for n in range(7)]
    play.record.roster.store(rows, play.container.now())
    jonas.opens_app("home")
    home = written(play.home(jonas, "Follow-ups in your team"))
    assert "people, 2 weeks after they got the tools" in home
    assert "A few weeks in with our AI tools" in home
    answers(play, maya, Feeling.WELL)
    maya.opens_app("home")
    play.quiet()
    assert "Two weeks with your AI tools" not in written(maya.home or {})


def test_outside_working_hours_it_waits(slack: LocalWorkspace, places: tuple[Path, Path]):
    now = datetime.now().astimezone()
    with running_app(places[0], slack, working_hours="Mon-Fri 9:00-17:00") as play:
        play.quiet()
        got = (now - timedelta(days=14)).date()
        row = RosterRow("m@x.example", "F", eligible_since=got, account=play.account("user"))
        play.record.roster.store([row], play.container.now())
        ahead = (5 - play.container.now().weekday()) % 7 or 7
        saturday = play.container.now().date() + timedelta(days=ahead)
        at = datetime.combine(saturday, time(8), play.container.settings.zone)
        play.clock.advance((at - play.container.now()).total_seconds())
        ids = play.record.follow_ups.open_due(got + timedelta(days=14))
        play.container.jobs.enqueue(send, FollowUpDue(ids[0]), key=ids[0], is_reminder=True)
        play.quiet()
        assert not [m for m in play.direct(play.slack.user("user")) if ASKED in written(m)]
        (late,) = play.container.jobs.stored(send, keys=[f"{ids[0]}:late"])
        assert late.is_delayed


@given(st.sampled_from(list(Feeling)), st.text(max_size=60), st.sampled_from([2, 6]))
def test_the_dialog_is_as_slack_takes_it(how: Feeling, place: str, weeks: int):
    check_view(blocks.dialog("f" * 32, how, place).to_dict())
    follow_up = FollowUp("f" * 32, "T1:U1", TOOLS, weeks, datetime.now().date(), FollowUpState.SENT)
    assert blocks.question(follow_up).blocks


@pytest.mark.parametrize(("how", "obstacle"), [("fine", "time"), ("well", ""), ("well", "war")])
def test_a_choice_that_is_missing_or_forged_is_no_answer(how: str, obstacle: str):
    state = {"obstacle": {"obstacle": {"selected_option": {"value": obstacle}}}}
    assert blocks.answer_in(ViewValues({"id": "V1", "state": {"values": state}}), how) is None
