"""Every kind of text, place and person: what may be seen is seen, and nothing else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adoption.channels.channel_rules import ChannelRule
from adoption.submissions.schemas import FaqFields
from adoption.training.catalogue import Course
from adoption.training.models import Tier
from bot.answering.answered import finished
from bot.features.faqs.jobs import AnswerWritten, write_answer
from bot.features.training.offers import guides_to_read
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace, Message, NotDelivered, Person, SlackError, WorkspaceError
from tests.conftest import write_guides
from tests.support.app import MANIFEST, RunningApp, overrides, running_app, said, strings
from tests.support.slack import PATIENCE

GUIDE = """---
title: Lunch at the {place} {title}
kind: playbook
tool: {tool}
audience: {audience}
owner: AI programme team
reviewed: 2026-11-02
---
# Lunch at the {place}

## Who pays for lunch at the {place}?

Lunch at the {place} is paid for by {marker}.
"""
# What a guide says and is called, by whom it is for; the places make each guide easy to find.
PLACES = {"everyone": "canteen", "champions": "harbour", "admins": "observatory", "circle": "mill"}
MARKERS = {name: f"zz{name}payer" for name in PLACES}
TITLES = {name: f"zz{name}title" for name in PLACES}
TOOLS = {name: f"zz{name}tool" for name in PLACES}
ACTIONS = ("ask_person", "share_answer", "answer_menu", "thumbs", "saving_hour", "handoff_save")
# Who may read which guides in their direct conversation with the app.
READS = {
    "admin": {"everyone", "champions", "admins"},
    "champion": {"everyone", "champions"},
    "user": {"everyone"},
    "second": {"everyone"},
    "guest": {"everyone"},
    "external": set[str](),
    "robot": set[str](),
    "gone": set[str](),
}


def question(name: str) -> str:
    return f"Who pays for lunch at the {PLACES[name]}?"


@dataclass
class World:
    """The app with a guide for each audience, and what was asked in it."""

    it: RunningApp
    circle: str
    partners: str
    asked: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        return self.it.slack.user(name)

    def ask(self, who: str, name: str, channel: str, thread: Message | None = None) -> Message:
        """Asks, and gives the answer; the question's id is remembered."""
        slack = self.it.slack
        mention = "" if channel == "app" else f"{slack.mention} "
        asked = self.person(who).says(f"{mention}{question(name)}", channel=channel, thread=thread)
        answer = slack.wait_for_answer(asked, 60)
        id = f"{asked.channel}:{asked.ts}"
        self.it.eventually(lambda: finished(self.it.container.jobs, [id]), "the answer")
        self.asked[f"{who} {name} {channel} {bool(thread)}"] = id
        return answer

    def seen(self, who: str) -> dict[str, str]:
        """All that somebody can see, by place: channels, direct messages, Home, dialogs."""
        slack, person = self.it.slack, self.person(who)
        seen = {"home": json.dumps(person.home or {}), "modal": json.dumps(person.modals or [])}
        for channel in slack.parts.state.directory.channels:
            try:
                messages = person.sees(channel)
            except (SlackError, WorkspaceError):
                continue
            seen[channel] = "\n".join(said(m) for m in messages) + self._files(messages)
        return seen

    def _files(self, messages: Sequence[Message]) -> str:
        files = self.it.slack.parts.state.files
        ids = [each["id"] for m in messages for each in m.body.get("files") or []]
        return "\n".join((files.get(id).content or b"").decode("utf-8", "replace") for id in ids)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[World]:
    root = tmp_path_factory.mktemp("matrix")
    with LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE) as slack:
        guest = slack.add_user("guest", "Gus Guest", kind="guest")
        external = slack.add_user("external", "Eve Else", kind="external")
        slack.add_user("robot", "Robot", kind="bot")
        gone = slack.add_user("gone", "Gone Away")
        people = [slack.user(name) for name in ("user", "champion", "admin")]
        circle = slack.add_channel("circle", people, private=True)
        partners = slack.add_channel(
            "partners", [slack.user(), slack.user("admin"), guest, external], external=True
        )
        guides = write_guides(root / "guides")
        for name, place in PLACES.items():
            audience = f"channel:{circle}" if name == "circle" else name
            text = GUIDE.format(
                place=place,
                title=TITLES[name],
                tool=TOOLS[name],
                audience=audience,
                marker=MARKERS[name],
            )
            (guides / f"{name}.md").write_text(text, "utf-8")
        Sync(Index.open(root / "data" / "index", encoder)).run([guides])
        data = Path(shutil.copytree(root / "data", root / "own"))
        with running_app(data, slack, admins=("admin",)) as it:
            roles, now = it.record.roles, it.container.now()
            for name in ("champion", "guest", "external", "gone"):
                # A guest, a stranger and somebody who left were once named champions too.
                roles.add_champion(it.account(name), None, now)
            slack.deactivate(gone)
            yield World(it, circle, partners)


