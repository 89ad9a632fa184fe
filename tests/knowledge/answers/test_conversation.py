from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answers.conversation import TURNS, Turn, asks, is_follow_up, standalone, topic_of
from knowledge.index.lexical import stems_of
from tests.support.examples import examples

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "follow_ups.jsonl").read_text("utf-8").splitlines()
]
FOLLOWING = [pair for pair in PAIRS if "words" in pair]
STANDING = [pair for pair in PAIRS if "words" not in pair]
# Nothing in these says that they lean on what was before.
LIMITS = {"Do I have to attend?"}


@pytest.mark.parametrize("pair", FOLLOWING, ids=lambda pair: pair["said"])
def test_a_follow_up_is_put_in_full_with_the_words_it_leans_on(pair: dict[str, Any]):
    if pair["said"] in LIMITS:
        assert not is_follow_up(pair["said"])
        return
    full = standalone(pair["said"], [Turn(pair["before"])])
    stems = set(stems_of(full))
    assert {stem for word in pair["words"] for stem in stems_of(word)} <= stems, full
    assert stems.isdisjoint(stem for word in pair.get("without", []) for stem in stems_of(word))


@pytest.mark.parametrize("pair", STANDING, ids=lambda pair: pair["said"])
def test_a_message_that_stands_alone_stays_as_it_is(pair: dict[str, Any]):
    assert standalone(pair["said"], [Turn(pair["before"])]) == pair["said"]


def test_there_are_enough_pairs_of_both_kinds():
    assert len(PAIRS) >= 60
    assert min(len(FOLLOWING), len(STANDING)) >= 30


def test_a_chain_of_follow_ups_keeps_its_topic():
    earlier = [Turn("How do I get a licence for Copilot?"), Turn("and for contractors?")]
    full = standalone("and interns?", earlier)
    assert {"licenc", "copilot", "intern"} <= set(stems_of(full))


def test_a_new_topic_ends_the_old_one():
    earlier = [Turn("How do I get a licence for Copilot?"), Turn("Who is the champion in sales?")]
    full = standalone("and in finance?", earlier)
    assert "copilot" not in stems_of(full)
    assert {"champion", "financ"} <= set(stems_of(full))


def test_thanks_between_two_questions_does_not_lose_the_topic():
    earlier = [Turn("How do I get a licence for Copilot?"), Turn("thanks!")]
    assert "licenc" in stems_of(standalone("and for contractors?", earlier))


def test_without_anything_before_it_a_message_stays_as_it_is():
    assert standalone("and for contractors?", []) == "and for contractors?"


@pytest.mark.parametrize(
    "message",
    ["How do I start?", "and for contractors?", "what about Claude", "tell me more", "is it safe"],
)
def test_what_wants_an_answer_is_known(message: str):
    assert asks(message) or is_follow_up(message)


@pytest.mark.parametrize(
    "message",
    ["thanks!", "Great, thank you", "I will try on Monday.", "", "👍", "lol", "Sounds good to me"],
)
def test_what_wants_no_answer_is_left_alone(message: str):
    assert not asks(message)
    assert not is_follow_up(message)


words = st.sampled_from(
    "and for contractors what about it that Copilot licence how do I get a ? , . thanks who in the "
    "sales this budget Claude with more why yes – ’s 15 % <@U1> [1]".split()
)
messages = st.one_of(st.lists(words, max_size=12).map(" ".join), st.text(max_size=60))


@settings(deadline=None, max_examples=examples(300))
@given(messages, st.lists(messages, max_size=7))
def test_nothing_is_said_that_nobody_said(message: str, before: list[str]):
    full = standalone(message, [Turn(each) for each in before])
    known = set(stems_of(" ".join([message, *before])))
    assert set(stems_of(full)) <= known


@settings(deadline=None, max_examples=examples(300))
@given(messages, st.lists(messages, max_size=7))
def test_every_telling_word_of_the_message_stays(message: str, before: list[str]):
    full = standalone(message, [Turn(each) for each in before])
    joining = set(stems_of("and or but also so then ok okay yes no thanks thank you great hm"))
    lost = set(stems_of(message)) - set(stems_of(full)) - joining - set(stems_of("same what about"))
    assert not lost


@settings(deadline=None, max_examples=examples(200))
@given(messages, st.lists(messages, max_size=7))
def test_a_message_that_is_no_follow_up_never_changes(message: str, before: list[str]):
    if not is_follow_up(message):
        assert standalone(message, [Turn(each) for each in before]) == message


@settings(deadline=None, max_examples=examples(100))
@given(messages, st.lists(messages, min_size=TURNS, max_size=TURNS), messages)
def test_only_the_last_turns_count(message: str, before: list[str], older: str):
    turns = [Turn(each) for each in before]
    assert standalone(message, [Turn(older), *turns]) == standalone(message, turns)


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("and for contractors?", {"contractor"}),
        ("and what does he ask about?", {"ask"}),
        ("Also without a licence?", {"licenc"}),
        ("Can you give an example?", set()),
        ("What about them?", set()),
    ],
)
def test_the_topic_of_a_message_is_what_it_adds(message: str, topic: set[str]):
    assert topic_of(message) == topic
