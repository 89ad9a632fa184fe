from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.responses import JSONResponse

from adoption.models import Surface
from bot.blocks.answers import ANSWER_EVENT, NOT_SURE
from bot.delivery import SlackDelivery
from bot.questions import Question
from knowledge.answers import Answer, Citation, Confidence
from tests.e2e.slack import SmallSlack, small_slack

FIRST = "Plan 15–20 % of the budget. [1]"
SECOND = "Data work takes more. [1]"
THIRD = "Ask the sponsor. [1]"
CITED = Citation(1, "p1", "Budget", "Shares", "budget.md", "https://guides.example/budget", "15 %")


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def slack() -> Iterator[SmallSlack]:
    with small_slack() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def delivery(slack: SmallSlack, clock: Clock) -> Iterator[SlackDelivery]:
    slack.messages.clear()
    slack.calls.clear()
    yield made(slack, clock)
    slack.answer_with = lambda method, arguments: None


def made(slack: SmallSlack, clock: Clock) -> SlackDelivery:
    return SlackDelivery(WebClient(token="xoxb-test", base_url=slack.api), None, clock)


def asked(slack: SmallSlack, thread: str | None = None) -> Question:
    ts = slack.ts()
    return Question(
        f"C1:{ts}", "T0TEAM:U1", Surface.CHANNEL, "C1", thread or ts, "How much?", float(ts)
    )


def answer(*sentences: str, **more: Any) -> Answer:
    known: dict[str, Any] = {"outcome": Confidence.ANSWERED, "citations": (CITED,)}
    return Answer(question="How much?", text=" ".join(sentences), **(known | more))


def only(slack: SmallSlack) -> dict[str, Any]:
    (message,) = slack.messages
    return message


