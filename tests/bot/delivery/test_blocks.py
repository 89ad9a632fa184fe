from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.feedback.models import Reason
from bot.action_ids import ASK_QUESTION
from bot.answering.small_talk import reply_to
from bot.delivery.answer_actions import ANSWER_MENU, ASK_PERSON, READ_SECTION
from bot.delivery.blocks import MAY_HELP, SECTION_HELPS, THUMBS, answer_message
from bot.delivery.help import Help
from bot.features.home.blocks import HomeView, home_view
from bot.features.ratings.reason_blocks import reason_dialog
from bot.local.terminal import as_text
from bot.slack.messages import Message
from bot.slack.mrkdwn import cut, escape, markdown, plain, visible
from knowledge.answers.answer import Answer, Citation
from knowledge.answers.requests import understand
from knowledge.answers.several import together
from knowledge.index.passages import EVERYONE
from knowledge.retrieval.confidence import Confidence
from tests.support.examples import examples
from tests.support.slack import strings

HOSTILE = [
    "<!channel> look",
    "<@U123> and <#C123|general>",
    "<https://evil.example|bank.com>",
    "[bank.com](https://evil.example)",
    "![x](https://evil.example/pixel.png)",
    "@channel #general @here",
    "www.evil.example and mailto:a@b.example",
    "```not closed",
    "\u202eright to left\u202c and zero\u200bwidth",
    "👩‍👩‍👧‍👦 " * 400,
    "&lt;!channel&gt;",
    "# A heading\n\n[ref]: https://evil.example",
    "a" * 10_000,
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12_000))
citations = st.builds(
    Citation,
    number=st.integers(1, 99),
    passage_id=st.just("p"),
    title=texts,
    heading=texts,
    source=texts,
    link=st.one_of(st.just(""), st.just("https://guides.example/a|b> c"), texts),
    quote=texts,
    reviewed=st.sampled_from(["", "2026-11-02"]),
    stale=st.booleans(),
)
single = st.builds(
    Answer,
    question=texts,
    outcome=st.sampled_from(Confidence),
    text=texts,
    citations=st.lists(citations, max_size=14).map(tuple),
    note=texts,
)
# Messages with several questions as well.
answers = st.one_of(single, st.lists(single, min_size=2, max_size=4).map(partial(together, "q")))


@settings(deadline=None, max_examples=examples(150))
@given(answers)
def test_no_answer_breaks_a_limit_of_slack(answer: Answer):
    message = answer_message(answer, "C1:1.000100", Help("#ai-help"))
    assert len(message.blocks) <= 50
    assert 0 < len(message.text) < 4000 or not answer.text.strip()
    for block in message.blocks:
        if block["type"] == "markdown":
            assert len(block["text"]) <= 12_000
        if block["type"] == "context":
            assert 1 <= len(block["elements"]) <= 10
            assert all(1 <= len(element["text"]) <= 3000 for element in block["elements"])
        if block["type"] == "context_actions":
            assert all(len(text) <= 2000 for text in strings(block))
    json.dumps(message.blocks)


@settings(deadline=None, max_examples=examples(150))
@given(answers)
def test_no_answer_mentions_anyone_or_links_anywhere_but_to_its_sources(answer: Answer):
    message = answer_message(answer, "C1:1.000100")
    allowed = [c.link for c in answer.citations if c.link.startswith(("https://", "http://"))]
    for text in [message.text, *strings(message.blocks)]:
        assert not re.search(r"<[!@#]", text)
        for address in re.findall(r"<([^>]*)>", text):
            assert address.startswith(("https://", "http://"))
            assert allowed


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_of_a_guide_forms_no_link_or_mention(text: str):
    shown = markdown(text, 5000)
    assert "<" not in shown
    assert "](" not in shown
    assert not re.search(r"[@#]\w", shown)
    assert not re.search(r"(?<!`)https?://", shown)


@given(st.text(max_size=500), st.integers(2, 600))
def test_plain_text_is_one_harmless_line_within_its_limit(text: str, most: int):
    shown = plain(text, most)
    assert "\n" not in shown
    assert not set("<>") & set(shown)
    assert len(shown) <= max(most, 12)


@given(st.text(max_size=300), st.integers(1, 300))
def test_cutting_keeps_the_beginning(text: str, most: int):
    shown = cut(text, most)
    assert len(shown) <= most
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


@given(st.text())
def test_escaped_text_reads_as_it_was(text: str):
    escaped = escape(text)
    assert "<" not in escaped
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(st.text())
def test_what_nobody_sees_is_gone_and_emoji_stay(text: str):
    assert not set("\u200b\u202e\u2066\ufeff\x00\x1b") & set(visible(text))
    assert visible("👩‍👩‍👧") == "👩‍👩‍👧"


GUIDE = "https://guides.example/b"
LINKED = Citation(1, "p1", "Budget", "Shares", "b.md", GUIDE, "Plan 15 %.", audience=EVERYONE)
UNLINKED = Citation(2, "p2", "Trust", "", "t.md", "", "Not unseen.", audience=EVERYONE)


def ids_in(message: Message) -> list[str]:
    return [each.get("action_id", "") for block in message.blocks for each in elements_of(block)]