def allowed(world: World, who: str, place: str) -> set[str]:
    """The audiences whose guides somebody may see at a place."""
    if place in ("home", "modal") or place.startswith("D"):
        return READS[who]
    return {"everyone", "circle"} if place == world.circle else {"everyone"}


def check(world: World, doing: str) -> None:
    """Nobody sees anything that is not for everybody at that place, or for them alone."""
    for who in READS:
        for place, text in world.seen(who).items():
            may = allowed(world, who, place)
            for name in PLACES:
                for word in (MARKERS[name], TITLES[name], TOOLS[name]):
                    assert word not in text or name in may, (doing, who, place, word)


def test_questions_are_answered_from_what_everybody_there_may_read(world: World):
    group = world.it.slack.open_group_message(world.person("admin"), world.person("champion"))
    places = [
        *((who, "app", READS[who]) for who in ("admin", "champion", "user", "second")),
        ("admin", "general", {"everyone"}),
        ("admin", world.circle, {"everyone", "circle"}),
        ("admin", group, {"everyone"}),
        ("admin", world.partners, {"everyone"}),
    ]

    def wrong(place: tuple[str, str, set[str]]) -> list[str]:
        who, channel, readable = place
        shown = {name for name in PLACES if MARKERS[name] in said(world.ask(who, name, channel))}
        return [f"{who} {channel} {name}" for name in shown ^ readable]

    # A place gets an answer a second; all are asked at once.
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(wrong, places)) == [[]] * len(places)
    check(world, "questions")


def test_a_follow_up_in_a_thread_brings_nothing_from_elsewhere(world: World):
    slack = world.it.slack
    first = slack.user("admin").says(f"{slack.mention} {question('everyone')}", channel="general")
    slack.wait_for_answer(first, 60)
    for name in ("admins", "champions", "circle"):
        answer = world.ask("admin", name, "general", first)
        assert MARKERS[name] not in said(answer)
    check(world, "threads")


def test_a_question_that_is_edited_stays_within_its_place(world: World):
    slack = world.it.slack
    asked = slack.user("admin").says(f"{slack.mention} {question('everyone')}", channel="general")
    slack.wait_for_answer(asked, 60)
    slack.user("admin").edits(asked, f"{slack.mention} {question('admins')}")
    world.it.quiet()
    check(world, "edits")


def test_guests_are_answered_from_what_everyone_may_read(world: World):
    slack = world.it.slack
    for name in PLACES:
        asked = world.person("guest").says(
            f"{slack.mention} {question(name)}", channel=world.partners
        )
        answer = slack.wait_for_answer(asked, 60)
        assert (MARKERS[name] in said(answer)) is (name == "everyone")
    before = len(slack.messages(world.partners))
    world.person("external").says(f"{slack.mention} {question('admins')}", channel=world.partners)
    world.it.quiet()
    assert len(slack.messages(world.partners)) == before + 1
    check(world, "guests and strangers")


def test_whoever_may_see_an_answer_hands_it_over_without_what_others_may_not_read(world: World):
    slack = world.it.slack
    for who, name in (("admin", "admins"), ("champion", "champions")):
        answer = world.ask(who, name, "app")
        world.person(who).presses("ask_person", answer)
        overrides(world.person(who), answer)
        # What is filled in there stands in reports: others read them.
        assert MARKERS[name] not in "\n".join(strings(world.person(who).modal))
        world.person(who).closes()
        world.person(who).uses_shortcut("override_message", answer)
        assert MARKERS[name] not in "\n".join(strings(world.person(who).modal))
        world.person(who).closes()
        world.it.quiet()
    answer = world.ask("user", "circle", world.circle)
    world.person("user").presses("ask_person", answer)
    world.it.quiet()
    offers = "\n".join(said(m) for m in slack.messages("ai-help"))
    assert "handoff_take" in offers
    check(world, "hand-offs")


