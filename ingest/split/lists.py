"""Puts lists together that pictures, notes or code between their items have taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ingest.split.blocks import CODE, LIST, NOTE, PICTURE, PROCEDURE, PROSE, Block

_BETWEEN = (PICTURE, NOTE, CODE)
_MOST_BETWEEN = 4
_INDENT = "   "


def joined_lists(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, without pictures; a list that goes on after other blocks is one block."""
    held: Block | None = None
    between: list[Block] = []
    for block in blocks:
        if held is not None and block.headings == held.headings:
            if block.kind == held.kind and _goes_on(held, between, block):
                held, between = _joined(held, between, block), []
                continue
            if block.kind in (*_BETWEEN, PROSE) and len(between) < _MOST_BETWEEN:
                between.append(block)
                continue
        yield from _shown(held, between)
        held, between = (block, []) if block.kind in (LIST, PROCEDURE) else (None, [block])
    yield from _shown(held, between)


def _shown(held: Block | None, between: list[Block]) -> Iterator[Block]:
    yield from ([held] if held is not None else [])
    yield from (block for block in between if block.kind != PICTURE)


def _goes_on(held: Block, between: list[Block], block: Block) -> bool:
    """Whether a list is the rest of the one before."""
    if held.kind == PROCEDURE and block.first == held.first + len(held.parts) and block.first > 1:
        return True
    if not between or any(each.kind not in _BETWEEN for each in between):
        return False
    return held.kind == LIST or block.first == 1


def _joined(held: Block, between: list[Block], block: Block) -> Block:
    parts = list(held.parts)
    inside = [line for each in between for line in each.text.split("\n") if line.strip()]
    parts[-1] = "\n".join([parts[-1], *(_INDENT + line for line in inside)])
    for part in block.parts:
        number = held.first + len(parts)
        parts.append(re.sub(r"^\d+", str(number), part) if held.kind == PROCEDURE else part)
    links = [link for each in (held, *between, block) for link in each.links]
    return replace(held, text="\n".join(parts), parts=tuple(parts), links=tuple(links))
