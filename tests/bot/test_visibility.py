"""What a guide for few tells stays with those few, whatever is pressed or forged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adoption.channels.channel_rules import ChannelRule
from bot.answering.answered import answered_question, finished
from bot.features.channels.jobs import Sharing, share
from bot.slack.messages import PUBLIC, Place, only_for
from bot.visibility import audiences_of
from ingest.sync.sync import Sync
from knowledge.answers.answer import ReadGuide
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import Message
from tests.bot.features.handoff.test_handoff import offer_of
from tests.conftest import write_guides
from tests.support.app import BUDGET, RunningApp, overrides, running_app, said

GUIDE = """---
title: Cake of the {audience}
kind: playbook
tool: any
audience: {audience}
owner: AI programme team
reviewed: 2026-11-02
---
# Cake of the {audience}

## How many crowns do the {audience} spend on cake?

The {audience} spend {crowns} crowns on cake every month.
"""
CHAMPIONS_CAKE = "How many crowns do the champions spend on cake?"
ADMINS_CAKE = "How many crowns do the admins spend on cake?"
SECRETS = ("forty crowns", "ninety crowns")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An index with a guide for champions and one for admins."""
    root = tmp_path_factory.mktemp("visibility")
    guides = write_guides(root / "guides")
    for audience, crowns in (("champions", "forty"), ("admins", "ninety")):
        text = GUIDE.format(audience=audience, crowns=crowns)
        (guides / f"{audience}.md").write_text(text, "utf-8")
    Sync(Index.open(root / "data" / "index", encoder)).run([guides])
    return root / "data"


