"""Renders Slack's mrkdwn as HTML; everything is escaped first and only safe addresses link."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from markupsafe import Markup, escape

from slack_emulator.page.rendering.links import anchor, is_safe_link
from slack_emulator.platform.emojis import emojize
from slack_emulator.platform.escaping import unescape


class Names(Protocol):
    """Who and what the ids in a text stand for."""

    @property
    def viewer(self) -> str:
        """The id of the person who looks at the page."""
        ...

    def user(self, user_id: str) -> str | None:
        """Return a person's display name."""
        ...

    def channel(self, channel_id: str) -> str | None:
        """Return a channel's name without the hash."""
        ...

    def group(self, group_id: str) -> str | None:
        """Return a user group's handle."""
        ...

    def place(self, channel_id: str) -> str:
        """Return the page address of a channel."""
        ...


_OPEN, _CLOSE = "\ue000", "\ue001"
_HELD = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_FENCE = re.compile(r"```(?:\r?\n)?(.*?)```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_CONTROL = re.compile(r"<([@#!]?)([^<>|\s][^<>|\n]*)(?:\|([^<>\n]*))?>")
_BARE_URL = re.compile(r"\bhttps?://[^\s<>|\"`\ue000\ue001]+[^\s<>|\"`.,;:!?)\]}'\ue000\ue001]")
_STYLES = (
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^\s_])_(?![\w_])"), r"<em>\1</em>"),
    (re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])"), r"<s>\1</s>"),
)
_BULLET = re.compile(r"^\s*(?:[•◦▪]|[-*](?=\s))\s*(.+)$")
_NUMBER = re.compile(r"^\s*(\d{1,4})[.)]\s+(.+)$")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def render_mrkdwn(text: str, names: Names, *, verbatim: bool = False) -> Markup:
    """Return the HTML of a mrkdwn text.

    Args:
        text: The text as stored: `&amp;`, `&lt;` and `&gt;` are unescaped before escaping.
        names: What the ids stand for.
        verbatim: Leave bare addresses unlinked, as Slack's `verbatim` does.
    """
    return _Rendering(names, verbatim).run(text)


def plain(text: str) -> str:
    """Return the words of a plain_text object: entities undone and emoji set in."""
    return emojize(unescape(text))


@dataclass
class _Rendering:
    names: Names
    verbatim: bool
    held: list[Markup] = field(default_factory=list)

    def run(self, text: str) -> Markup:
        text = text.replace(_OPEN, "").replace(_CLOSE, "")
        text = _FENCE.sub(self._hold_by(self._fence), text)
        text = _CODE.sub(self._hold_by(self._code), text)
        text = _CONTROL.sub(self._hold_by(self._control), text)
        if not self.verbatim:
            text = _BARE_URL.sub(self._hold_by(lambda found: anchor(unescape(found[0]))), text)
        safe = str(escape(emojize(unescape(text))))
        for pattern, replacement in _STYLES:
            safe = pattern.sub(replacement, safe)
        return Markup(self._restore(_lines(safe)))

    def _hold_by(self, render: Callable[[re.Match[str]], Markup]) -> Callable[[re.Match[str]], str]:
        def hold(found: re.Match[str]) -> str:
            self.held.append(render(found))
            return f"{_OPEN}{len(self.held) - 1}{_CLOSE}"

        return hold

    def _restore(self, text: str) -> str:
        while _HELD.search(text):
            text = _HELD.sub(lambda found: str(self.held[int(found[1])]), text)
        return text

    def _fence(self, found: re.Match[str]) -> Markup:
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format(unescape(found[1]))

    def _code(self, found: re.Match[str]) -> Markup:
        return Markup("<code>{}</code>").format(unescape(found[1]))

    def _control(self, found: re.Match[str]) -> Markup:
        sigil, body, label = found[1], found[2], found[3]
        if sigil == "@":
            return mention(body, self.names, label)
        if sigil == "#":
            return channel_link(body, self.names, label)
        if sigil == "!":
            return self._command(body, label)
        url = unescape(html.unescape(body)) if "&" in body else body
        if is_safe_link(url):
            return anchor(url, unescape(label) if label else None)
        return escape(unescape(found[0]))

    def _command(self, body: str, label: str | None) -> Markup:
        if body in _BROADCASTS:
            return broadcast(body)
        if body.startswith("subteam^"):
            return group_mention(body.removeprefix("subteam^"), self.names, label)
        if body.startswith("date^"):
            return escape(unescape(label or ""))
        return escape(unescape(f"<!{body}|{label}>" if label else f"<!{body}>"))


