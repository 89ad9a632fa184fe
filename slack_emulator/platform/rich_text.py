"""Makes the rich_text block that Slack sends beside the text of a person's message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from slack_emulator.models import Json
from slack_emulator.platform.escaping import unescape

_CONTROL = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_BROADCASTS = frozenset({"here", "channel", "everyone"})
_FENCED = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_BULLET, _NUMBER = re.compile(r"[•*-] +"), re.compile(r"\d+[.)] +")
# What Slack's message box makes of marks around words.
_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_STYLED = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*_~`])")


def rich_text_of(text: str, block_id: str) -> Json:
    """Return the rich_text block of a message text: words in their style, lists, code, links."""
    elements: list[Json] = []
    done = 0
    for found in _FENCED.finditer(text):
        elements += _paragraphs(text[done : found.start()])
        code = _inline(found[1], styled=False)
        elements.append({"type": "rich_text_preformatted", "elements": code})
        done = found.end()
    elements += _paragraphs(text[done:])
    return {"type": "rich_text", "block_id": block_id, "elements": elements}


def _paragraphs(text: str) -> Iterator[Json]:
    """Return the sections and lists of a text; lines of a kind that follow each other are one."""
    for kind, lines in groupby(text.strip("\n").split("\n"), _kind_of):
        shown = list(lines)
        if kind is None:
            words = _inline("\n".join(shown))
            yield from [{"type": "rich_text_section", "elements": words}] if words else []
            continue
        mark = _BULLET if kind == "bullet" else _NUMBER
        items = [_inline(mark.sub("", line, count=1)) for line in shown]
        sections = [{"type": "rich_text_section", "elements": item} for item in items]
        yield {"type": "rich_text_list", "style": kind, "indent": 0, "elements": sections}


def _kind_of(line: str) -> str | None:
    if _BULLET.match(line):
        return "bullet"
    return "ordered" if _NUMBER.match(line) else None


def _inline(text: str, styled: bool = True) -> list[Json]:
    elements: list[Json] = []
    done = 0
    for found in _CONTROL.finditer(text):
        elements += _words(text[done : found.start()], styled)
        elements.append(_control(found))
        done = found.end()
    return [*elements, *_words(text[done:], styled)]


def _words(text: str, styled: bool) -> Iterator[Json]:
    done = 0
    for found in _STYLED.finditer(text) if styled else ():
        yield from _text(text[done : found.start()])
        yield from ({**each, "style": {_STYLES[found[1]]: True}} for each in _text(found[2]))
        done = found.end()
    yield from _text(text[done:])


def _text(text: str) -> Iterator[Json]:
    if text:
        yield {"type": "text", "text": unescape(text)}


def _control(found: re.Match[str]) -> Json:
    sign, target, label = found.groups()
    if sign == "@":
        return {"type": "user", "user_id": target}
    if sign == "#":
        return {"type": "channel", "channel_id": target}
    if sign == "!" and target in _BROADCASTS:
        return {"type": "broadcast", "range": target}
    if sign == "!" and target.startswith("subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("subteam^")}
    if sign == "!":
        return {"type": "text", "text": unescape(label or target)}
    link = {"type": "link", "url": unescape(target)}
    return link | ({"text": unescape(label)} if label else {})
