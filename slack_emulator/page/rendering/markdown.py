"""Renders standard Markdown (the `markdown` block and streamed text) as HTML, HTML input off."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from slack_emulator.page.rendering.links import anchor, is_safe_link
from slack_emulator.page.rendering.mrkdwn import Names, broadcast, channel_link, mention
from slack_emulator.platform.emojis import emojize

_MENTION = re.compile(r"<(?:@([UW][A-Z0-9]+)|#(C[A-Z0-9]+)|!(here|channel|everyone))(?:\|[^<>]*)?>")


def render_markdown(text: str, names: Names) -> Markup:
    """Return the HTML of a Markdown text: pictures become links, headings sit under the message."""
    parser = _parser()
    env: dict[str, Any] = {"names": names}
    tokens = parser.parse(text, env)
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    env["top"] = min(levels, default=1)
    return Markup(parser.renderer.render(tokens, parser.options, env))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = is_safe_link  # type: ignore[method-assign]
    for rule, render in _RULES.items():
        parser.add_render_rule(rule, render)
    return parser


_Tokens: TypeAlias = Sequence[Token]
_Env: TypeAlias = MutableMapping[str, Any]


def _text(self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env) -> str:
    names: Names = env["names"]
    content, done, out = tokens[index].content, 0, Markup()
    for found in _MENTION.finditer(content):
        out += escape(emojize(content[done : found.start()])) + _chip(found, names)
        done = found.end()
    return str(out + escape(emojize(content[done:])))


def _chip(found: re.Match[str], names: Names) -> Markup:
    if found[1]:
        return mention(found[1], names)
    return channel_link(found[2], names) if found[2] else broadcast(found[3])


def _link_open(
    self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env
) -> str:
    opened = str(anchor(str(tokens[index].attrGet("href") or ""), "x"))
    return opened.removesuffix("x</a>") if opened.endswith("x</a>") else "<a>"


def _image(self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env) -> str:
    token = tokens[index]
    return str(anchor(str(token.attrGet("src") or ""), token.content or "picture"))


def _heading_open(
    self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env
) -> str:
    level = int(tokens[index].tag[1])
    return f'<h{_under_message(level, env)} class="md-h{level}">'


def _heading_close(
    self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env
) -> str:
    return f"</h{_under_message(int(tokens[index].tag[1]), env)}>\n"


def _under_message(level: int, env: _Env) -> int:
    # The page uses levels 1 and 2 itself; a text that starts at level 2 must not skip one.
    return min(6, level - int(env["top"]) + 3)


def _table_open(
    self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env
) -> str:
    return '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>'


def _table_close(
    self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env
) -> str:
    return "</table></div>"


def _cell_open(
    self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env
) -> str:
    # The strict content policy forbids the style attribute the parser would write.
    aligned = str(tokens[index].attrGet("style") or "").rpartition(":")[2]
    kind = f' class="align-{aligned}"' if aligned in ("left", "right", "center") else ""
    return f"<{tokens[index].tag}{kind}>"


def _pre(self: RendererHTML, tokens: _Tokens, index: int, options: OptionsDict, env: _Env) -> str:
    return str(
        Markup('<pre tabindex="0"><code>{}</code></pre>').format(tokens[index].content.rstrip("\n"))
    )


_RULES = {
    "text": _text,
    "link_open": _link_open,
    "image": _image,
    "heading_open": _heading_open,
    "heading_close": _heading_close,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _cell_open,
    "td_open": _cell_open,
    "fence": _pre,
    "code_block": _pre,
}
