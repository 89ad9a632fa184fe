"""Renders a `rich_text` block as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

from slack_emulator.page.rendering.links import anchor
from slack_emulator.page.rendering.mrkdwn import (
    Names,
    broadcast,
    channel_link,
    group_mention,
    mention,
)
from slack_emulator.platform.emojis import character

_STYLE_TAGS = (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s"))


def render_rich_text(block: Mapping[str, Any], names: Names) -> Markup:
    """Return the HTML of a rich text block; parts of an unknown type are left out."""
    return Markup().join(_part(part, names) for part in block.get("elements") or ())


def rich_text_words(block: Mapping[str, Any]) -> str:
    """Return the bare words of a rich text block, for labels and for searching."""
    words = [str(block.get("text", ""))] if block.get("type") in ("text", "link") else []
    words += [rich_text_words(part) for part in block.get("elements") or ()]
    return " ".join(word for word in words if word)


def _part(part: Mapping[str, Any], names: Names) -> Markup:
    inner = _inline(part.get("elements") or (), names)
    match part.get("type"):
        case "rich_text_section":
            return Markup('<div class="rich-section">{}</div>').format(inner)
        case "rich_text_preformatted":
            return Markup('<pre tabindex="0"><code>{}</code></pre>').format(inner)
        case "rich_text_quote":
            return Markup("<blockquote>{}</blockquote>").format(inner)
        case "rich_text_list":
            return _list(part, names)
    return Markup()


def _list(part: Mapping[str, Any], names: Names) -> Markup:
    items = Markup().join(
        Markup("<li>{}</li>").format(_inline(item.get("elements") or (), names))
        for item in part.get("elements") or ()
    )
    indent = min(int(part.get("indent") or 0), 8)
    if part.get("style") == "ordered":
        start = int(part.get("offset") or 0) + 1
        return Markup('<ol class="indent-{}" start="{}">{}</ol>').format(indent, start, items)
    return Markup('<ul class="indent-{}">{}</ul>').format(indent, items)


def _inline(parts: Sequence[Mapping[str, Any]], names: Names) -> Markup:
    return Markup().join(_styled(part, _piece(part, names)) for part in parts)


def _piece(part: Mapping[str, Any], names: Names) -> Markup:
    render = _PIECES.get(str(part.get("type")))
    return render(part, names) if render else Markup()


def _styled(part: Mapping[str, Any], piece: Markup) -> Markup:
    style = part.get("style") or {}
    for name, tag in _STYLE_TAGS:
        if style.get(name):
            piece = Markup(f"<{tag}>{{}}</{tag}>").format(piece)
    return piece


def _text(part: Mapping[str, Any], names: Names) -> Markup:
    return Markup("<br>").join(str(part.get("text", "")).split("\n"))


def _emoji(part: Mapping[str, Any], names: Names) -> Markup:
    name = str(part.get("name", ""))
    return escape(character(name) or f":{name}:")


def _date(part: Mapping[str, Any], names: Names) -> Markup:
    moment = datetime.fromtimestamp(int(part.get("timestamp") or 0), UTC)
    fallback = str(part.get("fallback") or f"{moment:%Y-%m-%d %H:%M} UTC")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), fallback)


_PIECES: dict[str, Callable[[Mapping[str, Any], Names], Markup]] = {
    "text": _text,
    "emoji": _emoji,
    "date": _date,
    "link": lambda part, names: anchor(str(part.get("url", "")), part.get("text")),
    "user": lambda part, names: mention(str(part.get("user_id", "")), names),
    "channel": lambda part, names: channel_link(str(part.get("channel_id", "")), names),
    "usergroup": lambda part, names: group_mention(str(part.get("usergroup_id", "")), names),
    "broadcast": lambda part, names: broadcast(str(part.get("range", "here"))),
    "color": lambda part, names: escape(str(part.get("value", ""))),
    "team": lambda part, names: escape(str(part.get("team_id", ""))),
}