def test_an_answer_that_only_its_asker_saw_is_shared_only_where_all_may_read_it(world: World):
    slack, it = world.it.slack, world.it
    rules, now = it.record.channel_rules, it.container.now()
    for channel, name in ((slack.channel("general"), "everyone"), (world.circle, "circle")):
        rules.set(channel, ChannelRule(only_asker=True), it.account("admin"), now)
        before = _count(world, channel, name)
        slack.user().says(f"{slack.mention} {question(name)}", channel=channel)
        it.eventually(lambda c=channel, b=before, n=name: _count(world, c, n, "user") > b)
        it.quiet()
        whispered = it.whisper("user", channel, MARKERS[name])
        assert _count(world, channel, name) == before
        slack.user().presses("share_answer", whispered)
        it.eventually(lambda c=channel, b=before, n=name: _count(world, c, n) > b)
        rules.set(channel, ChannelRule(), it.account("admin"), now)
    check(world, "sharing")


def _count(world: World, channel: str, name: str, who: str = "champion") -> int:
    """In how many messages of a channel somebody sees what a guide says."""
    return sum(MARKERS[name] in said(m) for m in world.person(who).sees(channel))


def test_an_answer_that_an_admin_writes_for_few_is_told_to_those_few(world: World):
    it, asked = world.it, "Who pays for the zebra?"
    world.person("second").says(f"{it.slack.mention} {asked}", channel="general")
    it.quiet()
    fields = FaqFields(question=asked, answer=f"By {MARKERS['admins']}.", audience="admins")
    written = AnswerWritten(it.account("admin"), asked, fields)
    it.container.jobs.enqueue_and_wait(write_answer, written, key="zebra")
    it.quiet()
    assert MARKERS["admins"] in said(world_answer(world, "admin", asked))
    assert MARKERS["admins"] not in said(world_answer(world, "champion", asked))
    check(world, "FAQ entries")


def world_answer(world: World, who: str, text: str) -> Message:
    asked = world.person(who).says(text)
    return world.it.slack.wait_for_answer(asked, 60)


def test_home_and_digests_name_no_guide_that_is_not_for_their_readers(world: World):
    slack = world.it.slack
    for who in ("admin", "champion", "user", "second", "guest"):
        world.person(who).opens_app("home")
    slack.user("admin").runs("/uptake digest here", channel="general")
    slack.user("admin").runs("/uptake digest")
    world.it.quiet()
    posted = slack.messages("general") + slack.user("admin").sees()
    assert any(m.body.get("files") for m in posted)
    # It names what everyone may read.
    assert TITLES["everyone"] in world.seen("second")[slack.channel("general")]
    check(world, "Home and digests")


def test_dialogs_name_no_tool_that_only_a_guide_for_others_names(world: World):
    slack, person = world.it.slack, world.person("user")
    for command in ("override", "feedback", "checkin", "story"):
        person.runs(f"/uptake {command}")
        check(world, command)
        person.closes()
    for channel, readable in (("general", {"everyone"}), (world.circle, {"everyone", "circle"})):
        admin = slack.user("admin")
        admin.runs("/uptake channel", channel=channel)
        shown = json.dumps(admin.modals)
        assert {name for name in PLACES if TOOLS[name] in shown} == readable
        admin.closes()


def test_training_names_no_guide_to_read_that_not_everybody_may_read(world: World):
    titles = tuple(f"Lunch at the {PLACES[name]} {TITLES[name]}" for name in PLACES)
    course = Course("c", "Lunch", Tier.AWARENESS, materials=(*titles, "A book"))
    named = [each.title for each in guides_to_read(world.it.container, course)]
    assert named == [titles[0], "A book"]