def mention(user_id: str, names: Names, label: str | None = None) -> Markup:
    """Return the chip of a person who is mentioned; it stands out for the person meant."""
    name = names.user(user_id) or label or user_id
    kind = "mention mention-me" if user_id == names.viewer else "mention"
    return Markup('<span class="{}">@{}</span>').format(kind, name)


def channel_link(channel_id: str, names: Names, label: str | None = None) -> Markup:
    """Return the link to a channel, or its words where the channel is not known."""
    name = names.channel(channel_id)
    if name is None:
        return Markup('<span class="mention">#{}</span>').format(label or channel_id)
    return Markup('<a class="mention" href="{}">#{}</a>').format(names.place(channel_id), name)


def group_mention(group_id: str, names: Names, label: str | None = None) -> Markup:
    """Return the chip of a user group."""
    name = names.group(group_id) or (label or group_id).removeprefix("@")
    return Markup('<span class="mention">@{}</span>').format(name)


def broadcast(kind: str) -> Markup:
    """Return the chip of @here, @channel or @everyone."""
    return Markup('<span class="mention mention-me">@{}</span>').format(kind)


def _lines(safe: str) -> str:
    """Gather quote and list lines into their elements; other line ends become breaks."""
    out: list[str] = []
    lines = safe.split("\n")
    position = 0
    while position < len(lines):
        for gather in (_quote, _bullets, _numbers):
            made, taken = gather(lines[position:])
            if taken:
                out.append(made)
                position += taken
                break
        else:
            out.append(lines[position])
            position += 1
    return _join(out)


_BLOCK_START = ("<blockquote>", "<ul>", "<ol ")


def _join(parts: list[str]) -> str:
    joined = ""
    for index, part in enumerate(parts):
        beside_block = part.startswith(_BLOCK_START) or parts[index - 1].startswith(_BLOCK_START)
        if index and not beside_block:
            joined += "<br>"
        joined += part
    return joined


def _quote(lines: list[str]) -> tuple[str, int]:
    if lines[0].startswith("&gt;&gt;&gt;"):
        inner = [lines[0][12:].lstrip(), *lines[1:]]
        return f"<blockquote>{'<br>'.join(inner)}</blockquote>", len(lines)
    quoted = _leading(lines, lambda line: line.startswith("&gt;"))
    if not quoted:
        return "", 0
    inner = [line[4:].lstrip() for line in quoted]
    return f"<blockquote>{_lines(chr(10).join(inner))}</blockquote>", len(quoted)


def _bullets(lines: list[str]) -> tuple[str, int]:
    taken = _leading(lines, lambda line: _BULLET.match(line) is not None)
    return f"<ul>{_items(taken, _BULLET, 1)}</ul>", len(taken)


def _numbers(lines: list[str]) -> tuple[str, int]:
    taken = _leading(lines, lambda line: _NUMBER.match(line) is not None)
    if not taken:
        return "", 0
    first = _NUMBER.sub(r"\1", taken[0])
    return f'<ol start="{first}">{_items(taken, _NUMBER, 2)}</ol>', len(taken)


def _items(lines: list[str], pattern: re.Pattern[str], group: int) -> str:
    return "".join(f"<li>{pattern.sub(chr(92) + str(group), line)}</li>" for line in lines)


def _leading(lines: list[str], fits: Callable[[str], bool]) -> list[str]:
    taken: list[str] = []
    for line in lines:
        if not fits(line):
            break
        taken.append(line)
    return taken
