"""Reads Markdown as a tree, and pieces of it as plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.parse.texts import joined_lines

_BREAK = re.compile(r"</?(?:br|li|p|div|ul|ol)\b", re.IGNORECASE)
_CHECKBOX = re.compile(r"^\[[ xX]\]\s+")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").enable("strikethrough")


@lru_cache(maxsize=2)
def nodes_of(markdown: str) -> tuple[SyntaxTreeNode, ...]:
    """The blocks of a Markdown text, in order; of the last text they are known, not read anew."""
    return tuple(SyntaxTreeNode(_parser().parse(markdown)).children)


def first_heading(markdown: str) -> str:
    """The words of the first heading of the first level; empty if there is none."""
    return next(
        (plain(node) for node in nodes_of(markdown) if node.tag == "h1" and plain(node)), ""
    )


def plain(node: SyntaxTreeNode) -> str:
    """The words of a piece of Markdown in one line, without its marks."""
    lines = "".join(_pieces(node)).split("\n")
    words = joined_lines([" ".join(line.split()) for line in lines if line.strip()])
    return _CHECKBOX.sub("", words)


def _pieces(node: SyntaxTreeNode) -> Iterator[str]:
    """The words of a piece; a line break that is forced as "\\n"."""
    if node.type in ("text", "code_inline", "fence", "code_block"):
        yield node.content.replace("\n", " ")
    elif node.type in ("softbreak", "hardbreak"):
        # Two blanks at the end of a line are a habit of some editors, not a wish for a comma.
        yield " "
    elif node.type in ("html_inline", "html_block"):
        yield "\n" if _BREAK.match(node.content) else ""
    elif node.type != "image":
        for child in node.children:
            yield from _pieces(child)


def links_in(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """The links and pictures of a piece, in order."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        if each.type in ("link", "image"):
            found.append(each)
        waiting.extend(reversed(each.children))
    return found


def targets_of(links: Sequence[SyntaxTreeNode]) -> tuple[str, ...]:
    """Where links and pictures lead."""
    found = (str(each.attrs.get("href") or each.attrs.get("src") or "") for each in links)
    return tuple(target for target in found if target)


def linked_letters(links: Sequence[SyntaxTreeNode]) -> int:
    """How many letters the words of links have."""
    words = (plain(each) for each in links if each.type == "link")
    return sum(sum(map(str.isalpha, each)) for each in words)
