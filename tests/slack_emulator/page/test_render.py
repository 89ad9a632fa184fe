"""Every block and element is drawn, and hostile values stay words."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from slack_emulator.page.rendering.blocks import BLOCK_TYPES, Surface
from tests.slack_emulator.page.gallery import ELEMENTS, MESSAGE_BLOCKS, MODAL_BLOCKS
from tests.slack_emulator.page.names import SmallDirectory

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def draw(block: dict[str, Any]) -> str:
    """Draw one block in a message."""
    return str(Surface(SmallDirectory(), "here").block(block))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Give the tags of a piece of HTML."""
    parser = _Tags()
    parser.feed(html)
    return parser.tags


@pytest.mark.parametrize("block", MESSAGE_BLOCKS, ids=lambda block: str(block["type"]))
def test_every_block_of_a_message_is_drawn(block: dict[str, Any]) -> None:
    assert "cannot show" not in draw(block)


@pytest.mark.parametrize("block", MODAL_BLOCKS, ids=lambda block: str(block["block_id"]))
def test_every_input_of_a_modal_is_drawn_and_labelled(block: dict[str, Any]) -> None:
    html = draw(block)
    assert "cannot show" not in html
    assert f'data-action-id="{block["element"]["action_id"]}"' in html
    label = next(attrs["id"] for _, attrs in tags_of(html) if "label" in (attrs.get("id") or ""))
    assert any(label in (attrs.get("aria-labelledby") or "") for _, attrs in tags_of(html))


def test_the_gallery_shows_every_block_and_element_the_page_knows() -> None:
    shown = {block["type"] for block in MESSAGE_BLOCKS} | {"input"}
    assert shown >= set(BLOCK_TYPES)
    assert {"checkboxes", "file_input", "multi_external_select"} <= set(ELEMENTS)


def hostile(value: Any) -> Any:
    """Put hostile words in the place of every text of a block, its types left as they are."""
    kept = ("type", "style", "level", "status", "width", "align")
    if isinstance(value, dict):
        return {k: v if k in kept else hostile(v) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item) for item in value]
    return HOSTILE if isinstance(value, str) else value


@pytest.mark.parametrize("block", [*MESSAGE_BLOCKS, *MODAL_BLOCKS], ids=lambda b: str(b["type"]))
def test_hostile_values_never_become_markup(block: dict[str, Any]) -> None:
    for tag, attrs in tags_of(draw(hostile(block))):
        assert tag != "script"
        assert not any(name.startswith("on") for name in attrs)
        assert "style" not in attrs
        assert not str(attrs.get("href", "")).startswith("javascript:")


def test_an_unknown_block_says_so_and_shows_its_fallback_where_it_has_one() -> None:
    assert "cannot show a block of type “call”" in draw({"type": "call"})
    fallback = [{"type": "section", "text": {"type": "plain_text", "text": "instead"}}]
    assert "instead" in draw({"type": "auth_provider", "fallback": fallback})


def test_ids_are_the_same_when_a_message_is_drawn_again() -> None:
    block = MODAL_BLOCKS[0]
    assert draw(block) == draw(block)


def test_the_thumb_pressed_before_is_shown_as_pressed() -> None:
    block = next(b for b in MESSAGE_BLOCKS if b["type"] == "context_actions")
    chosen = {("feedback", "thumbs"): "bad"}
    tags = tags_of(str(Surface(SmallDirectory(), "here", chosen=chosen).block(block)))
    pressed = [attrs["data-value"] for _, attrs in tags if attrs.get("aria-pressed") == "true"]
    assert pressed == ["bad"]
