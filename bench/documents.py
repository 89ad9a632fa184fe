"""Reads a folder of documents and counts what is wrong with their passages, beside MarkItDown.

A folder of the test files of document converters shows most: their makers collected what is odd.
"""

from __future__ import annotations

import argparse
import logging
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from bench.machine import described
from ingest.errors import FileUnreadable
from ingest.sync.read import passages_of
from ingest.sync.walk import SUFFIXES

Reader: TypeAlias = Callable[[Path], list[str]]

# What is code is no prose: marks in it are its own.
_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)
MARKUP = re.compile(
    r"</?(?:a|b|br|div|em|i|img|kbd|li|ol|p|span|strong|sub|sup|table|td|th|tr|ul|svg|path|details|"
    r"summary|Tab\w*|iframe|code|pre|h[1-6])\b[^<>\n]*>"
    r"|\]\(|\[\[|\]\]|!\[|\{\{|\}\}|\{%|%\}|^\s*:::|\[!\w+|&(?:nbsp|amp|lt|gt|quot|mdash|#\d+);"
    r"|(?<!\w)\*\*\w|\w\*\*(?!\w)|\[\^\w+\]|^#{1,6} |^\|? ?:?-{3,}:? ?\||<!--|-->|\(cid:\d+\)"
    r"|\ufffd|^import \w+ from ['\"]",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCES_GLUED = re.compile(r"(?<![\w.])[a-zäöüß]{3,}[.!?;,][A-ZÄÖÜ][a-zäöüß]{2,}")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.(?:com|org|net|io|de|html?|pdf|py|js)\b|[\\/]\w)\S*")
_SHORTEST_GLUED, _LONGEST_WORD = 12, 30
_LEAST_SEEN = 3
_JOINING = frozenset(
    "the and for with that this from are our which is of to in by und der die mit".split()
)
_ROW = re.compile(r"^\|.*\|\s*$")


@dataclass
class Count:
    """What became of some files in one reader's hands.

    Attributes:
        refused: files that it could not read, with the reason.
        glued: passages in which words are written together.
        markup: passages in which markup is left over.
        unaligned: tables whose rows differ in their number of cells.
        tables: passages that hold rows of tables; of a PDF of prose, each is one too many.
        notes: a few of the passages counted above, for looking at.
    """

    reader: str
    files: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    passages: int = 0
    glued: int = 0
    markup: int = 0
    unaligned: int = 0
    tables: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


def ours(path: Path) -> list[str]:
    """The passages that Uptake makes of a file."""
    return [passage.text for passage in passages_of(path)]


def markitdown(path: Path) -> list[str]:
    """The paragraphs of what MarkItDown makes of a file."""
    from markitdown import MarkItDown

    text = MarkItDown(enable_plugins=False).convert(path).markdown
    return _paragraphs(text)


def pdfminer(path: Path) -> list[str]:
    """The paragraphs that pdfminer.six finds."""
    from pdfminer.high_level import extract_text

    return _paragraphs(extract_text(path))


def pdfplumber(path: Path) -> list[str]:
    """The paragraphs that pdfplumber finds."""
    import pdfplumber as plumber

    with plumber.open(path) as pdf:
        return [each for page in pdf.pages for each in _paragraphs(page.extract_text() or "")]


def pypdfium2(path: Path) -> list[str]:
    """The text that PDFium gives for each page."""
    import pypdfium2 as pdfium

    pages = pdfium.PdfDocument(path)
    return [each for page in pages for each in _paragraphs(page.get_textpage().get_text_range())]


READERS: dict[str, Reader] = {
    "uptake": ours,
    "markitdown": markitdown,
    "pdfminer": pdfminer,
    "pdfplumber": pdfplumber,
    "pypdfium2": pypdfium2,
}
_FOR_ALL_KINDS = ("uptake", "markitdown")


def measure(name: str, files: Sequence[Path], words: frozenset[str]) -> Count:
    """Counts over all files; `words` are those that are known not to be glued."""
    count = Count(name)
    for path in files:
        count.files += 1
        began = time.perf_counter()
        try:
            texts = READERS[name](path)
        except FileUnreadable as error:
            count.refused[path.name] = str(error)
            continue
        # What foreign readers raise is theirs to name.
        except Exception as error:
            count.refused[path.name] = f"{type(error).__name__}: {error}".splitlines()[0][:120]
            continue
        finally:
            count.seconds += time.perf_counter() - began
        for text in texts:
            _judge(count, path, text, words)
    return count


