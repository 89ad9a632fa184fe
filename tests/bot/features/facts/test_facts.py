from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adoption.people.roster import RosterRow
from adoption.rollout.wave import WavePlan
from bot.answering.facts import EXAMPLE_TOOL, KnownFacts
from bot.features.facts.answers import FACTS
from bot.features.training.answers import FACTS as TRAINING
from knowledge.encoding.encoder import Encoder
from slack_emulator import Message
from tests.support.app import RunningApp, running_app, said, written

ALL = (*FACTS, *TRAINING)
QUESTIONS: Mapping[str, Sequence[str]] = tomllib.loads(
    (Path(__file__).parent / "questions.toml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def app(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """Maya and Jonas, her champion, are in Sales; Priya's team is unknown; Tom is on no roster."""
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("facts") / "data"))
    with running_app(data) as made:
        rows = [
            RosterRow(
                "maya@example.com",
                team="Sales",
                wave="Wave 2",
                eligible_since=date(2026, 9, 1),
                account=made.account("user"),
                tools=("Copilot", "Forecast Assistant"),
            ),
            RosterRow(
                "jonas@example.com", team="Sales", role="champion", account=made.account("champion")
            ),
            RosterRow(
                "priya@example.com", eligible_since=date(2099, 3, 1), account=made.account("admin")
            ),
        ]
        made.record.roster.store(rows, datetime.now(UTC))
        made.record.tools.store("Copilot", owner=made.account("admin"))
        made.record.tools.store("Forecast Assistant", owner="Planning team")
        yield made


def asks(app: RunningApp, who: str, text: str) -> Message:
    """Somebody writes to the app; gives the answer."""
    return app.asks(who, text, "app")[1]


def test_a_champion_is_named_and_can_be_written_to(app: RunningApp):
    answer = asks(app, "user", "who's my champion?")
    champion = app.slack.user("champion")
    assert f"{champion.name} is the champion of Sales." in written(answer)
    assert f"Write to <@{champion.id}>" in written(answer)
    assert "thumbs" not in said(answer)
    assert "You are a champion of Sales yourself" in written(asks(app, "champion", "my champion"))


def test_tools_wave_and_owner_come_from_the_record(app: RunningApp):
    assert "You have Copilot and Forecast Assistant." in written(
        asks(app, "user", "Which AI tools do I have?")
    )
    wave = written(asks(app, "user", "Which wave am I in?"))
    assert (
        "You're in the wave “Wave 2”. You've been able to use the AI tools since 1 September 2026."
        in wave
    )
    assert "on 1 March 2099" in written(asks(app, "admin", "When do we start with the AI tools?"))
    owner = written(asks(app, "second", "Who is responsible for Copilot?"))
    assert f"{app.slack.user('admin').name} owns Copilot." in owner
    named = written(asks(app, "second", "Who do I ask about the Forecast Assistant?"))
    assert "Planning team owns Forecast Assistant." in named


def test_the_rollout_says_when_a_wave_gets_the_tools(app: RunningApp):
    today, waves = datetime.now(UTC).date(), app.record.waves
    waves.create("2", "Wave 2", WavePlan(date(2099, 5, 4), date(2099, 8, 1)))
    try:
        asked = "When do I get access to the Forecast Assistant?"
        assert "You can start with the AI tools on 4 May 2099." in written(asks(app, "user", asked))
        late = today - timedelta(days=3)
        assert waves.change("2", 1, WavePlan(late, date(2099, 8, 1)))
        answer = written(asks(app, "user", "When do we go live?"))
        assert "but your wave isn't live yet" in answer
    finally:
        waves.remove("2")


def test_who_lacks_a_tool_or_a_team_is_told_whom_to_ask(app: RunningApp):
    missing = written(asks(app, "champion", "Do I have a Copilot licence?"))
    assert "doesn't list Copilot for you. Ask in #\u2060ai-help" in missing
    assert "which team you're in" in written(asks(app, "admin", "Who is my champion?"))


@pytest.mark.parametrize(
    "text", ["Who is my champion?", "Which AI tools do I have?", "Which wave am I in?"]
)
def test_who_is_not_on_the_roster_is_told_what_to_do(app: RunningApp, text: str):
    answer = written(asks(app, "second", text))
    assert "You aren't on the roster of the AI programme yet" in answer
    assert "Ask in #\u2060ai-help" in answer


def test_in_a_channel_only_the_asker_sees_it_and_the_record_keeps_no_name(app: RunningApp):
    text = "Who is the champion of my team?"
    asked = app.slack.user().says(f"{app.slack.mention} {text}", channel="general")
    app.whisper("user", "general", "is the champion of Sales")
    app.quiet()
    assert not app.slack.answers(asked)
    assert not [m for m in app.slack.user("second").sees("general") if "of Sales" in said(m)]
    stored = f"select outcome, answer from interactions where question = '{text}'"
    assert app.rows(stored) == [("answered", "")]


def test_a_fact_and_a_question_to_the_guides_are_answered_in_one_reply(app: RunningApp):
    text = "Who is my champion? How much of the budget should go to change management?"
    answer = written(asks(app, "user", text))
    assert "is the champion of Sales" in answer
    assert "15–20 %" in answer


def test_what_sounds_like_a_fact_is_searched_in_the_guides(app: RunningApp):
    answer = written(asks(app, "user", "Who is responsible for a mistake that the tool makes?"))
    assert "owns" not in answer
    assert "champion of" not in answer


@pytest.fixture(scope="module")
def facts(encoder: Encoder) -> KnownFacts:
    return KnownFacts(ALL, encoder)


def names_of(facts: KnownFacts, questions: Sequence[str]) -> list[str]:
    # The names of known tools are replaced before.
    named = (each.replace("GitHub Copilot", EXAMPLE_TOOL) for each in questions)
    found = (facts.recognised(each) for each in named)
    return [each.name if each else "" for each in found]


@pytest.mark.parametrize(
    ("name", "share"),
    [("champion", 0.8), ("tools", 0.8), ("wave", 0.8), ("owner", 0.8), ("training", 0.6)],
)
def test_a_fact_is_recognised_in_other_words_than_its_examples(
    facts: KnownFacts, name: str, share: float
):
    asked = QUESTIONS[name]
    assert not {text.lower() for text in asked} & {
        text.lower() for fact in ALL for text in fact.examples
    }
    found = names_of(facts, asked)
    assert set(found) <= {name, ""}
    assert found.count(name) >= share * len(asked)


def test_questions_to_the_guides_are_no_facts(facts: KnownFacts):
    found = names_of(facts, QUESTIONS["guides"])
    assert [text for text, name in zip(QUESTIONS["guides"], found, strict=True) if name] == []
