from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from adoption.feedback.feedback import Opinion
from adoption.feedback.models import Reason, Vote
from adoption.questions.models import Interaction, Outcome, Surface
from adoption.record import Record
from bot.delivery.answer_actions import ASK_PERSON
from slack_emulator import Json, LocalWorkspace
from slack_emulator.state.messages import Message
from tests.e2e.fleet import (
    ALWAYS,
    Worker,
    answered_once,
    appears,
    ask,
    eventually,
    id_of,
    replies,
    workspace,
)

BUDGET = "How much of the budget should go to change management?"
WEATHER = "What is the weather in Oslo?"


class Running(Worker):
    """The real app as a process, connected to a workspace, and its record."""

    def __init__(
        self,
        slack: LocalWorkspace,
        data_dir: Path,
        arguments: Sequence[str] = (),
        **more: Any,
    ) -> None:
        super().__init__(slack, data_dir, arguments=arguments, **more)
        self.slack = slack
        self.record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")

    def stop(self, seconds: float = 60) -> int:
        code = super().stop(seconds)
        self.record.close()
        return code

    def interaction(self, message: Message) -> Interaction:
        """The record's row for a question, as soon as it is there."""
        found: Interaction = eventually(lambda: self.record.questions.get(id_of(message)))
        return found

    def interactions(self) -> list[Interaction]:
        return self.record.questions.between(*ALWAYS)

    def opinion(self, message: Message, is_so: Callable[[Opinion], bool]) -> Opinion:
        """What the asker makes of an answer, as soon as `is_so`."""
        asker = f"{self.slack.team_id}:{message.body['user']}"

        def wanted() -> Opinion | None:
            opinion = self.record.feedback.opinion(id_of(message), asker)
            return opinion if opinion is not None and is_so(opinion) else None

        found: Opinion = eventually(wanted)
        return found


