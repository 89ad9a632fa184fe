"""Separates content from what only leads to it: link lists, announcements, sample prompts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.split.blocks import CODE, LIST, NOTE, PROCEDURE, PROSE, TABLE, Block

NAVIGATION, BOILERPLATE, PROMPT = "navigation", "boilerplate", "prompt"
# A list with this share of its letters in links is a list of links.
_LINKED, _LINKED_BELOW_HEADING = 0.7, 0.25
_LEADING = re.compile(
    r"^(?:related(?: \w+){0,2}|see also|further reading|(?:table of )?contents|on this page|"
    r"in this (?:article|section|guide)|next steps?|(?:more|additional|other|useful) "
    r"(?:resources|information|links|reading)|learn more|references|external links|links|"
    r"what's next|where to go next|navigation|backlinks|siehe auch|weitere (?:informationen|"
    r"ressourcen|links)|verwandte \w+|nächste schritte|inhalt(?:sverzeichnis)?)\W*$",
    re.IGNORECASE,
)
_PAGE = r"(?:article|page|document|section|topic|guide|module|unit|tutorial|chapter|post|video|lab)"
_SEITE = r"(?:artikel|seite|dokument|abschnitt|thema|leitfaden|modul|lerneinheit|übung|kapitel)"
_ANNOUNCING = re.compile(
    rf"^(?:this {_PAGE} (?:\w+ly )?(?:provides|describes|explains|contains|covers|lists|gives|"
    rf"shows|outlines|discusses|is about|introduces|walks|helps|will|details|answers|"
    rf"summari[sz]es)\b"
    rf"|in this {_PAGE},? (?:you|we|i)(?:'ll|’ll| will| can)?\b"
    rf"|(?:in )?diese[rsm]? {_SEITE},? (?:\w+ )?(?:beschreibt|enthält|bietet|erläutert|erklärt|"
    rf"erfahren|lernen|wird|werden|finden|gibt|zeigt|behandelt|beantwortet)\b"
    r"|(?:applies to|last updated|last reviewed|published|gilt für|zuletzt aktualisiert)\s*:"
    r"|was this (?:page|article|content) helpful|skip to (?:main )?content|edit this page"
    r"|(?:©|copyright\b)|all rights reserved)",
    re.IGNORECASE,
)
_LONGEST_ANNOUNCEMENT = 350
_SENTENCE_END = re.compile(r"[.!?](?=\s+[A-ZÄÖÜ\d“\"'])")
_PROMPTS = re.compile(
    r"\b(?:(?:sample|example|suggested|starter)s? prompts?|prompts? (?:examples?|to try|ideas|"
    r"library|gallery)|try (?:these|this|the following|out) prompts?|beispiel-?prompts?|"
    r"beispiel(?:e)? für prompts)\b",
    re.IGNORECASE,
)


def with_roles(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, each with its role; what announces a list of links is part of it."""
    found = ((block, _role(block)) for block in blocks)
    marked = [replace(block, role=role) if role else block for block, role in found]
    for number, block in enumerate(marked):
        after = marked[number + 1] if number + 1 < len(marked) else None
        leads = block.kind == PROSE and block.text.endswith(":") and not block.role
        if leads and after is not None and after.headings == block.headings:
            role = PROMPT if after.kind != PROSE and _PROMPTS.search(block.text) else after.role
            if role == PROMPT:
                marked[number + 1] = replace(after, role=role)
            block = replace(block, role=role) if role else block
        yield block


def _role(block: Block) -> str:
    if is_navigation(block):
        return NAVIGATION
    if block.kind == PROSE and _announces_page(block.text):
        return BOILERPLATE
    if block.kind in (LIST, PROCEDURE, NOTE, CODE, TABLE) and _is_below(block.headings, _PROMPTS):
        return PROMPT
    return ""


def is_navigation(block: Block) -> bool:
    """Whether a block is a list of links, or text made of links alone."""
    if block.kind == CODE:
        return False
    if len(block.parts) > 1 and block.linked >= _LINKED:
        return True
    if block.headings and _LEADING.match(block.headings[-1]):
        return block.linked >= _LINKED_BELOW_HEADING
    return block.kind == PROSE and block.linked >= 0.9 and len(block.links) > 0


def _announces_page(text: str) -> bool:
    """Whether a paragraph only says what its page is about."""
    if len(text) > _LONGEST_ANNOUNCEMENT or not _ANNOUNCING.match(text):
        return False
    return _SENTENCE_END.search(text) is None


def _is_below(headings: Sequence[str], form: re.Pattern[str]) -> bool:
    return any(form.search(heading) for heading in headings[-2:])