@pytest.mark.parametrize("who", ["second", "guest", "external", "robot", "gone"])
def test_forged_presses_show_nothing_of_others(world: World, who: str):
    """Buttons of answers to others, as somebody would forge them from wherever they like."""
    it = world.it
    for asker, name in (("admin", "admins"), ("champion", "champions")):
        if f"{asker} {name} app False" not in world.asked:
            world.ask(asker, name, "app")
    real = block_actions(world)
    votes = it.rows("select count(*) from votes")
    handed = it.rows("select count(*) from handoffs")
    secret = [id for key, id in world.asked.items() if key.startswith(("admin", "champion"))]
    private = [id for id in secret if id.startswith("D")]
    assert private
    for number, id in enumerate(private):
        for action in ACTIONS:
            value = {"thumbs": f"positive:{id}", "saving_hour": f"hour:{id}"}.get(action, id)
            forge(world, real, who, action, value, id.partition(":")[0], number)
    it.quiet()
    check(world, f"forged by {who}")
    assert it.rows("select count(*) from votes") == votes
    assert it.rows("select count(*) from handoffs") == handed


def test_an_export_and_an_erasure_concern_whoever_presses(world: World):
    it, real = world.it, block_actions(world)
    if "admin admins app False" not in world.asked:
        world.ask("admin", "admins", "app")
    mine = "interactions where person_id = (select id from people where account = '{}')"
    count = "select count(*) from " + mine.format(it.account("admin"))
    before = it.rows(count)
    named = real | {"view": {"id": "V0ADMINS", "callback_id": "privacy"}}
    for number, action in enumerate(("data_export", "data_erase")):
        forge(world, named, "second", action, it.account("admin"), "", number)
    it.quiet()
    assert it.rows(count) == before != [(0,)]
    check(world, "export and erasure")


def test_an_admins_id_in_another_workspace_is_nobody_here(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    it, slack = world.it, world.it.slack
    # Nobody acknowledges what comes from elsewhere.
    monkeypatch.setattr(slack.parts.outbox, "patience", 2.0)
    real = block_actions(world)
    slack.user().runs("/uptake help")
    for name, payload in _of_another_team(world, real).items():
        kind = "slash_commands" if name == "command" else "interactive"
        with suppress(NotDelivered):
            slack.deliver(kind, payload)
    it.quiet()
    others = it.rows(f"select account from people where account not like '{slack.team_id}:%'")
    assert others == []
    check(world, "another workspace")


def block_actions(world: World) -> dict[str, Any]:
    """A real press, to forge others from."""
    slack = world.it.slack
    if not slack.sent("block_actions"):
        answer = world.ask("user", "everyone", "app")
        overrides(slack.user(), answer)
        slack.user().closes()
    return slack.payload("block_actions")


def _of_another_team(world: World, real: dict[str, Any]) -> dict[str, dict[str, Any]]:
    slack, admin = world.it.slack, world.person("admin").id
    other = {"id": "T0OTHER", "domain": "other"}
    press = real | {"team": other, "user": {"id": admin, "team_id": "T0OTHER"}}
    command = slack.payload("/uptake") | {"user_id": admin, "team_id": "T0OTHER", "text": "roles"}
    submitted = {
        "type": "view_submission",
        "team": other,
        "user": {"id": admin, "team_id": "T0OTHER"},
        "view": {
            "id": "V0FORGED",
            "hash": "1.2",
            "callback_id": "roles",
            "private_metadata": "",
            "state": {"values": {"champions": {"champions": {"selected_users": [admin]}}}},
            "blocks": [],
        },
    }
    return {"press": press, "command": command, "dialog": submitted}


def forge(
    world: World, real: dict[str, Any], who: str, action: str, value: str, channel: str, number: int
) -> None:
    slack, person = world.it.slack, world.person(who)
    team = "T0PARTNER" if who == "external" else slack.team_id
    pressed: dict[str, Any] = {"type": "button", "action_id": action, "block_id": "b"}
    pressed |= {"value": value, "selected_option": {"value": f"override:{value}"}}
    payload = real | {
        "user": {"id": person.id, "username": who, "team_id": team},
        "channel": {"id": channel, "name": "x"},
        "container": {"type": "message", "channel_id": channel, "message_ts": "3.0"},
        "message": {"ts": "3.0"},
        "actions": [pressed | {"action_ts": f"17800{number:05}.000100"}],
    }
    # It may be refused outright.
    with suppress(NotDelivered):
        slack.deliver("interactive", payload)