@pytest.fixture(scope="module")
def running(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data_dir = Path(shutil.copytree(home, tmp_path_factory.mktemp("bot") / "data"))
    with workspace() as slack:
        running = Running(slack, data_dir)
        yield running
        running.stop()


@pytest.fixture(autouse=True)
def _as_planned(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves a fault to the next, and none was planned in vain."""
    yield
    if "running" in request.fixturenames:
        faults = request.getfixturevalue("running").slack.faults
        left = faults.planned
        faults.forget()
        assert left == 0


def answer_to(running: Running, message: Message) -> Message:
    return running.slack.wait_for(lambda: running.slack.answers(message), 60)[0]


def block(message: Message, kind: str) -> Json:
    found: Json = next(block for block in message.body["blocks"] if block["type"] == kind)
    return found


def thumb(message: Message, which: str) -> str:
    element = block(message, "context_actions")["elements"][0]
    return str(element[f"{which}_button"]["value"])


def presses(running: Running, message: Message, which: str) -> None:
    running.slack.user().presses("thumbs", message, thumb(message, which))


def dialog(running: Running) -> Json:
    """The form that asks for a reason, as soon as it is open."""
    found = running.slack.wait_for(lambda: running.slack.user().modal, 60)
    assert found is not None
    return found


def test_a_mention_is_answered_in_its_thread_with_a_source(running: Running):
    asked = ask(running.slack, BUDGET)
    message = answer_to(running, asked)
    assert message.channel == asked.channel
    assert "15–20 %" in block(message, "markdown")["text"]
    assert "Budget and sponsor" in block(message, "context")["elements"][0]["text"]
    assert "15–20 %" in message.body["text"]
    call = running.slack.calls("chat.postMessage")[-1]
    assert call.answer["ts"] == message.ts
    assert call.arguments["unfurl_links"] in (False, "False", "0")
    row = running.interaction(asked)
    assert (row.outcome, row.surface) == (Outcome.ANSWERED, Surface.CHANNEL)
    assert [citation.title for citation in row.citations] == ["Budget and sponsor"]


def test_a_direct_message_is_answered(running: Running):
    asked = running.slack.user().says(BUDGET)
    assert "15–20 %" in answer_to(running, asked).body["text"]
    assert running.interaction(asked).surface is Surface.DIRECT


def test_what_no_guide_answers_is_not_answered(running: Running):
    asked = ask(running.slack, WEATHER)
    message = answer_to(running, asked)
    assert "I don't know" in message.body["text"]
    (button,) = block(message, "actions")["elements"]
    assert (button["action_id"], button["style"]) == (ASK_PERSON, "primary")
    assert button["text"]["text"] == "Ask a person"
    assert running.interaction(asked).outcome is Outcome.ABSTAINED


def test_a_mention_that_arrives_as_two_events_is_answered_once(running: Running):
    asked = ask(running.slack, BUDGET)
    sent = {each["event"]["type"] for each in events_of(running.slack, asked)}
    assert sent == {"app_mention", "message"}
    assert running.slack.redeliver(asked) == 2
    after = ask(running.slack, WEATHER)
    running.interaction(after)
    assert len(replies(running.slack, asked)) == 1


def events_of(slack: LocalWorkspace, message: Message) -> list[dict[str, Any]]:
    """The events about a message that went to the app."""
    every = [*slack.sent("app_mention"), *slack.sent("message")]
    return [each for each in every if each["event"]["ts"] == message.ts]


def test_bots_strangers_and_talk_in_channels_are_left_alone(running: Running):
    slack, user = running.slack, running.slack.user()
    stranger = slack.add_user("gus", "Gus Guest", team="T9OTHER")
    direct = user.place("app")
    left_alone = [
        appears(slack, direct, "a bot", user.id, bot_id="B1"),
        appears(slack, direct, "an edit", user.id, subtype="message_changed"),
        appears(slack, direct, "ourselves", slack.bot_id),
        stranger.says("a stranger"),
        user.says("channel talk", "general"),
    ]
    assert all(events_of(slack, message) for message in left_alone)
    after = user.says(BUDGET)
    running.interaction(after)
    assert [each.body["text"] for each in left_alone if replies(slack, each)] == []


def test_a_thumb_counts_and_the_last_one_replaces_the_first(running: Running):
    asked = ask(running.slack, BUDGET)
    message = answer_to(running, asked)
    presses(running, message, "positive")
    running.opinion(asked, lambda opinion: opinion.vote is Vote.POSITIVE)
    presses(running, message, "negative")
    running.opinion(asked, lambda opinion: opinion.vote is Vote.NEGATIVE)
    running.slack.user().closes(dialog(running))


def test_a_thumb_down_asks_why_and_keeps_the_reason(running: Running):
    asked = ask(running.slack, BUDGET)
    presses(running, answer_to(running, asked), "negative")
    view = dialog(running)
    comment = {"comment": {"comment": "The budget is from <!channel> 2019."}}
    values = {"reason": {"reason": "outdated"}} | comment
    assert running.slack.user().submits(values, view) == {}
    # What is shown after it.
    running.slack.user().closes()
    opinion = running.opinion(asked, lambda opinion: opinion.reason is not None)
    assert opinion.reason is Reason.OUTDATED
    assert opinion.comment == "The budget is from <!channel> 2019."


def test_another_reason_needs_words(running: Running):
    asked = ask(running.slack, BUDGET)
    presses(running, answer_to(running, asked), "negative")
    view = dialog(running)
    values = {"reason": {"reason": "other"}, "comment": {"comment": " "}}
    assert list(running.slack.user().submits(values, view)) == ["comment"]
    running.slack.user().closes(view)


def test_a_dialog_that_cannot_open_does_not_lose_the_thumb(running: Running):
    asked = ask(running.slack, BUDGET)
    message = answer_to(running, asked)
    running.slack.faults.plan("views.open", "expired_trigger_id")
    presses(running, message, "negative")
    running.opinion(asked, lambda opinion: opinion.vote is Vote.NEGATIVE)
    running.slack.wait_for(lambda: not running.slack.faults.planned)


def test_an_answer_that_slack_refuses_for_good_is_recorded_as_failed(running: Running):
    running.slack.faults.plan("chat.postMessage", "is_archived")
    asked = ask(running.slack, BUDGET, channel="ai-help")
    assert running.interaction(asked).outcome is Outcome.FAILED
    assert replies(running.slack, asked) == []


def test_an_answer_whose_receipt_was_lost_is_not_posted_twice(running: Running):
    running.slack.faults.plan("chat.postMessage", "lost")
    asked = ask(running.slack, BUDGET, channel="ai-stories")
    running.interaction(asked)
    assert len(replies(running.slack, asked)) == 1


STEPS = ("generate", "post", "record")
POINTS = [f"{when}:{step}" for step in STEPS for when in ("within", "after")]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux starts it anew")
@pytest.mark.timeout(900)
def test_killed_anywhere_it_answers_once_and_records_once(data_dir: Path):
    asked: list[Message] = []
    with workspace() as slack:
        running = Running(slack, data_dir, ["--restart"], kill_at=POINTS)
        try:
            for left in reversed(range(len(POINTS))):
                # It dies over this question, or over one of before that comes to the point first.
                asked.append(ask(slack, BUDGET))
                eventually(lambda left=left: running.deaths_to_come <= left, 90)
            answered_once(slack, running.record, asked)
            assert {row.outcome for row in running.interactions()} == {Outcome.ANSWERED}
        finally:
            running.stop()
        deaths = sum("ended by SIGKILL" in line for line in running.output)
        assert deaths == len(POINTS)
