"""Keeps what announces a list, a table or further headings together with what it announces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from ingest.split.blocks import CODE, LIST, NOTE, PROCEDURE, PROSE, TABLE, Block
from knowledge.index.sentences import sentences_of

ANNOUNCED = (LIST, PROCEDURE, TABLE, CODE)
# An announcement beyond this is shown by its last sentence alone.
_LONGEST_LEAD = 500
_ANNOUNCES = re.compile(
    r":$|\b(?:following|below|these|this (?:table|list)|as follows|listed|folgende\w*|diese)\b",
    re.IGNORECASE,
)
_MOST_CHILDREN = 12


def parted(text: str, lead: str) -> tuple[str, str]:
    """Prose before a list or table as (what stays prose, what announces it).

    `lead` is what announced it before the prose. The sentence right before a list or table is
    its announcement, with its paragraph if that is short.
    """
    joined = f"{lead}\n\n{text}".strip()
    if len(joined) <= _LONGEST_LEAD:
        return "", joined
    sentences = [sentence.text for sentence in sentences_of(text)]
    if len(sentences) < 2 or len(sentences[-1]) > _LONGEST_LEAD:
        return joined, ""
    before = "\n\n".join(filter(None, (lead, " ".join(sentences[:-1]))))
    return before, sentences[-1]


def with_children(sections: Sequence[list[Block]]) -> list[list[Block]]:
    """The sections; one that ends by announcing the headings below it names them."""
    made = []
    for number, section in enumerate(sections):
        last, below = section[-1], islice(sections, number + 1, None)
        announces = last.kind in (PROSE, NOTE) and _announces(last.text)
        names = _children(last.headings, below) if announces else []
        if len(names) > 1:
            parts = tuple(f"- {name}" for name in names)
            headings, role = last.headings, last.role
            children = Block(headings, "\n".join(parts), LIST, parts, role=role)
            section = [*section, children]
        made.append(section)
    return made


def _announces(text: str) -> bool:
    if not _ANNOUNCES.search(text):
        return False
    sentences = sentences_of(text)
    return bool(sentences) and _ANNOUNCES.search(sentences[-1].text) is not None


def _children(above: tuple[str, ...], sections: Iterable[list[Block]]) -> list[str]:
    """The headings one level below some headings, as long as the sections are below them."""
    names: dict[str, None] = {}
    for section in sections:
        headings = section[0].headings
        if len(headings) <= len(above) or headings[: len(above)] != above:
            break
        names.setdefault(headings[len(above)])
    return list(names)[:_MOST_CHILDREN]
