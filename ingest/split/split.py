"""Splits a document into passages that can be found and quoted by themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.parse.documents import Document
from ingest.split.announcements import ANNOUNCED, parted, with_children
from ingest.split.blocks import NOTE, PROSE, Block, blocks_of
from ingest.split.lists import joined_lists
from ingest.split.roles import with_roles
from knowledge.index.passages import Passage
from knowledge.index.sentences import sentences_of

# About what all-MiniLM-L6-v2 reads of a passage (256 word pieces).
LONGEST_PASSAGE = 1000
# Prose goes on from the passage before, so that no answer falls between two.
OVERLAP = 350
# What should stay whole may be longer: a procedure cut in half misleads.
LONGEST_WHOLE = 2000


def split(document: Document) -> list[Passage]:
    """The passages of a document, in order.

    A FAQ entry stays with its question, a procedure or list with the sentence that announces
    it, a table row with its column names; each up to 2,000 characters. Prose is cut between
    sentences at 1,000 characters. Link lists, announcements of pages and sample prompts are
    passages of their own that carry their role.
    """
    if document.is_markdown:
        blocks = list(with_roles(joined_lists(blocks_of(document.text))))
    else:
        paragraphs = document.text.split("\n\n")
        blocks = [Block((), part, PROSE, (part,)) for part in paragraphs if part.strip()]
    made: list[Passage] = []
    for section in with_children(list(_sections(blocks))):
        for number, text in enumerate(_pack(section, whole=document.kind == "faq")):
            links = tuple(dict.fromkeys(link for block in section for link in block.links))
            made.append(_passage(document, section[0], text, len(made), () if number else links))
    # A title page that only says what the guide is called answers nothing.
    content = [each for each in made if each.text != each.title or each.headings]
    if len(content) in (0, len(made)):
        return made
    return [replace(each, position=number) for number, each in enumerate(content)]


def _sections(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Neighbouring blocks under the same headings and of one role."""
    section: list[Block] = []
    for block in blocks:
        if section and (block.headings, block.role) != (section[0].headings, section[0].role):
            yield section
            section = []
        section.append(block)
    if section:
        yield section


def _pack(section: Sequence[Block], whole: bool) -> Iterator[str]:
    """The texts of one section's passages."""
    everything = "\n\n".join(block.text for block in section)
    if len(everything) <= (LONGEST_WHOLE if whole else LONGEST_PASSAGE):
        yield everything
        return
    held = ""
    for piece, is_prose in _pieces(section):
        joined = f"{held}\n\n{piece}" if held else piece
        if len(joined) <= LONGEST_PASSAGE:
            held = joined
            continue
        if held:
            yield held
        if is_prose:
            *complete, held = windows(piece)
            yield from complete
        else:
            held = piece
    if held:
        yield held


def _pieces(section: Sequence[Block]) -> Iterator[tuple[str, bool]]:
    """What is packed side by side: (text, may be cut between sentences)."""
    lead = ""
    for index, block in enumerate(section):
        follows = section[index + 1].kind if index + 1 < len(section) else ""
        if block.kind in (PROSE, NOTE) and follows in ANNOUNCED:
            before, lead = parted(block.text, lead)
            if before:
                yield before, True
        elif block.kind in (PROSE, NOTE):
            yield block.text, True
        else:
            for text in _whole(lead, block):
                yield text, len(text) > LONGEST_WHOLE
            lead = ""


def _whole(lead: str, block: Block) -> Iterator[str]:
    """A list, table or procedure with its announcement; too long a one is cut between parts."""
    limit = LONGEST_WHOLE if block.kind == "procedure" else LONGEST_PASSAGE
    held = lead
    fresh = True
    for part in block.parts:
        joined = f"{held}\n\n{part}" if fresh and held else f"{held}\n{part}".strip("\n")
        if len(joined) > limit and not fresh:
            yield held
            joined = f"{lead}\n\n{part}" if lead else part
        held, fresh = joined, False
    if held:
        yield held


def windows(prose: str) -> list[str]:
    """Runs of whole sentences of at most 1,000 characters that overlap by up to 350.

    A single sentence that is longer is cut between words.
    """
    units = list(_bounded(prose))
    runs: list[str] = []
    first = 0
    while first < len(units):
        last, size = first, len(units[first])
        while last + 1 < len(units) and size + 1 + len(units[last + 1]) <= LONGEST_PASSAGE:
            last += 1
            size += 1 + len(units[last])
        runs.append(" ".join(units[first : last + 1]))
        if last + 1 >= len(units):
            break
        first = _step_back(units, first, last)
    return runs


def _step_back(units: Sequence[str], first: int, last: int) -> int:
    """Where the next run begins: at most `OVERLAP` characters before this one's end."""
    begin, shared = last + 1, 0
    while begin - 1 > first and shared + len(units[begin - 1]) + 1 <= OVERLAP:
        begin -= 1
        shared += len(units[begin]) + 1
    return begin


def _bounded(prose: str) -> Iterator[str]:
    for sentence in sentences_of(prose):
        text = " ".join(sentence.text.split())
        while len(text) > LONGEST_PASSAGE:
            cut = text.rfind(" ", 1, LONGEST_PASSAGE)
            cut = cut if cut > 0 else LONGEST_PASSAGE
            yield text[:cut].rstrip()
            text = text[cut:].lstrip()
        if text:
            yield text


def _passage(
    document: Document, first: Block, text: str, position: int, links: tuple[str, ...]
) -> Passage:
    headings = first.headings
    if headings and headings[0] == document.title:
        headings = headings[1:]
    passage = Passage(
        id="",
        text=text.strip(),
        title=document.title,
        headings=headings,
        source=document.source,
        link=document.link,
        kind=document.kind,
        tool=document.tool,
        audience=document.audience,
        owner=document.owner,
        reviewed=document.reviewed,
        position=position,
        role=first.role,
        links=links,
    )
    return replace(passage, id=_fingerprint(passage))


def _fingerprint(passage: Passage) -> str:
    """Names a passage by all that is known of it but its place, which may shift."""
    known = passage.as_metadata() | {"text": passage.text, "position": 0}
    content = json.dumps(known, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]
