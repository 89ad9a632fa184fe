"""What a person typed in Slack, as Markdown: bold, lists, links and code stay what they are.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.slack.mrkdwn import typed_lines

_MARKS = (("code", "`"), ("strike", "~~"), ("italic", "_"), ("bold", "**"))
# Marks of Markdown that stand for themselves in what somebody typed.
_LITERAL = re.compile(r"([\\*_~`])")
_OUTER_SPACE = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
_FENCE = "```"


def typed_markdown(message: Mapping[str, Any]) -> str:
    """The Markdown of a message; mentions of people and channels are left out."""
    blocks = message.get("blocks")
    found = [b for b in _objects(blocks) if b.get("type") == "rich_text"]
    if not found:
        return typed_lines(str(message.get("text") or ""))
    parts = [_part(each) for block in found for each in _objects(block.get("elements"))]
    return "\n\n".join(part for part in parts if part.strip()).strip()


def _part(part: Mapping[str, Any]) -> str:
    """A paragraph, list, quote or piece of code; items of one list follow each other."""
    kind, elements = part.get("type"), _objects(part.get("elements"))
    if kind == "rich_text_list":
        return "\n".join(_items(part, elements))
    if kind == "rich_text_preformatted":
        return f"{_FENCE}\n{_words(elements, literal=True).strip(chr(10))}\n{_FENCE}"
    if kind == "rich_text_quote":
        return "\n".join(f"> {line}" for line in _words(elements).strip().split("\n"))
    return _words(elements)


def _items(part: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    depth = part.get("indent")
    indent = "    " * (depth if isinstance(depth, int) else 0)
    first = part.get("offset")
    number = 1 + (first if isinstance(first, int) else 0)
    for at, item in enumerate(items):
        mark = f"{number + at}." if part.get("style") == "ordered" else "-"
        yield f"{indent}{mark} {_words(_objects(item.get('elements'))).strip()}"


def _words(elements: Sequence[Mapping[str, Any]], literal: bool = False) -> str:
    return "".join(_word(each, literal) for each in elements)


def _word(element: Mapping[str, Any], literal: bool) -> str:
    kind, text = element.get("type"), str(element.get("text") or "")
    if kind == "link":
        url = str(element.get("url") or "")
        return url if literal or not text or text == url else f"[{text}]({url})"
    if kind == "emoji":
        return f":{element.get('name')}:"
    if kind != "text":
        return ""
    return text if literal else _styled(text, element.get("style"))


def _styled(text: str, style: object) -> str:
    """Text in its style; spaces at its ends stay outside, where Markdown wants them."""
    wanted = style if isinstance(style, Mapping) else {}
    before, inner, after = _OUTER_SPACE.fullmatch(text).groups()  # type: ignore[union-attr]
    if not inner:
        return text
    if not wanted.get("code") and len(_LITERAL.findall(inner)) > 1:
        inner = _LITERAL.sub(r"\\\1", inner)
    for name, mark in _MARKS:
        if wanted.get(name):
            inner = f"{mark}{inner}{mark}"
    return f"{before}{inner}{after}"


def _objects(value: object) -> list[Mapping[str, Any]]:
    """What is an object among the values of a list."""
    found = value if isinstance(value, list) else []
    return [each for each in found if isinstance(each, Mapping)]
