from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers.conversation import Turn
from knowledge.answers.requests import MOST_QUESTIONS, Kind, understand


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("hi", Kind.GREETING),
        ("Good morning everyone", Kind.GREETING),
        ("<@U123> hello", Kind.GREETING),
        ("Guten Morgen", Kind.GREETING),
        ("thanks!", Kind.THANKS),
        ("Thank you so much, that was very helpful", Kind.THANKS),
        ("ok", Kind.THANKS),
        (":pray:", Kind.THANKS),
        ("vielen Dank", Kind.THANKS),
        ("help", Kind.HELP),
        ("what can you do?", Kind.HELP),
        ("hi, what can you do?", Kind.HELP),
        ("???", Kind.NOTHING),
        ("", Kind.NOTHING),
    ],
)
def test_small_talk_is_no_question(message: str, kind: Kind):
    (request,) = understand(message).requests
    assert (request.kind, request.is_question) == (kind, False)


@pytest.mark.parametrize(
    "message",
    [
        "help with my password",
        "is it ok?",
        "no answer from the tool",
        "good prompts",
        "all my chats are gone, why?",
        "My colleague left on Friday. Can she keep using it till month end?",
        "why?",
        "Who can help me with training and pilots",
    ],
)
def test_one_question_is_searched_as_it_was_asked(message: str):
    (request,) = understand(message).requests
    assert (request.kind, request.text) == (Kind.QUESTION, message)


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (
            "Who may use Osprey and how do I get Harrier?",
            ["Who may use Osprey?", "How do I get Harrier?"],
        ),
        (
            "Hi! What is a pilot? How long does training last for nurses?",
            ["What is a pilot?", "How long does training last for nurses?"],
        ),
        (
            "We start on Monday. Is training mandatory? And who pays for the licences?",
            ["We start on Monday. Is training mandatory?", "And who pays for the licences?"],
        ),
        ("It is slow today. Why?", ["It is slow today. Why?"]),
    ],
)
def test_several_questions_are_told_apart(message: str, questions: list[str]):
    assert [request.text for request in understand(message).requests] == questions


def test_a_second_question_that_leans_on_the_first_is_put_in_full():
    first, second = understand("How do I get a licence? And who pays for it?").requests
    assert first.text == "How do I get a licence?"
    assert "licence" in second.text


def test_questions_beyond_the_most_are_named():
    asked = [f"Who owns the tool number {n} of the firm?" for n in range(MOST_QUESTIONS + 2)]
    understood = understand(" ".join(asked))
    assert len(understood.requests) == MOST_QUESTIONS
    assert list(understood.left_out) == asked[MOST_QUESTIONS:]


def test_a_long_message_is_searched_by_its_question():
    story = " ".join(f"On day {n} we tried something else with the team." for n in range(59))
    (request,) = understand(f"{story} May I enter customer data?").requests
    assert request.text.endswith("May I enter customer data?")
    assert len(request.text) < 200


def test_a_long_message_without_a_question_mark_is_searched_by_what_is_wanted():
    story = " ".join(f"On day {n} we tried something else with the team." for n in range(30))
    (request,) = understand(f"I need to know who pays for licences. {story}").requests
    assert request.text == "I need to know who pays for licences."


def test_a_follow_up_takes_its_topic_from_the_thread():
    (request,) = understand("and for contractors?", [Turn("How do I get a licence?")]).requests
    assert "licence" in request.text


def test_attachments_are_named():
    assert understand("What is this?", attachments=["plan.png"]).attachments == ("plan.png",)


@given(st.text(max_size=300))
def test_any_message_is_understood(message: str):
    understood = understand(message)
    assert 1 <= len(understood.requests) <= MOST_QUESTIONS
    assert len(understood.requests) == 1 or all(each.is_question for each in understood.requests)
