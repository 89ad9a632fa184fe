"""Makes files of every kind from a seed: whole, cut off, damaged, mislabelled, odd."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from docx import Document as WordDocument
from openpyxl import Workbook
from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

SHAPES = ("valid", "truncated", "flipped", "mislabelled", "empty", "huge line", "odd encoding")
_WORDS = (
    "pilot budget champion sponsor guide answer tool week month team data rule contract "
    "customer share report figure wave rollout 15 2026-11-02 3.5 % — “quoted” naïve Ærø 会议 "
    "<b> & && [x](y) *star* `code` | # - 1. > \\ $x$ http://x.example ``` --- === ~~ ![i](j)"
).split()
# Scripts, directions, marks on marks, what is invisible, private or beyond the first plane.
_ODD = (
    "\u202eturned\u202c \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e9\u05dc\u05d5\u05dd "
    "e\u0301\u0302\u0303\u0304 a\u200bb \ufeff \ue000 \U0001f469\u200d\U0001f469\u200d\U0001f467 "
    "\u0085 \u2028 \u2029 \u00a0 \ufffd \U000e0041 ﷽ İı ß ǅ ﬁ ｆｕｌｌ \u1680 𝔘𝔫𝔦"
).split(" ")
_ENCODINGS = (
    "utf-16 utf-16-le utf-32 latin-1 cp1252 cp437 koi8-r shift_jis gb18030 utf-7 utf-8-sig "
    "mac-roman"
).split()
_EMPTY = (b"", b"\n", b" \t\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"---\n---\n", b"\xc2\xa0")


@dataclass(frozen=True)
class Made:
    """A file that was made.

    Attributes:
        kind: its suffix without the dot.
        shape: what was done to it.
    """

    kind: str
    shape: str
    data: bytes


class Maker:
    """Makes files of one kind; the same seed gives the same words in them."""

    def __init__(self, kind: str, seed: int) -> None:
        self.kind = kind
        self._random = random.Random(f"{seed} {kind}")
        # Office files take long to write: what is damaged is taken from some of each kind.
        self._pool: dict[str, list[bytes]] = {}

    def make(self, number: int) -> Made:
        """The file of that number; shapes take turns."""
        shape = SHAPES[number % len(SHAPES)]
        return Made(self.kind, shape, getattr(self, f"_{shape.replace(' ', '_')}")())

    def _valid(self) -> bytes:
        return KINDS[self.kind](self._random, _text(self._random))

    def _truncated(self) -> bytes:
        data = self._some(self.kind)
        return data[: self._random.randrange(len(data))]

    def _flipped(self) -> bytes:
        data = self._some(self.kind)
        is_archive = data.startswith(b"PK")
        return _inside(self._random, data) if is_archive else _flipped(self._random, data)

    def _mislabelled(self) -> bytes:
        return self._some(self._random.choice([each for each in KINDS if each != self.kind]))

    def _empty(self) -> bytes:
        return self._random.choice(_EMPTY) * self._random.choice((1, 1, 3))

    def _huge_line(self) -> bytes:
        rng = self._random
        joint = rng.choice((" ", "", ",", "|", ".", "<", "*", "[", "\t", "&", "_"))
        length = int(10 ** rng.uniform(4, 5.3))
        line = joint.join(rng.choices(_WORDS, k=length // 5))[:length]
        return KINDS[self.kind](rng, [line])

    def _odd_encoding(self) -> bytes:
        rng = self._random
        lines = [" ".join(rng.choices(_ODD + _WORDS, k=8)) for _ in range(rng.randrange(1, 12))]
        if self.kind in ("pdf", "docx", "pptx", "xlsx"):
            return KINDS[self.kind](rng, lines)
        data = KINDS[self.kind](rng, lines).decode("utf-8")
        encoded = data.encode(rng.choice(_ENCODINGS), "replace")
        return encoded if rng.random() < 0.8 else _flipped(rng, encoded)

    def _some(self, kind: str) -> bytes:
        made = self._pool.setdefault(kind, [])
        if len(made) < 100:
            made.append(KINDS[kind](self._random, _text(self._random)))
            return made[-1]
        return self._random.choice(made)


def _flipped(rng: random.Random, data: bytes) -> bytes:
    """Some bits the other way round."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _inside(rng: random.Random, data: bytes) -> bytes:
    """Bits of an archive the other way round: of itself, or of a part in a whole archive."""
    if rng.random() < 0.3:
        return _flipped(rng, data)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w") as changed:
        names = archive.namelist()
        hit = set(rng.sample(names, k=rng.choice((1, 1, 2))))
        gone = {rng.choice(names)} if rng.random() < 0.2 else set()
        for name in names:
            part = archive.read(name)
            if name not in gone:
                changed.writestr(name, _flipped(rng, part) if name in hit and part else part)
    return buffer.getvalue()


def _text(rng: random.Random) -> list[str]:
    """Lines as people write them, and as they should not."""
    return [" ".join(rng.choices(_WORDS, k=rng.randrange(12))) for _ in range(rng.randrange(1, 40))]


def _markdown(rng: random.Random, lines: list[str]) -> bytes:
    starts = ("", "", "# ", "## ", "- ", "  - ", "1. ", "> ", "| ", "    ", "```", "---", "***")
    front = ""
    if rng.random() < 0.4:
        fields = ("title", "kind", "reviewed", "audience", "owner", "tags", "link", "?")
        values = ("x", "faq", "2026-11-02", "everyone", "[a", "{b: c", "!!python", "", ": :", "é")
        rows = [f"{rng.choice(fields)}: {rng.choice(values)}" for _ in range(rng.randrange(5))]
        front = "\n".join(["---", *rows, rng.choice(("---", "--", "...")), ""])
    body = "\n".join(rng.choice(starts) + line for line in lines)
    return (front + body).encode("utf-8", "replace")


