"""What a person types becomes Slack's text, and comes back for editing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_emulator.people.typed_text import Codec

CODEC = Codec(
    people={"ada": "U1", "Ada Meyer": "U1", "bo": "U2", "Uptake": "UB", "adam": "U3"},
    channels={"general": "C1", "ai-help": "C2"},
    groups={"champions": "S1"},
)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("@Uptake hi", "<@UB> hi"),
        ("hi @ada meyer.", "hi <@U1>."),
        ("@adam @ada", "<@U3> <@U1>"),
        ("see #ai-help", "see <#C2|ai-help>"),
        ("@champions @here", "<!subteam^S1> <!here>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<@U1> <!channel>", "&lt;@U1&gt; &lt;!channel&gt;"),
        ("`@ada <x>`", "`@ada &lt;x&gt;`"),
        ("https://a.b/?x=1&y=2.", "<https://a.b/?x=1&amp;y=2>."),
        ("mail@ada.example", "mail@ada.example"),
        ("@adamant", "@adamant"),
    ],
)
def test_names_and_addresses_are_set_and_all_else_escaped(typed: str, text: str) -> None:
    assert CODEC.encode(typed) == text


@given(st.text(max_size=80))
def test_nothing_typed_forms_a_control_sequence_of_its_own(typed: str) -> None:
    controls = re.findall(r"<[^>]*>", CODEC.encode(typed))
    known = re.compile(
        r"<(@U\w+|#C\d\|[\w-]+|!subteam\^S1|!(here|channel|everyone)|https?://[^>]+)>"
    )
    assert all(known.fullmatch(control) for control in controls)


@given(st.text(alphabet="ab @#<>&`*\n", max_size=60))
def test_text_survives_editing_unchanged(typed: str) -> None:
    text = CODEC.encode(typed)
    assert CODEC.encode(CODEC.decode(text)) == text


def test_an_edit_shows_names_and_bare_addresses() -> None:
    text = "<@UB> see <#C2|ai-help> and <https://a.b/?x=1&amp;y=2> &lt;ok&gt;"
    assert CODEC.decode(text) == "@Uptake see #ai-help and https://a.b/?x=1&y=2 <ok>"
