"""What the programme writes, for every place and person: drafts, courses, late answers, lessons.

The world is that of tests/bot/test_visibility_matrix.py; what a guide for few says is looked for
everywhere. What somebody wrote for themselves or for few has a word of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Vote
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.pulse.rounds import Plan as RoundPlan
from adoption.pulse.statements import ELEMENTS
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.reports.weeks import Week
from adoption.rollout.models import MessageKind
from adoption.rollout.wave import WavePlan
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from bot.answering.late_answers import LateAnswer, send_later
from bot.features.overrides.jobs import find_owned
from bot.features.pulse.secret import rounds_of
from bot.features.rollout import drafts
from bot.features.rollout.jobs import MessageDue, remind
from bot.features.training.jobs import tidy
from bot.jobs.job import Due
from bot.mcp.identity import Identity, Refused
from bot.mcp.server import UptakeServer
from bot.mcp.tools import tools_of
from bot.texts import texts
from slack_emulator import WorkspaceError
from tests.bot.features.stories.test_stories import form
from tests.bot.test_visibility_matrix import (
    MARKERS,
    PLACES,
    READS,
    TITLES,
    World,
    check,
    question,
    world,
)
from tests.support.app import said, written
from tests.support.mcp import session

__all__ = ["world"]

# What people wrote, with who may see it anywhere, and the channels in which everybody may.
STORY, PRACTICE, ENTRY, POINT = "zzstorydraft", "zzpractice", "zzentry", "zzopenpoint"
PULSE, UNQUOTED = "zzpulsecomment", "zzunquoted"
WRITTEN: Mapping[str, tuple[set[str], set[str]]] = {
    STORY: ({"user"}, set()),
    PRACTICE: ({"user"}, set()),
    ENTRY: ({"champion", "admin"}, set()),
    # It is handed to the people who help; admins and the champion of the team see it too.
    POINT: ({"user", "admin", "champion"}, {"ai-help"}),
    PULSE: (set(), set()),
    UNQUOTED: (set(), set()),
}


def all_titles() -> tuple[str, ...]:
    return tuple(f"Lunch at the {PLACES[name]} {TITLES[name]}" for name in PLACES)


def check_all(world: World, doing: str) -> None:
    """Nobody sees what is not for them, of guides or of what people wrote."""
    for name in ("admin", "champion", "user", "second", "guest"):
        world.person(name).opens_app()
    world.it.quiet()
    check(world, doing)
    help_channel = world.it.slack.channel("ai-help")
    for who in READS:
        for place, text in world.seen(who).items():
            for word, (people, channels) in WRITTEN.items():
                shared = "ai-help" in channels and place == help_channel
                assert word not in text or who in people or shared, (doing, who, place, word)


def on_roster(world: World, *names: str, weeks: int = 2) -> None:
    now = world.it.container.now()
    since = now.date() - timedelta(weeks=weeks)
    rows = [
        RosterRow(f"{n}@x.example", "Finance", eligible_since=since, account=world.it.account(n))
        for n in names
    ]
    world.it.record.roster.store(rows, now)


def test_a_draft_of_a_story_is_its_authors(world: World):
    maya = world.person("user")
    maya.runs("/uptake story")
    maya.submits(form(title=STORY, changed=f"We {STORY} more."))
    maya.closes()
    maya.closes()
    world.it.quiet()
    check_all(world, "story drafts")
    maya.runs("/uptake story")
    assert STORY in json.dumps(maya.modals)
    maya.closes()
    for other in ("second", "champion", "admin"):
        world.person(other).runs("/uptake story")
        check_all(world, f"the story dialog of {other}")
        world.person(other).closes()


def test_what_a_helper_saves_for_few_is_shown_to_those_who_review_it(world: World):
    slack, jonas = world.it.slack, world.person("champion")
    asked = world.person("second").says(f"{slack.mention} Who waters the plants?")
    answer = slack.wait_for_answer(asked, 60)
    world.person("second").presses("ask_person", answer)
    world.it.quiet()
    offer = slack.messages("ai-help")[-1]
    jonas.presses("handoff_take", offer)
    jonas.says("The caretaker.", channel="ai-help", thread=offer)
    world.it.quiet()
    jonas.presses("handoff_save", slack.message(offer))
    fields = {"question": f"Who {ENTRY}?", "answer": ENTRY, "audience": "admins"}
    jonas.submits({name: {name: text} for name, text in fields.items()})
    world.it.quiet()
    review = world.it.told(world.person("admin"), "review")
    check_all(world, "FAQ drafts")
    # A forged press on the review, by everybody else.
    for who in ("second", "user", "champion"):
        with suppress(Exception):
            world.person(who).presses("faq_review", review)
    check_all(world, "FAQ reviews")


def test_a_message_of_a_rollout_is_drafted_from_what_everyone_may_read(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    now, record = world.it.container.now(), world.it.record
    plan = WavePlan(now.date(), now.date() + timedelta(weeks=12), owner=world.it.account("user"))
    record.waves.create("One", "One", plan)
    record.waves.create("Two", "Two", plan)
    wave = record.waves.get("One")
    assert wave is not None
    drafted = set()
    for name in PLACES:
        # It asks for exactly what the restricted guide says.
        asks = {f"ask_{kind}": question(name) for kind in MessageKind}
        say = {**texts("rollout"), **asks}
        monkeypatch.setattr(drafts, "texts", lambda feature, say=say: say)
        for kind in MessageKind:
            draft = drafts.draft_of(world.it.container, wave, kind)
            drafted |= {m for m in MARKERS.values() if m in f"{draft}"}
        for due in record.wave_calendar.of(wave):
            given = MessageDue("One", due.kind, due.due_on)
            world.it.container.jobs.enqueue(remind, given, key=f"{name} {due.kind}")
    world.it.quiet()
    assert drafted == {MARKERS["everyone"]}
    assert any(MARKERS["everyone"] in said(m) for m in world.it.direct(world.person("user")))
    check_all(world, "drafts of the rollout")


def test_a_course_and_its_calendar_file_name_what_everyone_may_read(world: World):
    training, now = world.it.record.training, world.it.container.now()
    course = Course("lunch", "Lunch", Tier.AWARENESS, "About lunch.", materials=all_titles())
    training.catalogue.put_courses([course])
    begin = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
    host = world.it.account("champion")
    training.catalogue.plan(Plan("lunch", "lunch", begin, 60, "UTC", 9, host, "Room 1"), now)
    for who in ("user", "second", "champion"):
        training.seats.sign_up("lunch", world.it.account(who), now, now)
    world.it.container.jobs.enqueue_and_wait(tidy, Due(now), key="tidy")
    world.it.quiet()
    direct = world.it.direct(world.person("user"))[-1].channel
    file = world.seen("user")[direct]
    assert "BEGIN:VEVENT" in file
    assert TITLES["everyone"] in file
    for who in ("user", "champion", "admin", "second"):
        world.person(who).runs("/uptake training")
        check_all(world, f"training for {who}")
        world.person(who).closes()
    world.person("admin").runs("/uptake training")
    world.person("admin").presses("training_manage", world.person("admin").modal)
    check_all(world, "managing training")
    world.person("admin").closes()
    world.person("admin").closes()


def test_sections_that_may_help_and_late_answers_are_from_what_their_asker_may_read(world: World):
    slack = world.it.slack
    asked = {}
    for who in ("admin", "champion", "user"):
        # Whoever asks where not everybody may read it gets it later, alone.
        person, words = world.person(who), f"{slack.mention} {question('admins')}"
        asked[who] = slack.wait_for_answer(person.says(words, channel="general"), 60)
        direct = slack.wait_for_answer(person.says(question("circle")), 60)
        _read_all(world, who, direct)
        _read_all(world, who, asked[who])
    # Whatever was found to have an answer by now is looked up again for its asker.
    for who in asked:
        late_answer = LateAnswer(f"late {who}", world.it.account(who), question("admins"))
        send_later(world.it.container, late_answer)
    world.it.quiet()
    late = {
        who: any(
            MARKERS["admins"] in written(m) and "Now there is one" in written(m)
            for m in world.it.direct(world.person(who))
        )
        for who in asked
    }
    assert late == {"admin": True, "champion": False, "user": False}
    check_all(world, "late answers")


def _read_all(world: World, who: str, answer: Any) -> None:
    """Opens every section below an answer, as it stands and as others would forge it."""
    for block in answer.body.get("blocks") or ():
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            name = str(element.get("action_id") or "")
            if name.startswith("section_"):
                for other in (who, "second"):
                    with suppress(Exception):
                        world.person(other).presses(name, answer, element.get("value"))
                    check(world, f"sections for {other}")
                    with suppress(WorkspaceError):
                        world.person(other).closes()


def test_what_people_taught_is_shown_to_admins_who_may_read_the_guide(world: World):
    it, sources = world.it, {g.title: g.source for g in world.it.container.guides.guides()}
    for number, title in enumerate(all_titles()):
        cited = Cited(1, f"p{number}", title, "Lunch", sources[title])
        asked = (it.account("user"), it.container.now(), Surface.DIRECT, "D1")
        words = question(list(PLACES)[number])
        it.record.questions.add(
            Asked(f"D1:{number}", *asked, words, Outcome.UNSURE, "", "v1", citations=[cited])
        )
        for who in ("user", "champion"):
            vote = (it.account(who), Vote.POSITIVE, it.container.now())
            it.record.feedback.set_vote(f"D1:{number}", *vote, f"p{number}")
    for who in ("user", "champion", "second", "admin"):
        world.person(who).runs("/uptake taught")
        check_all(world, f"lessons for {who}")
        shown = json.dumps(world.person(who).modals)
        assert (TITLES["admins"] in shown) is (who == "admin")
    world.person("admin").closes()


def test_a_follow_up_brings_a_point_to_helpers_and_keeps_a_practice_for_its_author(world: World):
    on_roster(world, "user", "second")
    record, today = world.it.record, world.it.container.now().date()
    for id in record.follow_ups.open_due(today):
        record.follow_ups.set_sent(id)
    maya = world.person("user")
    maya.opens_app()
    maya.presses("follow_up_mixed", world.it.home(maya, "with your AI tools"))
    values = {"obstacle": "time", "point": f"Who {POINT} counts?", "practice": f"I {PRACTICE}."}
    maya.submits({name: {name: value} for name, value in values.items()})
    maya.closes()
    world.it.quiet()
    own = record.stories.unpublished_of(world.it.account(maya))
    assert any(PRACTICE in story.fields.changed for story in own)
    assert any(POINT in said(m) for m in world.it.slack.messages("ai-help"))
    check_all(world, "follow-ups")


def test_what_somebody_writes_in_a_pulse_is_shown_to_nobody_while_it_is_open(world: World):
    names = ("user", "champion", "second", "admin")
    on_roster(world, *names)
    others = [RosterRow(f"p{n}@x.example", account=f"T9:UP{n}") for n in range(6)]
    world.it.record.roster.store(others, world.it.container.now())
    rounds, now = rounds_of(world.it.container), world.it.container.now()
    zone = world.it.container.settings.zone
    today = now.astimezone(zone).date()
    plan = RoundPlan(today, 14, 0)
    assert rounds.plan("round", plan, zone, world.it.account("admin"))
    rounds.open("round", Minimum(), max(now, plan.moments(zone)[0]), today)
    maya = world.person("user")
    maya.runs("/uptake pulse")
    scores = {str(each): {str(each): "4"} for each in ELEMENTS}
    maya.submits(scores | {"comment": {"comment": f"It {PULSE}."}})
    maya.closes()
    assert PULSE in str(world.it.rows("select * from pulse_comments"))
    check_all(world, "pulse")


def test_the_owner_of_a_tool_reads_what_people_agreed_to_and_nobody_else_does(world: World):
    it, week = world.it, Week.of(world.it.container.now(), world.it.container.settings.zone)
    it.record.tools.store("Copilot", owner=it.account("second"))
    start, end = week.bounds(it.container.settings.zone)
    reason, given = OverrideReason.WRONG_DATA, []
    for n in range(8):
        at, did = start + timedelta(minutes=n), "I ordered 250" if n == 0 else UNQUOTED
        given.append(
            Override(f"o{n}", f"T9:U{n}", "Copilot", at, reason, did_instead=did, consent=n == 0)
        )
    it.record.feedback.add_overrides(given)
    it.container.jobs.enqueue_and_wait(find_owned, Due(end + timedelta(hours=8)), key="owned")
    it.quiet()
    weekly = "were overridden in the week of"
    seen = {who: any(weekly in text for text in world.seen(who).values()) for who in READS}
    assert {who for who, sees in seen.items() if sees} == {"second"}
    check_all(world, "the message to an owner")


@pytest.mark.parametrize("who", sorted(READS))
def test_an_ai_tool_is_given_what_the_person_in_whose_name_it_asks_may_read(world: World, who: str):
    container = world.it.container
    token = world.it.record.access_tokens.make(
        world.it.account(who), "Cursor", True, container.now()
    )
    try:
        known = Identity(container).known({"authorization": f"Bearer {token}"}, b"")
    except Refused:
        assert READS[who] == set()
        return
    tools = tools_of(container.settings)
    server = UptakeServer(container, lambda context: (known.caller, ""), tools, list).protocol
    with session(server) as client:
        for name in PLACES:
            given = json.dumps(
                [
                    client.gives("ask", question=question(name)),
                    client.gives("search_guides", query=question(name), limit=20),
                    *_guides(client, name),
                ]
            )
            shown = {each for each in PLACES if MARKERS[each] in given}
            assert shown <= READS[who], (who, name)
            assert (name in shown) is (name in READS[who])
        listed = str(client.portal.call(client.client.list_resources).resources)
    assert {each for each in PLACES if TITLES[each] in listed} == READS[who]


def _guides(client: Any, name: str) -> list[str]:
    """A guide by its title, where there is one for whoever asks."""
    result = client.call("get_guide", guide=f"Lunch at the {PLACES[name]} {TITLES[name]}")
    return [str(result.content)]