def _plain(rng: random.Random, lines: list[str]) -> bytes:
    return rng.choice(("\n", "\r\n", "\r", "\n\n")).join(lines).encode("utf-8", "replace")


def _html(rng: random.Random, lines: list[str]) -> bytes:
    tags = ("p", "h1", "h7", "li", "td", "tr", "table", "ul", "div", "pre", "script", "b", "x-y")
    styles = ("", ' style="display:none"', ' style="color:red', " hidden", " class='a", ' id="')
    parts = [f"<{rng.choice(tags)}{rng.choice(styles)}>{line}" for line in lines]
    ends = [f"</{rng.choice(tags)}>" for _ in lines] if rng.random() < 0.7 else []
    declared = rng.choice(("", '<meta charset="latin-1">', '<meta charset="no-such">'))
    page = f"<html><head>{declared}<title>t</title></head><body>{''.join(parts + ends)}"
    return page.encode("utf-8", "replace")


def _captions(rng: random.Random, lines: list[str]) -> bytes:
    stamps = ("00:00:{0:02d}.000 --> 00:00:{1:02d}.000", "{0}:{1}", "99:99:99.999 --> {0}", "-->")
    rows = ["WEBVTT", ""] if rng.random() < 0.9 else [""]
    for number, line in enumerate(lines):
        usual = rng.random() < 0.95
        stamp = stamps[0] if usual else rng.choice(stamps)
        rows += [stamp.format(number % 60, (number + 1) % 60), line, ""]
    if rng.random() < 0.3:
        rows.insert(
            2, "NOTE\ntitle: A\naudience: " + rng.choice(("everyone", "?", "admins")) + "\n"
        )
    return "\n".join(rows).encode("utf-8", "replace")


def _values(rng: random.Random, lines: list[str]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=rng.choice(",;\t|"), lineterminator=rng.choice("\n\r"))
    for line in lines:
        writer.writerow(line.split()[: rng.randrange(1, 9)])
    return buffer.getvalue().encode("utf-8", "replace")


def _pdf(rng: random.Random, lines: list[str]) -> bytes:
    # A page is laid out in a time that grows with the square of what stands on it.
    longest = 20_000 if rng.random() < 0.005 else 2000
    lines = lines[: rng.randrange(1, 12)] if rng.random() < 0.9 else lines
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, pageCompression=rng.randrange(2))
    for number, line in enumerate(lines):
        if number and number % 30 == 0:
            canvas.showPage()
        canvas.drawString(72, 780 - number % 30 * 20, line[:longest])
    canvas.save()
    return buffer.getvalue()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def _xml(line: str) -> str:
    """What XML can hold of a line."""
    return "".join(
        c for c in line if c in "\t\n" or (ord(c) >= 32 and not 0xFFFE <= ord(c) <= 0xFFFF)
    )


@cache
def _blank_word() -> bytes:
    """A document with only the styles that are used: reading all of Word's takes the most time."""
    document = WordDocument()
    for style in list(document.styles):
        if style.name not in (*_STYLES, "Normal Table", "Default Paragraph Font"):
            style.delete()
    return _saved(document.save)


def _word(rng: random.Random, lines: list[str]) -> bytes:
    document = WordDocument(io.BytesIO(_blank_word()))
    for line in map(_xml, lines):
        document.add_paragraph(line, style=rng.choice(_STYLES))
    if rng.random() < 0.4:
        table = document.add_table(rows=rng.randrange(1, 4), cols=rng.randrange(1, 4))
        for cell in table._cells:
            cell.text = _xml(rng.choice(lines))[:500]
    return _saved(document.save)


def _slides(rng: random.Random, lines: list[str]) -> bytes:
    deck = Presentation()
    for begin in range(0, min(len(lines), 12), 3):
        slide = deck.slides.add_slide(deck.slide_layouts[rng.choice((1, 5))])
        slide.shapes.title.text = _xml(lines[begin])[:20_000]
        if len(slide.placeholders) > 1:
            slide.placeholders[1].text = "\n".join(map(_xml, lines[begin + 1 : begin + 3]))
        if rng.random() < 0.3:
            slide.notes_slide.notes_text_frame.text = _xml(rng.choice(lines))[:2000]
    return _saved(deck.save)


def _sheets(rng: random.Random, lines: list[str]) -> bytes:
    book = Workbook()
    for number in range(rng.randrange(1, 3)):
        sheet = book.active if number == 0 else book.create_sheet(f"S{number}")
        for line in lines:
            words = _xml(line)[:30_000].split()[:8] or [""]
            sheet.append([_cell(rng, word) for word in words])
    return _saved(book.save)


def _cell(rng: random.Random, word: str) -> object:
    return rng.choice((word, word, 15, 3.5, True, None, "=1/0", "=A1"))


_STYLES = ("Normal", "Heading 1", "Heading 3", "List Bullet", "List Number", "Quote")

KINDS: dict[str, Callable[[random.Random, list[str]], bytes]] = {
    "md": _markdown,
    "txt": _plain,
    "html": _html,
    "pdf": _pdf,
    "docx": _word,
    "pptx": _slides,
    "xlsx": _sheets,
    "csv": _values,
    "vtt": _captions,
}
