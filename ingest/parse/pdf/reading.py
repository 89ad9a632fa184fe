"""Reads PDF in reading order, through PDFium."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from statistics import median
from typing import Any

from ingest.errors import FileUnreadable
from ingest.parse.content import Content
from ingest.parse.markup.markdown import first_heading
from ingest.parse.office.archive import BROKEN, LOCKED, is_title
from ingest.parse.pdf.prose import Line, markdown_of
from ingest.parse.pdf.scans import can_recognise, lines_of_picture, picture_of
from ingest.parse.statements import Entry, names_audience

# PDFium keeps its state outside of Python and must not be called twice at once.
_ONE_AT_A_TIME = threading.Lock()
# Properties that somebody may have added: of others, PDFium does not know the names.
_ADDED = ("Audience", "audience", "AUDIENCE", "Audiences", "Zielgruppe", "Classification")
_PACKET = re.compile(rb"<x:xmpmeta\b.{0,200000}?</x:xmpmeta>", re.DOTALL)
_ELEMENT = re.compile(r"<(?:\w+:)?(\w+)[^<>]*>([^<>]*)(?=<)")
_BOLD = re.compile(r"bold|black|heavy|CMBX|CMSSBX|NimbusRomNo9L-Medi|-B$|(?-i:Bd\b)", re.IGNORECASE)


def pdf_content(data: bytes) -> Content:
    """The content of a PDF; of scanned pages, what text recognition reads if it is installed.

    Raises:
        FileUnreadable: it is locked or broken.
    """
    import pypdfium2 as pdfium

    if not data[:1024].lstrip().startswith(b"%PDF"):
        raise FileUnreadable(BROKEN)
    try:
        pages, named, entries = _read(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise FileUnreadable(LOCKED if locked else BROKEN) from error
    text = markdown_of(pages)
    heading = first_heading(text)
    words = "".join(named.split()).casefold()
    is_shown = bool(words) and words in "".join(text[:5000].replace("\\", "").split()).casefold()
    title = named if is_title(named) and (is_shown or not heading) else heading
    return Content(text, title, entries=(*entries, *_described(data)))


def _described(data: bytes) -> Iterator[Entry]:
    """What the description in XML that a file may carry says of its audience."""
    for packet in _PACKET.findall(data):
        for key, value in _ELEMENT.findall(packet.decode("utf-8", "replace")):
            if names_audience(key):
                yield Entry(key, value.strip())


def _read(data: bytes) -> tuple[list[list[Line]], str, list[Entry]]:
    """The lines of each page, the title that the file states, and its properties."""
    import pypdfium2 as pdfium

    with _ONE_AT_A_TIME:
        document = pdfium.PdfDocument(data)
    try:
        with _ONE_AT_A_TIME:
            pages = [_lines(page) for page in document]
            stated = document.get_metadata_dict(skip_empty=True)
            stated |= {key: document.get_metadata_value(key) for key in _ADDED}
            named = " ".join(stated.get("Title", "").split())
        empty = [number for number, lines in enumerate(pages) if not lines]
        for number in empty if can_recognise() else []:
            with _ONE_AT_A_TIME:
                picture = picture_of(document[number])
            pages[number] = lines_of_picture(picture) if picture is not None else []
    finally:
        with _ONE_AT_A_TIME:
            document.close()
    return pages, named, [Entry(key, value) for key, value in stated.items() if value.strip()]


def _lines(page: Any) -> list[Line]:
    """The lines of a page in the order in which they are written."""
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    placed = all(ord(character) < 0x10000 for character in text)
    lines, at = [], 0
    for raw in text.split("\n"):
        words = raw.rstrip("\r")
        if words.strip():
            start = at + len(words) - len(words.lstrip())
            end = at + len(words.rstrip()) - 1
            lines.append(_line(text_page, words, start, end) if placed else Line(words.strip()))
        at += len(raw) + 1
    return lines


def _line(text_page: Any, words: str, start: int, end: int) -> Line:
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        left, bottom, _, top = text_page.get_charbox(start, loose=True)
        _, _, right, _ = text_page.get_charbox(end, loose=True)
        text_page.get_charbox((start + end) // 2)
    except (pdfium.PdfiumError, ValueError, IndexError):
        return Line(words.strip())
    # The letters of a bullet or an initial differ from those of its line.
    places = (start, (start + end) // 2, end)
    size = median(raw.FPDFText_GetFontSize(text_page, at) for at in places)
    heights = [_height(text_page, at) for at in places]
    bold = all(_is_bold(text_page, at) for at in set(places))
    # The size that is seen: many programs write everything in size 1 and scale it.
    return Line(words.strip(), max(size, median(heights)), bold, left, right, bottom, top)


def _height(text_page: Any, at: int) -> float:
    _, bottom, _, top = text_page.get_charbox(at, loose=True)
    return float(top - bottom)


def _is_bold(text_page: Any, at: int) -> bool:
    import pypdfium2.raw as raw

    if raw.FPDFText_GetFontWeight(text_page, at) >= 600:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, at, name, len(name), ctypes.byref(flags))
    return _BOLD.search(name.value.decode("utf-8", "replace")) is not None