@pytest.fixture(scope="module")
def it(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """An app in which Jonas is a champion and Priya an admin."""
    own = Path(shutil.copytree(data, tmp_path_factory.mktemp("app") / "data"))
    with running_app(own, admins=("admin",)) as running:
        running.record.roles.add_champion(
            running.account("champion"), None, running.container.now()
        )
        yield running


def answered(it: RunningApp, who: str, question: str) -> tuple[str, Message]:
    """Somebody asks in their direct messages; gives the question's id and the answer."""
    asked, answer = it.asks(who, question, "app")
    id = f"{asked.channel}:{asked.ts}"
    it.eventually(lambda: finished(it.container.jobs, [id]))
    return id, answer


def shown_in(it: RunningApp, *channels: str) -> str:
    return "\n".join(said(m) for channel in channels for m in it.slack.messages(channel))


def forged(it: RunningApp, who: str, action: str, value: str) -> dict[str, Any]:
    """A press in #general, by somebody who names a question that they never saw."""
    general = it.slack.channel("general")
    payload = it.slack.payload("block_actions")
    pressed: dict[str, Any] = {
        "type": "button",
        "action_id": action,
        "block_id": "b",
        "value": value,
    }
    pressed["selected_option"] = {"value": f"override:{value}"}
    return payload | {
        "user": payload["user"] | {"id": it.slack.user(who).id},
        "channel": {"id": general, "name": "general"},
        "container": {"type": "message", "channel_id": general, "message_ts": "3.0"},
        "message": {"ts": "3.0"},
        "actions": [pressed | {"action_ts": "1780000001.000100"}],
    }


def test_a_champions_guide_is_not_shown_to_the_help_channel(it: RunningApp):
    slack, jonas = it.slack, it.slack.user("champion")
    _, answer = answered(it, "champion", CHAMPIONS_CAKE)
    assert "forty crowns" in said(answer)
    jonas.presses("ask_person", answer)
    offer = offer_of(it, CHAMPIONS_CAKE)
    assert "quotes a guide that not everyone here may read" in said(offer)
    slack.user("second").presses("handoff_take", offer)
    it.eventually(lambda: "is on it." in said(slack.message(offer)))
    it.quiet()
    assert "forty crowns" not in shown_in(it, "ai-help")


def test_what_everyone_may_read_is_shown_there(it: RunningApp):
    _, answer = answered(it, "user", f"{BUDGET} Roughly.")
    it.slack.user().presses("ask_person", answer)
    offer = offer_of(it, "Roughly.")
    assert "15–20 %" in said(offer)
    assert "not everyone here" not in said(offer)


def test_whom_a_guide_is_for_is_shown_the_answer(it: RunningApp):
    priya = it.slack.user("admin")
    question, answer = answered(it, "champion", f"{CHAMPIONS_CAKE} Directly.")
    channel, _, _ = question.partition(":")
    rules, account = it.record.channel_rules, it.account("champion")
    rules.set(channel, ChannelRule(helper=priya.id), account, it.container.now())
    it.slack.user("champion").presses("ask_person", answer)
    offer = it.eventually(
        lambda: next((m for m in it.direct(priya) if "handoff_take" in said(m)), None)
    )
    # Admins may read what champions read.
    assert "forty crowns" in said(offer)
    rules.set(channel, ChannelRule(), account, it.container.now())


def test_an_answer_for_admins_is_not_shared(it: RunningApp):
    id, answer = answered(it, "admin", ADMINS_CAKE)
    assert "ninety crowns" in said(answer)
    general = it.slack.channel("general")
    sharing = Sharing(it.account("admin"), id, general, "")
    it.container.jobs.enqueue_and_wait(share, sharing, key="forged")
    it.whisper("admin", "general", "so I can't share it")
    assert "ninety" not in shown_in(it, "general")


@pytest.mark.parametrize("action", ["ask_person", "share_answer", "answer_menu"])
def test_a_forged_press_shows_nothing_of_somebody_elses_answer(it: RunningApp, action: str):
    question = f"{ADMINS_CAKE} ({action})"
    id, answer = answered(it, "admin", question)
    assert "ninety crowns" in said(answer)
    # A real press comes first: its payload is what a forger would copy.
    overrides(it.slack.user("admin"), answer)
    it.slack.user("admin").closes()
    tom = it.slack.user("second")
    it.slack.deliver("interactive", forged(it, "second", action, id))
    it.quiet()
    seen = "\n".join([*map(said, tom.sees("general")), *map(said, it.direct(tom)), str(tom.modal)])
    for secret in (*SECRETS, action + ")"):
        assert secret not in seen
        assert secret not in shown_in(it, "general", "ai-help")


def test_audiences_of_an_answer_are_those_of_all_that_it_quotes(it: RunningApp):
    id, _ = answered(it, "admin", ADMINS_CAKE)
    found = answered_question(it.container.jobs, id)
    assert found is not None
    assert audiences_of(found.answer) >= {"admins"}
    assert audiences_of(None) == PUBLIC


def test_what_a_model_read_keeps_its_words_from_those_who_may_not_read_it(it: RunningApp):
    id, _ = answered(it, "admin", ADMINS_CAKE)
    found = answered_question(it.container.jobs, id)
    assert found is not None
    assert found.answer is not None
    (cited, *_) = found.answer.citations
    read = (ReadGuide(cited.source, cited.audience),)
    written = replace(found.answer, citations=(), model="a model", read=read)
    channel, visibility = Place(it.slack.channel("general")), it.container.visibility
    assert not visibility.may_be_shown(audiences_of(written), channel)
    assert visibility.may_be_shown(audiences_of(replace(written, read=())), channel)


def test_a_place_shows_what_everybody_there_may_read(it: RunningApp):
    container, slack = it.container, it.slack
    general, help_channel = slack.channel("general"), slack.channel("ai-help")
    maya, jonas, priya = (slack.user(name).id for name in ("user", "champion", "admin"))

    def shown(audiences: set[str], place: Place) -> bool:
        return container.visibility.may_be_shown(audiences, place)

    for place in (Place(general), Place(maya), Place(general, only_for=maya)):
        assert shown({"everyone"}, place)
        assert shown(set(), place)
        assert not shown({"champions"}, place)
        assert not shown({"everyone", "admins"}, place)
        assert not shown({"a word of a later version"}, place)
    assert shown({f"channel:{general}", "everyone"}, Place(general))
    assert shown({f"channel:{general}"}, Place(general, only_for=maya))
    assert not shown({f"channel:{general}"}, Place(help_channel))
    assert shown({"champions"}, Place(jonas))
    assert shown({"champions"}, Place(general, only_for=jonas))
    assert not shown({"champions", "admins"}, Place(jonas))
    assert shown({"champions", "admins"}, Place(priya))
    # What is stored about somebody is for them alone, whatever they decide here.
    for place in (Place(maya), Place(general, only_for=maya)):
        assert shown(only_for(it.account("user")), place)
        assert not shown(only_for(it.account("champion")), place)
        assert not shown(only_for(f"T0OTHER:{maya}"), place)
    assert not shown(only_for(it.account("user")), Place(priya))
    assert not shown(only_for(it.account("user")), Place(general))
    readable_at = container.visibility.readable_at
    assert readable_at({"champions", "x"}, Place(jonas)) == {"champions"}
    assert readable_at({"champions", "admins"}, Place(maya)) == frozenset()
    # Who reads a direct conversation is believed only where it is theirs.
    direct = container.slack.direct(maya)
    assert not shown({"admins"}, Place(direct, reader=priya))
    assert shown({"admins"}, Place(container.slack.direct(priya), reader=priya))
