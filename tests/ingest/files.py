"""Real files of every kind that people keep guides in."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

SENTENCE = "Ask your champion before you paste customer data into the assistant."
HEADING = "Customer data"


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def docx() -> bytes:
    document = Document()
    document.add_heading(HEADING, level=1)
    document.add_paragraph(SENTENCE)
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate((("Data", "Allowed"), ("Contracts", "only if approved"))):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    return _saved(document.save)


def pptx() -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = HEADING
    slide.placeholders[1].text = SENTENCE
    return _saved(deck.save)


def xlsx() -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = HEADING
    sheet.append(["Data", "Rule"])
    sheet.append(["Customers", SENTENCE])
    return _saved(book.save)


def pdf(password: str | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, encrypt=password)
    canvas.drawString(72, 780, HEADING)
    canvas.drawString(72, 760, SENTENCE)
    canvas.save()
    return buffer.getvalue()


def html() -> bytes:
    return f"""<html><head><title>x</title><style>p {{ color: red }}</style></head>
    <body><script>alert("no")</script><h1>{HEADING}</h1><p>{SENTENCE}</p>
    <table><tr><th>Data</th><th>Rule</th></tr><tr><td>Contracts</td><td>approved</td></tr></table>
    </body></html>""".encode()


def markdown() -> bytes:
    front = "---\ntitle: Data rules\nkind: faq\nreviewed: 2026-11-02\n---"
    return f"{front}\n# {HEADING}\n\n{SENTENCE}\n".encode()


def vtt() -> bytes:
    return f"WEBVTT\n\n00:00:01.000 --> 00:00:05.000\n<v Ann>{SENTENCE}\n".encode()


def csv() -> bytes:
    return f"Data,Rule\nCustomers,{SENTENCE}\n".encode()


KINDS: dict[str, Callable[[], bytes]] = {
    "guide.md": markdown,
    "guide.txt": SENTENCE.encode,
    "guide.html": html,
    "guide.pdf": pdf,
    "guide.docx": docx,
    "guide.pptx": pptx,
    "guide.xlsx": xlsx,
    "guide.csv": csv,
    "guide.vtt": vtt,
}

BROKEN: dict[str, bytes] = {
    "empty.md": b"",
    "empty.pdf": b"",
    "empty.docx": b"",
    "spaces.txt": b" \n\t\n",
    "latin.txt": "Über die Maße".encode("latin-1"),
    "latin.csv": "Maß;1".encode("latin-1"),
    "binary.md": bytes(range(256)) * 10,
    "nulls.txt": b"a\0b",
    "noise.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "cut.docx": docx()[:500],
    "cut.xlsx": xlsx()[: len(xlsx()) // 2],
    "text.pptx": b"not a presentation at all",
    "text.docx": b"not a document at all",
    "ole.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "locked.pdf": pdf("secret"),
    "front.md": b"---\ntitle: [unclosed\n---\ntext",
    "fields.md": b"+++\ntitle = unquoted\n+++\ntext",
    "captions.vtt": b"no captions here",
}


def write_all(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
