"""Takes Markdown apart into blocks under their headings, each a piece that belongs together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from markdown_it.tree import SyntaxTreeNode

from ingest.parse.markup.html import markdown_from, soup_of
from ingest.parse.markup.markdown import linked_letters, links_in, nodes_of, plain, targets_of
from ingest.parse.markup.pages import remove_hidden
from ingest.split.tables import table_rows

PROSE, LIST, PROCEDURE, TABLE, CODE, NOTE = "prose", "list", "procedure", "table", "code", "note"
PICTURE = "picture"
_INDENT = "   "
# A mark that somebody typed in an item that has one already.
_BULLET = re.compile(r"^[•▪◦●■○‣]\s+")


@dataclass(frozen=True)
class Block:
    """A piece of a guide.

    Attributes:
        headings: the headings above it, outermost first.
        text: its words; of the marks of Markdown only those of lists and fences are left.
        kind: prose, list, procedure, table, code, note or picture; only pictures have no text.
        parts: where it may be cut if it must: list items, table rows; the whole otherwise.
        first: the number of a procedure's first step.
        linked: the share of its letters that are words of links, 0 to 1.
        links: where its links lead.
        role: as of `knowledge.index.passages.Passage`.
    """

    headings: tuple[str, ...]
    text: str
    kind: str
    parts: tuple[str, ...]
    first: int = 1
    linked: float = 0.0
    links: tuple[str, ...] = ()
    role: str = ""


def blocks_of(markdown: str) -> Iterator[Block]:
    """The blocks of a Markdown text, in order, each with the headings it stands under."""
    path: list[tuple[int, str]] = []
    nodes = nodes_of(markdown)
    for node, following in zip_longest(nodes, nodes[1:]):
        if node.type == "heading":
            path = [entry for entry in path if entry[0] < _level(node)]
            path.append((_level(node), plain(node)))
        headings = tuple(words for _, words in path if words)
        if node.type != "heading":
            yield from _block(node, headings)
        elif _stands_alone(node, following) and plain(node):
            yield Block(headings, plain(node), PROSE, (plain(node),))


def _level(heading: SyntaxTreeNode) -> int:
    return int(heading.tag[1])


def _stands_alone(heading: SyntaxTreeNode, following: SyntaxTreeNode | None) -> bool:
    """Whether nothing stands below a heading, so that its words are all there is to find."""
    if following is None:
        return True
    return following.type == "heading" and _level(following) <= _level(heading)


def _block(node: SyntaxTreeNode, headings: tuple[str, ...]) -> Iterator[Block]:
    if node.type == "html_block":
        yield from _of_html(node.content, headings)
    elif node.type == "blockquote":
        yield _made(node, headings, NOTE, (_quoted(node),))
    elif node.type == "table":
        yield _made(node, headings, TABLE, tuple(table_rows(node)))
    elif node.type in ("ordered_list", "bullet_list"):
        kind = PROCEDURE if node.type == "ordered_list" else LIST
        yield _made(node, headings, kind, tuple(_items(node)))
    elif node.type in ("fence", "code_block"):
        yield _made(node, headings, CODE, (_code(node),))
    elif node.type == "paragraph":
        yield _made(node, headings, PROSE, (plain(node),))


def _made(
    node: SyntaxTreeNode,
    headings: tuple[str, ...],
    kind: str,
    parts: tuple[str, ...],
) -> Block:
    text = "\n".join(part for part in parts if part)
    links = links_in(node)
    if not text.strip():
        return Block(headings, "", PICTURE, (), links=targets_of(links))
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 1
    linked = linked_letters(links) / max(1, sum(map(str.isalpha, text))) if links else 0.0
    return Block(headings, text, kind, parts, first, linked, targets_of(links))


def _quoted(node: SyntaxTreeNode) -> str:
    """The lines of a quotation: paragraphs apart, the items of a list together."""
    text = ""
    for child in node.children:
        is_list = child.type in ("ordered_list", "bullet_list", "table")
        lines = list(_lines_of(child))
        text += ("\n\n" if text and lines else "") + ("\n" if is_list else "\n\n").join(lines)
    return text


def _of_html(html: str, headings: tuple[str, ...]) -> Iterator[Block]:
    soup = soup_of(html)
    remove_hidden(soup)
    words = markdown_from(soup)
    if words:
        for block in blocks_of(words):
            yield Block(
                headings + block.headings, block.text, block.kind, block.parts, links=block.links
            )


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    """The items of a list with their marks, each without blank lines."""
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for item in node.children:
        mark = f"{number}. " if number else "- "
        number += 1 if node.type == "ordered_list" else 0
        lines = list(_lines_of_children(item))
        if lines:
            first = _BULLET.sub("", lines[0].lstrip(), count=1)
            yield "\n".join([mark + first, *(_indented(each) for each in lines[1:])])


def _lines_of_children(node: SyntaxTreeNode) -> Iterator[str]:
    for child in node.children:
        yield from _lines_of(child)


def _lines_of(node: SyntaxTreeNode) -> Iterator[str]:
    if node.type in ("ordered_list", "bullet_list"):
        yield from _items(node)
    elif node.type in ("fence", "code_block"):
        yield _code(node)
    elif node.type == "table":
        yield from table_rows(node)
    elif node.type == "html_block":
        yield from (block.text for block in _of_html(node.content, ()) if block.text)
    elif node.type in ("blockquote", "list_item"):
        yield from _lines_of_children(node)
    elif words := plain(node):
        yield words


def _indented(text: str) -> str:
    return "\n".join(f"{_INDENT}{line}" for line in text.split("\n") if line.strip())


def _code(node: SyntaxTreeNode) -> str:
    content = node.content.strip("\n")
    if not content.strip():
        return ""
    if node.type == "code_block":
        return content
    fence = node.markup or "```"
    return f"{fence}{node.info.split(' ')[0]}\n{content}\n{fence}"
