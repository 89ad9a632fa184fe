from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from adoption.questions.models import Surface
from bot.conversation.question import Question
from bot.delivery.blocks import ANSWER_EVENT, MAY_HELP
from bot.delivery.slack_delivery import SlackDelivery
from bot.slack.errors import SlackUnavailable
from bot.slack.gateway import SlackGateway
from bot.slack.messages import Place
from knowledge.answers.answer import Answer, Citation
from knowledge.retrieval.confidence import Confidence
from slack_emulator import Json, LocalWorkspace
from tests.e2e.fleet import workspace

FIRST = "Plan 15–20 % of the budget. [1]"
SECOND = "Data work takes more. [1]"
THIRD = "Ask the sponsor. [1]"
CITED = Citation(
    1,
    "p1",
    "Budget",
    "Shares",
    "budget.md",
    "https://guides.example/budget",
    "15 %",
    audience="everyone",
)


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with workspace() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(slack: LocalWorkspace, clock: Clock) -> SlackDelivery:
    return made(slack, clock)


def client_of(slack: LocalWorkspace) -> WebClient:
    return WebClient(slack.bot_token, slack.api_url)


def anywhere(audiences: frozenset[str], place: Place) -> bool:
    """The guide that is quoted here is in no index: whether it may be is decided elsewhere."""
    return True


def made(slack: LocalWorkspace, clock: Clock) -> SlackDelivery:
    gateway = SlackGateway(client_of(slack), may_be_shown=anywhere)
    return SlackDelivery(gateway, clock=clock)


def asked(slack: LocalWorkspace, thread: str | None = None) -> Question:
    user = slack.user()
    said = user.says("How much?", "general", thread)
    person = f"{slack.team_id}:{user.id}"
    place = (Surface.CHANNEL, said.channel, said.root)
    return Question(f"{said.channel}:{said.ts}", person, *place, "How much?", float(said.ts))


def answer(*sentences: str, **more: Any) -> Answer:
    known: dict[str, Any] = {"outcome": Confidence.ANSWERED, "citations": (CITED,)}
    return Answer(question="How much?", text=" ".join(sentences), **(known | more))


def only(slack: LocalWorkspace) -> Json:
    (message,) = slack.posts()
    return message.body


def called(slack: LocalWorkspace) -> list[str]:
    return [call.method for call in slack.calls()]


def break_off(slack: LocalWorkspace) -> None:
    """Ends a stream as Slack does after some minutes: without the app, as a failure."""
    message = slack.posts()[0]
    kept = slack.parts.state.messages.get(message.channel, message.ts)
    assert kept.stream is not None
    kept.stream.is_open = False
    kept.body["streaming_state"] = "errored"


def is_whole(message: dict[str, Any], question: Question, text: str) -> bool:
    kinds = [block["type"] for block in message["blocks"]]
    return (
        message["metadata"]["event_type"] == ANSWER_EVENT
        and message["metadata"]["event_payload"] == {"question": question.id}
        and message["blocks"][0]["text"].strip() == text
        and kinds == ["markdown", "context", "context_actions", "actions"]
        and message.get("streaming_state") in (None, "completed")
    )


