from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.typed_markdown import typed_markdown
from bot.slack.mrkdwn import markdown
from slack_emulator.platform.rich_text import rich_text_of


def typed(text: str) -> str:
    """What somebody typed in Slack's message box, as Markdown."""
    return typed_markdown({"blocks": [rich_text_of(text, "b")]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("*bold*, _italic_, ~gone~ and `code`", "**bold**, _italic_, ~~gone~~ and `code`"),
        ("First:\n1. one\n2. *two*\nthen", "First:\n\n1. one\n2. **two**\n\nthen"),
        ("- a\n- b", "- a\n- b"),
        ("```\nx = 2 * 3\n```", "```\nx = 2 * 3\n```"),
        ("see <https://a.example/b|the form>", "see [the form](https://a.example/b)"),
        ("see <https://a.example/b>", "see https://a.example/b"),
        ("<@U1> <!channel> hello <#C1|x>", "hello"),
        ("2 * 3 and 4 * 5", "2 \\* 3 and 4 \\* 5"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
    ],
)
def test_what_is_typed_becomes_the_same_in_markdown(text: str, expected: str):
    assert typed(text) == expected


def test_a_message_without_rich_text_keeps_its_lines():
    assert typed_markdown({"text": "<@U1> one\ntwo  three"}) == "one\ntwo three"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(json, json)
def test_a_malformed_block_is_no_fault(elements: Any, style: Any):
    word = {"type": "text", "text": "x", "style": style}
    for kind in ("rich_text_section", "rich_text_list", "rich_text_quote"):
        part = {"type": kind, "elements": [word, {"elements": elements}], "indent": style}
        typed_markdown({"blocks": [{"type": "rich_text", "elements": [part, elements]}]})
    typed_markdown({"blocks": elements})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[form](https://a.example/b)", "[form](https://a.example/b) (a.example)"),
        ("at https://a.example/b?c=d.", "at [https://a.example/b?c=d](https://a.example/b?c=d)."),
        ("`https://a.example`", "`https://a.example`"),
        ("[x](javascript:alert)", "x"),
        ("![x](https://a.example/i.png)", "x"),
        ("<!channel> and @here", "&lt;!channel&gt; and @\u2060here"),
    ],
)
def test_only_web_links_of_a_colleague_stay(text: str, shown: str):
    assert markdown(text, 500, links=True) == shown


@given(st.text(max_size=300))
def test_a_reply_never_mentions_or_hides_an_address(text: str):
    shown = markdown(text, 5000, links=True)
    assert "<" not in shown
    for label, address in re.findall(r"\[([^\]]*)\]\((\S+?)\)", shown):
        assert address.startswith(("http://", "https://"))
        assert label