def elements_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    return list(block.get("elements", [])) if "actions" in block["type"] else []


def test_sections_that_may_help_are_shown_each_with_a_way_to_read_it_and_to_say_so():
    answer = Answer("q", Confidence.UNSURE, "Plan 15 %. [1]", (LINKED, UNLINKED))
    message = answer_message(answer, "C1:1")
    assert message.blocks[0]["text"] == MAY_HELP
    shown = strings(message.blocks)
    assert "*<https://guides.example/b|Budget> › Shares*" in shown
    assert "*Trust*" in shown
    assert [text for text in shown if text in ("Plan 15 %.", "Not unseen.")] == [
        "Plan 15 %.",
        "Not unseen.",
    ]
    assert ids_in(message) == [SECTION_HELPS, SECTION_HELPS, READ_SECTION, ASK_PERSON]
    assert "p2|C1:1" in shown


def test_a_question_that_may_help_is_a_button_that_opens_its_answer():
    asks = replace(LINKED, heading="Shares › How much is usual?")
    message = answer_message(Answer("q", Confidence.UNSURE, "Plan 15 %. [1]", (asks,)), "C1:1")
    (buttons,) = [block for block in message.blocks if "How much is usual?" in strings(block)]
    assert [each["action_id"] for each in buttons["elements"]] == [READ_SECTION, SECTION_HELPS]
    assert "Plan 15 %." not in strings(message.blocks)


def test_an_unknown_answer_offers_a_person_first_and_nothing_to_rate():
    answer = Answer("q", Confidence.ABSTAINED, "I don't know.")
    message = answer_message(answer, "C1:1", Help("#ai-help"))
    assert message.blocks[-1]["elements"][0]["text"]["text"] == "Ask #ai-help"
    assert ids_in(message) == [ASK_PERSON]
    assert message.blocks[-1]["elements"][0]["style"] == "primary"


def test_a_reply_to_small_talk_has_no_buttons():
    message = answer_message(reply_to(understand("thanks!")), "C1:1", Help("#ai-help"))
    assert [block["type"] for block in message.blocks] == ["markdown"]


def test_several_answers_are_shown_below_their_questions_with_sources_numbered_through():
    first = Answer("Who may?", Confidence.ANSWERED, "All. [1]", (LINKED,))
    second = Answer("How long?", Confidence.ANSWERED, "Unseen. [1]", (replace(UNLINKED, number=1),))
    third = Answer("And when?", Confidence.ABSTAINED, "I don't know.")
    answer = together("Who may? How long? And when?", [first, second, third])
    assert answer.outcome is Confidence.UNSURE
    message = answer_message(answer, "C1:1")
    shown = [block["text"] for block in message.blocks if block["type"] == "markdown"]
    assert shown == [
        "**Who may?**",
        "All. [1]",
        "**How long?**",
        "Unseen. [2]",
        "**And when?**",
        "I don't know.",
    ]
    assert "[2] Trust" in strings(message.blocks)
    assert ids_in(message) == [THUMBS, ASK_PERSON, f"{READ_SECTION}_1", ANSWER_MENU]


def test_the_terminal_shows_sections_that_may_help_and_each_question_of_several():
    unsure = Answer("How much?", Confidence.UNSURE, "Plan 15 %. [1]", (LINKED,))
    unknown = Answer("And when?", Confidence.ABSTAINED, "I don't know.")
    lines = as_text(together("How much? And when?", [unsure, unknown])).split("\n")
    assert [line for line in lines if line] == [
        "> How much?",
        MAY_HELP,
        "  [1] Budget › Shares",
        f"      {GUIDE}",
        "      Plan 15 %.",
        "> And when?",
        "I don't know.",
    ]
    assert as_text(reply_to(understand("thanks!"))) == "You're welcome!"


def test_the_dialog_offers_every_reason_once():
    view = reason_dialog("C1:1.000100").to_dict()
    element = view["blocks"][1]["element"]
    assert [option["value"] for option in element["options"]] == list(Reason)
    assert view["private_metadata"] == "C1:1.000100"
    assert len(view["title"]["text"]) <= 24


@pytest.mark.parametrize(
    ("stale", "said"),
    [(True, "[1] Pilots · _not reviewed since May 2025_"), (False, "[1] Pilots · reviewed 3 May")],
)
def test_a_source_that_nobody_reviewed_for_long_says_so(stale: bool, said: str):
    cited = Citation(
        1,
        "p",
        "Pilots",
        "",
        "pilots.md",
        "",
        "Six weeks.",
        "2025-05-03",
        stale,
        audience="everyone",
    )
    answer = Answer("How long?", Confidence.ANSWERED, "Six weeks. [1]", (cited,))
    blocks = answer_message(answer, "C1:1").blocks
    assert blocks[1]["elements"][0]["text"].startswith(said)
    assert ("(not reviewed since May 2025)" in as_text(answer)) is stale


def test_homes_first_buttons_keep_their_name_when_it_is_drawn_anew():
    blocks = home_view(HomeView()).to_dict()["blocks"]
    named = [b["block_id"] for b in blocks if ASK_QUESTION in str(b.get("elements"))]
    assert named == ["home_ask"]
