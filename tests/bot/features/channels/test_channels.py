from __future__ import annotations

import pytest

from adoption.channels.channel_rules import DEFAULT, ChannelRule
from adoption.channels.models import AnswerMode
from bot.answering.answered import finished
from tests.support.app import BUDGET, WEATHER, RunningApp, said


@pytest.fixture
def room(shared: RunningApp, request: pytest.FixtureRequest) -> str:
    """A channel of its own, that Priya made."""
    slack = shared.slack
    people = [slack.user(name) for name in ("user", "second", "admin")]
    name = f"room-{abs(hash(request.node.name)) % 10_000}"
    slack.add_channel(name, people)
    return name


def sets(shared: RunningApp, room: str, who: str = "admin", **values) -> None:
    person = shared.slack.user(who)
    person.runs("/uptake channel", channel=room)
    assert person.modal is not None
    chosen = {"mode": "mentioned", "visible_to": "everyone"} | values
    person.submits({name: {name: value} for name, value in chosen.items()})


def rule(shared: RunningApp, room: str) -> ChannelRule:
    return shared.record.channel_rules.get(shared.slack.channel(room))


def test_only_the_creator_and_admins_set_a_channel(shared: RunningApp, room: str):
    made_it = shared.slack.user("user")
    tom = shared.slack.user("second")
    tom.runs("/uptake channel", channel=room)
    assert tom.modal is None
    shared.whisper("second", room, "Only the person who created this channel")
    place = shared.slack.parts.state.directory.channels[shared.slack.channel(room)]
    assert place.creator == made_it.id
    sets(shared, room, "user", visible_to="asker")
    shared.eventually(lambda: rule(shared, room).only_asker)
    shared.whisper("user", room, "This channel is set to")
    sets(shared, room, "admin", visible_to="everyone")
    shared.eventually(lambda: not rule(shared, room).only_asker)


def test_a_dialog_is_no_proof_of_who_may_send_it(shared: RunningApp, room: str):
    maya, directory = shared.slack.user(), shared.slack.parts.state.directory
    directory.channels[shared.slack.channel(room)].creator = maya.id
    maya.runs("/uptake channel", channel=room)
    directory.channels[shared.slack.channel(room)].creator = "U0OTHER"
    maya.submits({"mode": {"mode": "off"}, "visible_to": {"visible_to": "everyone"}})
    shared.whisper("user", room, "Only the person who created this channel")
    assert rule(shared, room) == DEFAULT


def test_where_every_question_is_answered_no_mention_is_needed_and_no_noise_made(
    shared: RunningApp, room: str
):
    tom = shared.slack.user("second")
    before = tom.says(BUDGET, channel=room)
    sets(shared, room, mode="every")
    shared.eventually(lambda: rule(shared, room).mode is AnswerMode.EVERY)
    remark = tom.says("I like the budget.", channel=room)
    asked = tom.says(BUDGET, channel=room)
    assert "15–20" in said(shared.slack.wait_for_answer(asked, 60))
    unknown = tom.says(WEATHER, channel=room)
    shared.whisper("second", room, "I don't know")
    for quiet in (before, remark, unknown):
        assert not [m for m in shared.slack.answers(quiet) if not m.only_for]


def test_where_it_is_off_a_mention_is_turned_away_kindly(shared: RunningApp, room: str):
    sets(shared, room, mode="off")
    shared.eventually(lambda: rule(shared, room).mode is AnswerMode.OFF)
    asked = shared.slack.user().says(f"{shared.slack.mention} {BUDGET}", channel=room)
    shared.whisper("user", room, "I don't answer in this channel")
    assert not [m for m in shared.slack.answers(asked) if not m.only_for]


def test_an_answer_for_the_asker_alone_can_be_shared_by_them(shared: RunningApp, room: str):
    sets(shared, room, visible_to="asker")
    shared.eventually(lambda: rule(shared, room).only_asker)
    maya = shared.slack.user()
    asked = maya.says(f"{shared.slack.mention} {BUDGET}", channel=room)
    own = shared.whisper("user", room, "Only you can see this")
    assert "15–20" in said(own)
    assert not [m for m in shared.slack.user("second").sees(room) if "15–20" in said(m)]
    shared.eventually(lambda: finished(shared.container.jobs, [f"{asked.channel}:{asked.ts}"]))
    maya.presses("share_answer", own)
    shown = shared.eventually(
        lambda: [m for m in shared.slack.replies(asked) if "15–20" in said(m) and not m.only_for]
    )
    assert f"<@{maya.id}> asked: How much of the budget" in said(shown[0])
    maya.presses("share_answer", own)
    assert len([m for m in shared.slack.replies(asked) if not m.only_for]) == 1


def test_a_channel_answers_from_the_kinds_that_were_chosen(shared: RunningApp, room: str):
    sets(shared, room, kinds=["faq"])
    shared.eventually(lambda: rule(shared, room).kinds == ("faq",))
    _, answer = shared.asks("user", "What is a good share of the budget?", room)
    assert "15–20" not in said(answer)
    _, answer = shared.asks("user", "Can I trust the numbers in an answer?", room)
    assert "Compare every number" in said(answer)


def test_the_channels_own_helper_is_asked(shared: RunningApp, room: str):
    tom = shared.slack.user("second")
    sets(shared, room, helper=tom.id)
    shared.eventually(lambda: rule(shared, room).helper == tom.id)
    _, answer = shared.asks("user", WEATHER, room)
    shared.slack.user().presses("ask_person", answer)
    shared.eventually(lambda: [m for m in tom.sees() if "handoff_take" in said(m)])


def test_an_answer_for_the_asker_alone_shows_whom_they_asked(shared: RunningApp, room: str):
    maya, tom = shared.slack.user(), shared.slack.user("second")
    sets(shared, room, visible_to="asker", helper=tom.id)
    shared.eventually(lambda: rule(shared, room).only_asker)
    asked = maya.says(f"{shared.slack.mention} {BUDGET}", channel=room)
    own = shared.whisper("user", room, "Only you can see this")
    shared.eventually(lambda: finished(shared.container.jobs, [f"{asked.channel}:{asked.ts}"]))
    maya.presses("ask_person", own)
    shown = shared.whisper("user", room, "Asked a person")
    # The answer itself has changed, and is there once.
    assert "15–20" in said(shown)
    assert [said(m) for m in maya.sees(room)].count(said(shown)) == 1
    assert not [m for m in maya.sees(room) if '"Ask a person"' in said(m)]
    tom.presses("handoff_take", shared.told(tom, "would like help from a person"))
    assert "15–20" in said(shared.whisper("user", room, "is on it"))


def test_in_direct_messages_there_is_no_channel_to_set(shared: RunningApp):
    shared.slack.user().runs("/uptake channel", channel="app")
    shared.whisper("user", "app", "in the channel you want to set")