def _judge(count: Count, path: Path, text: str, words: frozenset[str]) -> None:
    count.passages += 1
    prose = _CODE.sub("", text)
    found = MARKUP.search(prose)
    if found:
        count.markup += 1
        count.notes.append(f"{path.name}: markup {found[0]!r} in {_around(prose, found.start())!r}")
    glued = glued_in(prose, words)
    if glued:
        count.glued += 1
        count.notes.append(f"{path.name}: glued {glued!r}")
    count.unaligned += unaligned_in(text)
    count.tables += any(_ROW.match(line) for line in text.split("\n"))


def _around(text: str, at: int) -> str:
    return " ".join(text[max(0, at - 40) : at + 40].split())


def glued_in(text: str, words: frozenset[str]) -> str:
    """The first place where words seem to be written together; empty if there is none."""
    plain = _ADDRESS.sub(" ", text)
    sentences = _SENTENCES_GLUED.search(plain)
    if sentences:
        return sentences[0]
    for word in _WORD.findall(plain):
        small = word.casefold()
        if len(small) > _LONGEST_WORD and small.isascii():
            return str(word)
        if len(small) >= _SHORTEST_GLUED and small not in words and _is_made_of(small, words):
            return str(word)
    return ""


def _is_made_of(word: str, words: frozenset[str]) -> bool:
    """Whether a word is known words in a row, one of which joins others in a sentence.

    Without the last condition each German compound would count.
    """
    reach = {(0, False)}
    for end in range(2, len(word) + 1):
        for at, joins in list(reach):
            part = word[at:end]
            if part in _JOINING or (len(part) >= 3 and part in words):
                reach.add((end, joins or (part in _JOINING and at > 0 and end < len(word))))
    return (len(word), True) in reach


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def unaligned_in(text: str) -> int:
    """How many Markdown tables in a text have rows of different lengths."""
    count, widths = 0, set[int]()
    for line in [*text.split("\n"), ""]:
        if _ROW.match(line):
            widths.add(len(re.findall(r"(?<!\\)\|", line)))
        elif widths:
            count += len(widths) > 1
            widths = set()
    return count


def vocabulary(files: Iterable[Path], others: Sequence[Path]) -> frozenset[str]:
    """Words that are in at least three of the texts: what is glued is rarely glued alike."""
    seen: dict[str, int] = {}
    for path in [*files, *others]:
        try:
            texts = ours(path)
        except FileUnreadable:
            continue
        for word in {word.casefold() for text in texts for word in _WORD.findall(text)}:
            seen[word] = seen.get(word, 0) + 1
    return frozenset(word for word, count in seen.items() if count >= _LEAST_SEEN)


def as_table(counts: Sequence[Count]) -> str:
    """The counts as Markdown."""
    rows = [
        "| reader | files | refused | passages | words glued | markup left | rows as tables "
        "| torn tables | s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for each in counts:
        rows.append(
            f"| {each.reader} | {each.files} | {len(each.refused)} | {each.passages:,} | "
            f"{_share(each.glued, each.passages)} | {_share(each.markup, each.passages)} | "
            f"{each.tables} | {each.unaligned} | {each.seconds:.1f} |"
        )
    return "\n".join(rows)


def _share(count: int, whole: int) -> str:
    return f"{count} ({count / max(1, whole):.1%})"


def main() -> int:
    """Runs it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of documents")
    parser.add_argument("--words", type=Path, nargs="*", default=[], help="further known texts")
    parser.add_argument("--pdf", action="store_true", help="compare the readers of PDF")
    parser.add_argument("--only", choices=list(READERS), help="one reader alone")
    parser.add_argument("--notes", type=int, default=0, help="how many places to show")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    suffixes = {".pdf"} if given.pdf else SUFFIXES
    files = sorted(p for p in given.folder.rglob("*") if p.suffix.lower() in suffixes)
    others = sorted(p for folder in given.words for p in folder.rglob("*.md"))
    words = vocabulary(files, others)
    names = [given.only] if given.only else list(READERS) if given.pdf else list(_FOR_ALL_KINDS)
    counts = [measure(name, files, words) for name in names]
    for each in counts:
        for name, reason in each.refused.items():
            print(f"{each.reader}: {name} refused: {reason}", file=sys.stderr)
        for note in each.notes[: given.notes]:
            print(f"{each.reader}: {note}", file=sys.stderr)
    print(described())
    print(as_table(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