def test_an_answer_grows_in_one_message_and_ends_with_its_sources(
    slack: LocalWorkspace, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    tell = delivery.begin(question)
    tell(Confidence.ANSWERED, FIRST)
    assert only(slack)["text"].strip() == FIRST
    clock.now += 2
    tell(Confidence.ANSWERED, SECOND)
    assert only(slack)["text"].strip() == f"{FIRST} {SECOND}"
    delivery.post(question, answer(FIRST, SECOND, THIRD), False)
    assert is_whole(only(slack), question, f"{FIRST} {SECOND} {THIRD}")
    assert called(slack) == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
    begun = slack.calls("chat.startStream")[0].arguments
    assert (begun["recipient_team_id"], begun["recipient_user_id"]) == (
        slack.team_id,
        slack.user().id,
    )
    assert begun["thread_ts"] == question.thread


def test_sentences_that_come_within_a_second_go_together(
    slack: LocalWorkspace, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    tell = delivery.begin(question)
    for sentence in (FIRST, SECOND, THIRD):
        tell(Confidence.ANSWERED, sentence)
        clock.now += 0.3
    delivery.post(question, answer(FIRST, SECOND, THIRD), False)
    assert called(slack) == ["chat.startStream", "chat.stopStream"]
    assert is_whole(only(slack), question, f"{FIRST} {SECOND} {THIRD}")


def test_sections_that_may_help_stand_in_place_of_what_was_begun(
    slack: LocalWorkspace, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer(FIRST, outcome=Confidence.UNSURE), False)
    message = only(slack)
    assert message["blocks"][0]["text"] == MAY_HELP
    assert FIRST not in message["blocks"][0]["text"]
    assert message.get("streaming_state") in (None, "completed")


def test_an_answer_that_became_another_is_put_in_place_of_what_was_shown(
    slack: LocalWorkspace, delivery: SlackDelivery
):
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer("Quoted from the guide. [1]"), False)
    assert is_whole(only(slack), question, "Quoted from the guide. [1]")


def test_an_answer_that_was_not_streamed_is_posted(slack: LocalWorkspace, delivery: SlackDelivery):
    question = asked(slack)
    delivery.begin(question)
    delivery.post(question, answer(FIRST), False)
    assert called(slack) == ["chat.postMessage"]
    assert is_whole(only(slack), question, FIRST)


@pytest.mark.parametrize("error", ["not_allowed", "unknown_method", "429", "missing_scope"])
def test_where_streaming_is_refused_the_answer_is_posted_whole(
    slack: LocalWorkspace, delivery: SlackDelivery, error: str
):
    slack.faults.plan("chat.startStream", error)
    question = asked(slack)
    tell = delivery.begin(question)
    tell(Confidence.ANSWERED, FIRST)
    tell(Confidence.ANSWERED, SECOND)
    delivery.post(question, answer(FIRST, SECOND), False)
    assert called(slack) == ["chat.startStream", "chat.postMessage"]
    assert is_whole(only(slack), question, f"{FIRST} {SECOND}")


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_a_stream_that_slack_ends_early_is_made_whole(
    slack: LocalWorkspace, delivery: SlackDelivery, clock: Clock, method: str
):
    question = asked(slack)
    tell = delivery.begin(question)
    tell(Confidence.ANSWERED, FIRST)
    break_off(slack)
    clock.now += 2
    if method == "chat.appendStream":
        tell(Confidence.ANSWERED, SECOND)
    delivery.post(question, answer(FIRST, SECOND), False)
    assert only(slack)["metadata"]["event_payload"] == {"question": question.id}
    assert only(slack)["blocks"][0]["text"] == f"{FIRST} {SECOND}"
    assert called(slack)[-1] == "chat.update"


def test_a_stream_whose_beginning_got_no_receipt_is_found_and_ended(
    slack: LocalWorkspace, delivery: SlackDelivery
):
    slack.faults.plan("chat.startStream", "lost")
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer(FIRST), False)
    assert is_whole(only(slack), question, FIRST)


def test_an_end_whose_receipt_was_lost_is_not_told_twice(
    slack: LocalWorkspace, delivery: SlackDelivery
):
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    for method in ("chat.stopStream", "chat.stopStream", "chat.update"):
        slack.faults.plan(method, "lost")
    with pytest.raises(SlackUnavailable):
        delivery.post(question, answer(FIRST), False)
    assert slack.faults.planned == 0
    delivery.post(question, answer(FIRST), True)
    assert is_whole(only(slack), question, FIRST)


def test_a_slack_that_answers_nonsense_does_not_lose_the_answer(
    slack: LocalWorkspace, delivery: SlackDelivery
):
    slack.faults.plan("chat.startStream", "nonsense")
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer(FIRST), False)
    assert is_whole(only(slack), question, FIRST)


def test_what_another_process_began_is_ended_once(
    slack: LocalWorkspace, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    after_the_crash = made(slack, clock)
    for _ in range(2):
        after_the_crash.post(question, answer(FIRST, SECOND), True)
    assert is_whole(only(slack), question, f"{FIRST} {SECOND}")


def test_the_end_of_one_answer_leaves_other_messages_of_the_thread_alone(
    slack: LocalWorkspace, delivery: SlackDelivery, clock: Clock
):
    earlier = asked(slack)
    delivery.begin(earlier)(Confidence.ANSWERED, FIRST)
    delivery.post(earlier, answer(FIRST), False)
    client_of(slack).chat_postMessage(
        channel=earlier.channel, thread_ts=earlier.thread, text="A notice without metadata"
    )
    later = asked(slack, thread=earlier.thread)
    under_way = asked(slack, thread=earlier.thread)
    delivery.begin(under_way)(Confidence.ANSWERED, THIRD)
    delivery.post(later, answer(SECOND), True)
    assert [post.body["text"].strip()[:5] for post in slack.posts()] == [
        FIRST[:5], "A not", THIRD[:5], SECOND[:5],
    ]  # fmt: skip
    assert slack.posts()[2].body["streaming_state"] == "in_progress"


def test_what_a_model_says_cannot_act_in_slack(slack: LocalWorkspace, delivery: SlackDelivery):
    question = asked(slack)
    evil = "Ask <!channel> or <@U1>, see https://evil.example & @here. [1]"
    delivery.begin(question)(Confidence.ANSWERED, evil)
    delivery.post(question, answer(evil), False)
    text = only(slack)["blocks"][0]["text"]
    assert "<!" not in text
    assert "<@" not in text
    assert "@here" not in text
    assert "`https://evil.example`" in text


def test_a_note_stands_below_the_answer(slack: LocalWorkspace, delivery: SlackDelivery):
    question = asked(slack)
    delivery.post(question, answer(FIRST, note="Today's answers are used up."), False)
    assert [block["type"] for block in only(slack)["blocks"]] == [
        "markdown", "context", "context", "context_actions", "actions",
    ]  # fmt: skip
    assert only(slack)["blocks"][2]["elements"][0]["text"] == "Today's answers are used up."
