from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.channels.channel_rules import ChannelRule
from adoption.channels.models import AnswerMode
from adoption.feedback.models import TimeSaved
from adoption.privacy.personal_data import PersonalSummary
from bot.answering.answered import finished
from bot.delivery.blocks import answer_message, only_for_asker
from bot.features.channels.blocks import channel_dialog, rule_in_words, shared_message
from bot.features.feedback.blocks import feedback_dialog
from bot.features.feedback.blocks import thanks as feedback_thanks
from bot.features.handoff.blocks import Offer, offer_message, reply_message
from bot.features.overrides.blocks import override_dialog, thanks
from bot.features.overrides.vocabulary import read_vocabulary
from bot.features.privacy.blocks import Choices, privacy_dialog
from bot.features.ratings.saving_blocks import saved_message, saving_question
from bot.slack.blocks import line
from bot.slack.messages import Message
from slack_emulator.blockkit import check_message_blocks, check_view
from slack_emulator.state.messages import Message as Said
from tests.bot.delivery.test_blocks import HOSTILE, answers
from tests.bot.features.handoff.test_handoff import offer_of
from tests.support.app import RunningApp, said
from tests.support.examples import examples

HARD = [
    *HOSTILE,
    "<!channel> <!here> <!everyone> <!subteam^S1>",
    "`<https://evil.example|bank.com>` ```<@U123>```",
    "\u202eمرحبا\u202c شكرا\u200f ؟",
    "*bold* _it_ ~no~ `code` :rotating_light: > quoted",
    "👩‍👩‍👧‍👦" * 3000,
]
words = st.one_of(st.sampled_from(HARD), st.text(max_size=12_000))
names = st.lists(words.filter(str.strip), max_size=120)
# Marks that act: mentions, channels, commands and links that are not our own.
_OURS = r"https?://(?:127\.0\.0\.1|guides\.example)[^|>]*\|[^>]*"
OWN = re.compile(rf"<(?:@(?!U123>)U[A-Z0-9]+|#(?!C123)C[A-Z0-9]+|{_OURS})>")
ACTS = re.compile(r"<[@#!]|<[a-z]+:", re.IGNORECASE)


def acting(block: Any) -> Iterator[str]:
    """The texts of a message in which Slack looks for marks."""
    if isinstance(block, list):
        for each in block:
            yield from acting(each)
    elif isinstance(block, dict):
        if block.get("type") in ("mrkdwn", "markdown"):
            yield str(block["text"])
        for each in block.values():
            yield from acting(each)


def assert_harmless(message: Message) -> None:
    check_message_blocks(message.blocks)
    assert len(message.text) <= 4000
    for text in [message.text, *acting(message.blocks)]:
        assert not ACTS.search(OWN.sub("", text)), text


@settings(deadline=None, max_examples=examples(60))
@given(words, words, names, words)
def test_no_dialog_breaks_a_limit(tool: str, recommended: str, tools: list[str], other: str):
    vocabulary = read_vocabulary()
    check_view(override_dialog(vocabulary, tools, tool, recommended, "C1:1.1").to_dict())
    check_view(thanks(vocabulary, tool, [f"disagrees: {other}", "declined", other]).to_dict())
    check_view(feedback_dialog(tools).to_dict())
    check_view(feedback_thanks().to_dict())
    rule = ChannelRule(AnswerMode.EVERY, True, tuple(tools[:5]), (), "U123")
    check_view(channel_dialog("C1", rule, tools, tools).to_dict())
    mine = PersonalSummary(datetime.now(UTC), {"questions you asked": 3, "seats": 1})
    check_view(privacy_dialog(mine, Choices(False, True), 5, "Done.").to_dict())
    for text in acting(thanks(vocabulary, tool, [other]).to_dict()["blocks"]):
        assert not ACTS.search(text)


@settings(deadline=None, max_examples=examples(80))
@given(words, words, answers)
def test_no_message_mentions_links_or_breaks_a_limit(question: str, reply: str, answer):
    link = "http://127.0.0.1:1/archives/C1/p1"
    for offer in (
        Offer("C1:1.1", "U1", question, reply, link),
        Offer("C1:1.1", "U1", question, "", "", taken_by="U2"),
        Offer("C1:1.1", "U1", question, "", "", solved_by="U2"),
        Offer("C1:1.1", "U1", question, reply, link, solved_by="U2", replied=True),
    ):
        assert_harmless(offer_message(offer, "Again."))
    assert_harmless(reply_message("U2", reply, link))
    assert_harmless(line(rule_in_words(ChannelRule(kinds=(question, reply), helper="U2"))))
    assert_harmless(saving_question("C1:1.1"))
    assert_harmless(saved_message("C1:1.1", TimeSaved.HOUR))
    given = answer_message(answer, "C1:1.1")
    check_message_blocks(only_for_asker(given, "C1:1.1").blocks)
    check_message_blocks(shared_message(given, "U1", question).blocks)
    for text in acting(shared_message(given, "U1", question).blocks[:1]):
        assert not ACTS.search(OWN.sub("", text))


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_what_people_write_comes_back_out_harmless(shared: RunningApp, text: str):
    """Through every field, and back out in every message, in the running app."""
    slack, maya, jonas = shared.slack, shared.slack.user(), shared.slack.user("champion")
    mark = f"zq{abs(hash(text)) % 100_000}"
    maya.runs("/uptake override")
    long = text[:3000]
    maya.submits(
        {
            "tool": {"tool": long[:150]},
            "recommended": {"recommended": long},
            "did_instead": {"did_instead": long},
            "reason": {"reason": "wrong data/missing data"},
            "weight": {"weight": "low"},
            "text": {"text": long},
        }
    )
    maya.closes()
    maya.runs("/uptake feedback")
    maya.submits({"about": {"about": "programme"}, "text": {"text": long}})
    maya.closes()
    maya.runs(f"/uptake ask {mark} {text}")
    root = shared.eventually(
        lambda: next((m for m in maya.sees() if mark in said(m) and m.via_app), None)
    )
    answer = slack.wait_for_answer(root, 60)
    shared.eventually(lambda: finished(shared.container.jobs, [f"{root.channel}:{root.ts}"]))
    maya.presses("ask_person", answer)
    offer = offer_of(shared, mark)
    before = len(slack.replies(root))
    typed = text.replace("@channel", "channel") or "–"
    reply = jonas.says(typed[:4000], channel="ai-help", thread=offer)
    assert reply.ts
    shared.eventually(lambda: len(slack.replies(root)) > before)
    jonas.presses("handoff_solve", offer)
    shared.eventually(lambda: "Solved by" in said(slack.message(offer)))
    own: list[Said] = [*maya.sees(), *slack.messages("ai-help")]
    for message in own:
        if message.via_app:
            body = message.body
            for words in [str(body["text"]), *acting(body.get("blocks") or [])]:
                assert not ACTS.search(OWN.sub("", words)), words
    assert not [c for c in slack.calls() if c.error in ("invalid_blocks", "msg_too_long")]