def refusing(slack: SmallSlack, *methods: str, error: str = "not_allowed", status: int = 200):
    def refuse(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        refused = JSONResponse({"ok": False, "error": error}, status_code=status)
        return refused if method in methods else None

    slack.answer_with = refuse


def is_whole(message: dict[str, Any], question: Question, text: str) -> bool:
    kinds = [block["type"] for block in message["blocks"]]
    return (
        message["metadata"]["event_type"] == ANSWER_EVENT
        and message["metadata"]["event_payload"] == {"question": question.id}
        and message["blocks"][0]["text"].strip() == text
        and kinds == ["markdown", "context", "context_actions"]
        and message.get("streaming_state") in (None, "completed")
    )


def test_an_answer_grows_in_one_message_and_ends_with_its_sources(
    slack: SmallSlack, delivery: SlackDelivery, clock: Clock
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
    assert slack.called() == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
    begun = slack.called("chat.startStream")[0]
    assert (begun["recipient_team_id"], begun["recipient_user_id"]) == ("T0TEAM", "U1")
    assert begun["thread_ts"] == question.thread


def test_sentences_that_come_within_a_second_go_together(
    slack: SmallSlack, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    tell = delivery.begin(question)
    for sentence in (FIRST, SECOND, THIRD):
        tell(Confidence.ANSWERED, sentence)
        clock.now += 0.3
    delivery.post(question, answer(FIRST, SECOND, THIRD), False)
    assert slack.called() == ["chat.startStream", "chat.stopStream"]
    assert is_whole(only(slack), question, f"{FIRST} {SECOND} {THIRD}")


def test_an_unsure_answer_says_so_from_the_beginning(
    slack: SmallSlack, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    delivery.begin(question)(Confidence.UNSURE, FIRST)
    assert only(slack)["text"].strip() == f"{NOT_SURE}\n\n{FIRST}"
    delivery.post(question, answer(FIRST, outcome=Confidence.UNSURE), False)
    assert is_whole(only(slack), question, f"{NOT_SURE}\n\n{FIRST}")
    assert "chat.update" not in slack.called()


def test_an_answer_that_became_another_is_put_in_place_of_what_was_shown(
    slack: SmallSlack, delivery: SlackDelivery
):
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer("Quoted from the guide. [1]"), False)
    assert is_whole(only(slack), question, "Quoted from the guide. [1]")


def test_an_answer_that_was_not_streamed_is_posted(slack: SmallSlack, delivery: SlackDelivery):
    question = asked(slack)
    delivery.begin(question)
    delivery.post(question, answer(FIRST), False)
    assert slack.called() == ["chat.postMessage"]
    assert is_whole(only(slack), question, FIRST)


@pytest.mark.parametrize(
    ("error", "status"),
    [("not_allowed", 200), ("unknown_method", 200), ("ratelimited", 429), ("missing_scope", 200)],
)
def test_where_streaming_is_refused_the_answer_is_posted_whole(
    slack: SmallSlack, delivery: SlackDelivery, error: str, status: int
):
    refusing(slack, "chat.startStream", error=error, status=status)
    question = asked(slack)
    tell = delivery.begin(question)
    tell(Confidence.ANSWERED, FIRST)
    tell(Confidence.ANSWERED, SECOND)
    delivery.post(question, answer(FIRST, SECOND), False)
    assert slack.called() == ["chat.startStream", "chat.postMessage"]
    assert is_whole(only(slack), question, f"{FIRST} {SECOND}")


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
def test_a_stream_that_slack_ends_early_is_made_whole(
    slack: SmallSlack, delivery: SlackDelivery, clock: Clock, method: str
):
    question = asked(slack)
    tell = delivery.begin(question)
    tell(Confidence.ANSWERED, FIRST)
    only(slack)["streaming_state"] = "errored"
    clock.now += 2
    if method == "chat.appendStream":
        tell(Confidence.ANSWERED, SECOND)
    delivery.post(question, answer(FIRST, SECOND), False)
    assert only(slack)["metadata"]["event_payload"] == {"question": question.id}
    assert only(slack)["blocks"][0]["text"] == f"{FIRST} {SECOND}"
    assert slack.called()[-1] == "chat.update"


def test_a_stream_whose_beginning_got_no_receipt_is_found_and_ended(
    slack: SmallSlack, delivery: SlackDelivery
):
    def lose(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        if method != "chat.startStream":
            return None
        slack._do(method, arguments)
        return JSONResponse({"ok": False}, status_code=500)

    slack.answer_with = lose
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer(FIRST), False)
    assert is_whole(only(slack), question, FIRST)


def test_an_end_whose_receipt_was_lost_is_not_told_twice(
    slack: SmallSlack, delivery: SlackDelivery
):
    def lose(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        if method not in ("chat.stopStream", "chat.update"):
            return None
        slack._do(method, arguments)
        return JSONResponse({"ok": False, "error": "fatal_error"}, status_code=500)

    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    slack.answer_with = lose
    with pytest.raises(SlackApiError):
        delivery.post(question, answer(FIRST), False)
    slack.answer_with = lambda method, arguments: None
    delivery.post(question, answer(FIRST), True)
    assert is_whole(only(slack), question, FIRST)


def test_a_slack_that_answers_nonsense_does_not_lose_the_answer(
    slack: SmallSlack, delivery: SlackDelivery
):
    def nonsense(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        return JSONResponse(["no object"]) if method == "chat.startStream" else None

    slack.answer_with = nonsense
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    delivery.post(question, answer(FIRST), False)
    assert is_whole(only(slack), question, FIRST)


def test_what_another_process_began_is_ended_once(
    slack: SmallSlack, delivery: SlackDelivery, clock: Clock
):
    question = asked(slack)
    delivery.begin(question)(Confidence.ANSWERED, FIRST)
    after_the_crash = made(slack, clock)
    for _ in range(2):
        after_the_crash.post(question, answer(FIRST, SECOND), True)
    assert is_whole(only(slack), question, f"{FIRST} {SECOND}")


def test_the_end_of_one_answer_leaves_other_messages_of_the_thread_alone(
    slack: SmallSlack, delivery: SlackDelivery, clock: Clock
):
    earlier = asked(slack)
    delivery.begin(earlier)(Confidence.ANSWERED, FIRST)
    delivery.post(earlier, answer(FIRST), False)
    WebClient(token="x", base_url=slack.api).chat_postMessage(
        channel="C1", thread_ts=earlier.thread, text="A notice without metadata"
    )
    later = asked(slack, thread=earlier.thread)
    under_way = asked(slack, thread=earlier.thread)
    delivery.begin(under_way)(Confidence.ANSWERED, THIRD)
    delivery.post(later, answer(SECOND), True)
    assert [message["text"].strip()[:5] for message in slack.messages] == [
        FIRST[:5], "A not", THIRD[:5], SECOND[:5],
    ]  # fmt: skip
    assert slack.messages[2]["streaming_state"] == "in_progress"


def test_what_a_model_says_cannot_act_in_slack(slack: SmallSlack, delivery: SlackDelivery):
    question = asked(slack)
    evil = "Ask <!channel> or <@U1>, see https://evil.example & @here. [1]"
    delivery.begin(question)(Confidence.ANSWERED, evil)
    delivery.post(question, answer(evil), False)
    text = only(slack)["blocks"][0]["text"]
    assert "<!" not in text
    assert "<@" not in text
    assert "@here" not in text
    assert "`https://evil.example`" in text


def test_a_note_stands_below_the_answer(slack: SmallSlack, delivery: SlackDelivery):
    question = asked(slack)
    delivery.post(question, answer(FIRST, note="Today's answers are used up."), False)
    assert [block["type"] for block in only(slack)["blocks"]] == [
        "markdown", "context", "context", "context_actions",
    ]  # fmt: skip
    assert only(slack)["blocks"][2]["elements"][0]["text"] == "Today's answers are used up."
