"""Lines of pages as prose: paragraphs, lists and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ingest.parse.texts import escaped

_BULLET = re.compile(r"^\s*[•▪◦●■○‣∙·–*\uf0b7\uf0a7]\s*(?=\S)")
_NUMBERED = re.compile(r"^\s*\(?(\d{1,2}|[a-z])[.)]\s+(?=\S)")
_SECTION = re.compile(r"^\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-ZÄÖÜ]")
_LARGER = 1.12
_LONGEST_HEADING = 150
_DIVIDED = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010\ufffe\x02]$")
_GAP = 1.7
# What stands at the edge of this share of the pages is no part of their text.
_REPEATED = 0.5


@dataclass(frozen=True)
class Line:
    """A line of a page.

    Attributes:
        size: of its letters, in points.
        left, right, bottom, top: its place, in points from the lower left corner.
        begins: whether it is known to begin a paragraph or a column.
    """

    text: str
    size: float = 0.0
    is_bold: bool = False
    left: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    top: float = 0.0
    begins: bool = False


def markdown_of(pages: Sequence[Sequence[Line]]) -> str:
    """Pages of lines as Markdown: paragraphs, lists and headings."""
    kept = [line for page in _without_edges(pages) for line in page]
    weights = Counter[float]()
    for line in kept:
        weights[round(line.size * 2) / 2] += len(line.text)
    body = weights.most_common(1)[0][0] if weights else 0.0
    sizes = sorted({round(line.size) for line in kept if line.size > body * _LARGER}, reverse=True)
    blocks = list(_paragraphs(kept, body))
    return "\n\n".join(filter(None, (_block(block, body, sizes) for block in blocks)))


def _without_edges(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without the lines that come again at their upper and lower edges."""
    if len(pages) < 3:
        return [list(page) for page in pages]
    edges = Counter(
        key for page in pages for key in {_edge(line) for line in (*page[:2], *page[-2:])}
    )
    repeated = {key for key, count in edges.items() if count >= max(3, _REPEATED * len(pages))}
    return [
        [
            line
            for number, line in enumerate(page)
            if 2 <= number < len(page) - 2 or _edge(line) not in repeated or len(page) <= 2
        ]
        for page in pages
    ]


def _edge(line: Line) -> str:
    """What names a line at an edge of a page: its words, without the number of the page."""
    few = len(re.findall(r"[^\W\d_]+", line.text)) <= 3
    return re.sub(r"\d+", "#", line.text) if few else line.text


def _paragraphs(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    """Runs of lines that are read as one."""
    run: list[Line] = []
    for line in lines:
        if run and _parts(run, line, body):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _parts(run: Sequence[Line], line: Line, body: float) -> bool:
    """Whether a line begins a new paragraph after the lines before it."""
    before = run[-1]
    if _BULLET.match(line.text) or _NUMBERED.match(line.text) or _SECTION.match(line.text):
        return True
    if abs(line.size - before.size) > 0.08 * max(line.size, before.size):
        return True
    if line.is_bold != before.is_bold and (_is_short(before) or _is_short(line)):
        return True
    ended = before.text.rstrip()[-1:] in ".!?:"
    if line.begins:
        return ended or not line.text[:1].islower()
    height = max(line.top - line.bottom, 1.0)
    moved_up = line.bottom > before.top
    if moved_up or before.bottom - line.top > _GAP * height:
        # The text goes on in the next column or on the next page.
        goes_on = moved_up and not ended and line.text[:1].islower()
        return not goes_on
    width = max((each.right for each in run), default=0.0) - min(each.left for each in run)
    stops_early = before.right < min(each.left for each in run) + 0.75 * width
    return ended and (stops_early or line.left > before.left + height)


def _is_short(line: Line) -> bool:
    return len(line.text) <= _LONGEST_HEADING


def _block(run: Sequence[Line], body: float, sizes: Sequence[int]) -> str:
    words = _joined([line.text for line in run])
    if not words:
        return ""
    level = _level(run, words, body, sizes)
    if level:
        return f"{'#' * level} {escaped(words)}"
    bullet = _BULLET.match(words)
    if bullet:
        return f"- {escaped(words[bullet.end() :])}"
    numbered = _NUMBERED.match(words)
    if numbered and numbered[1].isdigit():
        return f"{numbered[1]}. {escaped(words[numbered.end() :])}"
    return escaped(words)


def _level(run: Sequence[Line], words: str, body: float, sizes: Sequence[int]) -> int:
    """The level of a heading, 1 to 5; 0 for what is none."""
    if len(words) > _LONGEST_HEADING or len(run) > 3 or not re.search(r"[^\W\d_]{2}", words):
        return 0
    size = median(line.size for line in run)
    if size > body * _LARGER and not words.endswith((",", ";")):
        return min(4, 1 + sizes.index(round(size)) if round(size) in sizes else 4)
    is_bold = all(line.is_bold for line in run)
    return 5 if is_bold and size >= 0.95 * body and not words.endswith((".", ",", ";", ":")) else 0


def _joined(lines: Sequence[str]) -> str:
    """Lines as one, with words that were divided at their ends put together."""
    text = ""
    for line in (" ".join(each.split()) for each in lines):
        divided = line[:1].islower() and _DIVIDED.search(text)
        text = text[:-1] + line if divided else f"{text} {line}".strip()
    return " ".join(re.sub(r"[\x00-\x1f\ufffe]", "", text).split())
