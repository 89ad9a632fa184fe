"""Takes Markdown apart into blocks under their headings, each a piece that belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode


@dataclass(frozen=True)
class Block:
    """A piece of a guide.

    Attributes:
        headings: the headings above it, outermost first.
        text: its words, as Markdown.
        kind: prose, list, procedure, table or code.
        parts: where it may be cut if it must: list items, table rows; the whole otherwise.
    """

    headings: tuple[str, ...]
    text: str
    kind: str
    parts: tuple[str, ...]


def blocks_of(markdown: str) -> Iterator[Block]:
    """The blocks of a Markdown text, in order, each with the headings it stands under."""
    lines = markdown.split("\n")
    path: list[tuple[int, str]] = []
    nodes = SyntaxTreeNode(_parser().parse(markdown)).children
    for node, following in zip_longest(nodes, nodes[1:]):
        if node.type == "heading":
            path = [entry for entry in path if entry[0] < _level(node)]
            path.append((_level(node), plain(node)))
        headings = tuple(words for _, words in path if words)
        if node.type != "heading":
            yield from _block(node, lines, headings)
        elif _stands_alone(node, following) and plain(node):
            yield Block(headings, plain(node), "prose", (plain(node),))


def first_heading(markdown: str) -> str:
    """The words of the first heading of the first level; empty if there is none."""
    nodes = SyntaxTreeNode(_parser().parse(markdown)).children
    return next((plain(node) for node in nodes if node.tag == "h1" and plain(node)), "")


def _level(heading: SyntaxTreeNode) -> int:
    return int(heading.tag[1])


def _stands_alone(heading: SyntaxTreeNode, following: SyntaxTreeNode | None) -> bool:
    """Whether nothing stands below a heading, so that its words are all there is to find."""
    if following is None:
        return True
    return following.type == "heading" and _level(following) <= _level(heading)


def plain(node: SyntaxTreeNode) -> str:
    """The words of a piece of Markdown, without its marks."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    if node.type == "html_inline":
        return ""
    return "".join(plain(child) for child in node.children).strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _block(node: SyntaxTreeNode, lines: list[str], headings: tuple[str, ...]) -> Iterator[Block]:
    if node.type == "table":
        yield from _table(node, headings)
    elif node.type in ("ordered_list", "bullet_list"):
        kind = "procedure" if node.type == "ordered_list" else "list"
        parts = tuple(_source(item, lines) for item in node.children)
        yield Block(headings, "\n".join(parts), kind, parts)
    elif node.type == "html_block":
        words = re.sub(r"\s+", " ", _TAGS.sub(" ", node.content)).strip()
        if words:
            yield Block(headings, words, "prose", (words,))
    elif node.type != "hr":
        text = _source(node, lines)
        kind = "code" if node.type in ("fence", "code_block") else "prose"
        if text.strip():
            yield Block(headings, text, kind, (text,))


# Comments, scripts and styles with all they hold; other tags without what they enclose.
_TAGS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template)\b.*?(?:</\1\s*>|\Z)|<[^>]*>",
    re.DOTALL | re.IGNORECASE,
)


def _source(node: SyntaxTreeNode, lines: list[str]) -> str:
    if node.map is None:
        return plain(node)
    return "\n".join(lines[node.map[0] : node.map[1]]).strip("\n").rstrip()


def _table(node: SyntaxTreeNode, headings: tuple[str, ...]) -> Iterator[Block]:
    """A table as one line a row, each cell after the name of its column."""
    rows = [
        [plain(cell) for cell in row.children] for part in node.children for row in part.children
    ]
    header, body = rows[0], rows[1:]
    if not any(header) and len(body) > 1:
        # Word's tables come without a header row; their first row is one, to the eye.
        header, body = body[0], body[1:]
    parts = tuple(filter(None, (_row(header, cells) for cells in body or [header])))
    if parts:
        yield Block(headings, "\n".join(parts), "table", parts)


def _row(header: Sequence[str], cells: Sequence[str]) -> str:
    named = []
    for index, cell in enumerate(cells):
        name = header[index] if index < len(header) else ""
        # What a spreadsheet without a header, or an empty cell, becomes on its way here.
        if cell and cell != "NaN":
            shown = name and name != cell and not name.startswith("Unnamed:")
            named.append(f"{name}: {cell}" if shown else cell)
    return "- " + "; ".join(named) if named else ""
