from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.channels.channel_rules import ChannelRule
from adoption.people.roster import RosterRow
from bot.features.onboarding.suggestions import MOST, Asker, suggestions_for
from ingest.sync.sync import Sync
from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from slack_emulator import LocalWorkspace, Person, Prompts
from tests.support.app import RunningApp, running_app, written

GUIDE = """---
title: {tool} quick start
kind: quick-start
tool: {tool}
audience: everyone
owner: AI programme team
reviewed: 2026-11-02
---
# {tool} quick start

## How do I get started with {tool}?

Open {tool} in the editor's side bar and sign in with your work account.
"""
TOOL, OTHER = "Draftwise", "Sumly"


@pytest.fixture
def guided(
    slack: LocalWorkspace, places: tuple[Path, Path], encoder: Encoder
) -> Iterator[RunningApp]:
    """With guides about two tools beside those about any."""
    data_dir, guides = places
    for tool in (TOOL, OTHER):
        (guides / f"{tool}.md").write_text(GUIDE.format(tool=tool), "utf-8")
    Sync(Index.open(data_dir / "index", encoder)).run([guides])
    with running_app(data_dir, slack) as running:
        yield running


def suggested(play: RunningApp, person: Person) -> Prompts:
    """What somebody is shown after they opened the Messages tab."""
    before = len(play.slack.calls("assistant.threads.setSuggestedPrompts"))
    person.opens_app("messages")
    play.slack.wait_for(
        lambda: len(play.slack.calls("assistant.threads.setSuggestedPrompts")) > before, 30
    )
    return person.suggested


def test_a_newcomer_is_greeted_once_whichever_tab_they_open(play: RunningApp):
    maya = play.slack.user("user")
    suggested(play, maya)
    play.told(maya, "Ask me about our AI tools")
    maya.opens_app("messages")
    maya.opens_app("home")
    play.home(maya)
    play.quiet()
    assert len(play.direct(maya)) == 1


def test_the_greeting_waits_for_no_model(play: RunningApp, monkeypatch: pytest.MonkeyPatch):
    loaded = threading.Event()
    monkeypatch.setattr(Answerer, "knows", lambda self, question: loaded.wait(30))
    maya = play.slack.user("user")
    maya.opens_app("messages")
    play.told(maya, "Ask me about our AI tools")
    assert not play.slack.calls("assistant.threads.setSuggestedPrompts")
    loaded.set()
    play.slack.wait_for(lambda: play.slack.calls("assistant.threads.setSuggestedPrompts"), 30)


def test_only_what_the_guides_answer_is_suggested(play: RunningApp):
    # Of all that is suggested to everyone, these guides surely answer only this.
    titles = [title for title, _ in suggested(play, play.slack.user()).prompts]
    assert titles == ["Override a recommendation"]


def test_tools_one_has_come_first_where_guides_tell_of_them(guided: RunningApp):
    maya, tom = guided.slack.user("user"), guided.slack.user("second")
    rows = [
        RosterRow("maya@example.com", account=guided.account(maya), tools=["draftwise", "Unknown"]),
        RosterRow("tom@example.com", account=guided.account(tom), tools=["Unknown"]),
    ]
    guided.container.record.roster.store(rows, guided.container.now())
    asked = [message for _, message in suggested(guided, maya).prompts]
    assert asked[0] == "How do I get started with draftwise?"
    assert "draftwise" not in str(suggested(guided, tom))


def test_a_suggestion_is_answered_when_it_is_pressed(guided: RunningApp):
    maya = guided.slack.user("user")
    row = RosterRow("maya@example.com", account=guided.account(maya), tools=[TOOL])
    guided.container.record.roster.store([row], guided.container.now())
    question = maya.says(suggested(guided, maya).prompts[0][1])
    assert "sign in with your work account" in written(guided.slack.wait_for_answer(question, 30))


def test_a_role_changes_what_is_suggested(play: RunningApp):
    jonas, priya, tom = (play.slack.user(name) for name in ("champion", "admin", "second"))
    play.record.roles.add_champion(play.account(jonas), "Finance", play.container.now())
    titles = {person.name: suggested(play, person).title for person in (jonas, priya, tom)}
    assert len(set(titles.values())) == 3


def test_who_looks_at_a_channel_is_answered_by_its_rule_first(guided: RunningApp):
    maya = guided.slack.user("user")
    started = "How do I get started and sign in with my work account?"
    found = written(answer(guided, maya, started))
    other = OTHER if f"Open {TOOL}" in found else TOOL
    general = guided.slack.channel("general")
    guided.container.record.channel_rules.set(
        general, ChannelRule(tools=(other,)), guided.account(maya), guided.container.now()
    )
    maya.looks_at("general")
    assert f"Open {other}" in written(answer(guided, maya, started))
    # The rule is no fence: what its guides do not answer, the others do.
    told = answer(guided, maya, "How much of the budget should go to change management?")
    assert "15–20 %" in written(told)


def answer(play: RunningApp, person: Person, text: str):
    return play.slack.wait_for_answer(person.says(text), 30)


@given(
    st.lists(st.text(max_size=100)),
    st.booleans(),
    st.booleans(),
    st.sets(st.integers(0, 30)),
)
def test_suggestions_fit_slack_whatever_tools_are_called(
    tools: list[str], is_champion: bool, is_admin: bool, unknown: set[int]
):
    asked: list[str] = []

    def answers(question: str) -> bool:
        asked.append(question)
        return len(asked) not in unknown

    found = suggestions_for(Asker(tools, is_champion, is_admin), answers)
    assert len(found.questions) <= MOST
    for each in found.questions:
        assert 0 < len(each.title) <= 75
        assert each.message in asked
