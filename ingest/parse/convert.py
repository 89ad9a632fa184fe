"""Turns office documents, PDF, web pages and tables of values into Markdown."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from functools import cache
from typing import TYPE_CHECKING

from ingest.errors import FileUnreadable
from ingest.parse.hidden_text import check_xml, without_hidden_text
from ingest.parse.statements import Entry, statements_in
from ingest.parse.texts import text_of

if TYPE_CHECKING:
    from markitdown import MarkItDown

# What an archive may unpack to; a guide is read by people, so beyond this it is a trap.
LARGEST_UNPACKED = 500 * 1024 * 1024
_OFFICE = {".docx": "word/", ".pptx": "ppt/", ".xlsx": "xl/"}
_SEPARATORS = ",;\t|"
_NEVER_SHOWN = ("script", "style", "template", "noscript", "head > *:not(title)", "[hidden]")
# Styles that hide words from people but not from a program that reads them.
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)"
    r"|font-size\s*:\s*0(?:\D|$)|text-indent\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_ENCODING = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,39}")
_COLOUR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)


def markdown_of(suffix: str, data: bytes) -> str:
    """The content of a file as Markdown.

    Raises:
        FileUnreadable: it is empty, broken, protected by a password, an archive that would
            unpack to too much, or not what its suffix says.
    """
    from markitdown import MarkItDownException, StreamInfo

    if not data:
        raise FileUnreadable("it is empty")
    try:
        prepared = _prepared(suffix, data)
        result = _converter().convert_stream(
            io.BytesIO(prepared), stream_info=StreamInfo(extension=suffix, charset="utf-8")
        )
    except FileUnreadable:
        raise
    except MarkItDownException as error:
        raise FileUnreadable(_why(data, str(error))) from error
    # Parsers of foreign formats raise whatever their depths raise: one file fails, alone.
    except Exception as error:
        raise FileUnreadable(_why(data, repr(error))) from error
    return str(result.markdown)


def _prepared(suffix: str, data: bytes) -> bytes:
    """The file as the converter understands it, once it is what its suffix says."""
    if suffix == ".csv":
        return _with_commas(text_of(data)).encode()
    if suffix in (".html", ".htm"):
        return _shown(page_text(data)).encode()
    if suffix in _OFFICE:
        _check_archive(suffix, data)
        if suffix == ".docx":
            return without_hidden_text(data)
    elif not data[:1024].lstrip().startswith(b"%PDF"):
        raise FileUnreadable(_why(data, ""))
    return data


def _check_archive(suffix: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if total <= LARGEST_UNPACKED:
                check_xml(archive)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise FileUnreadable(_why(data, repr(error))) from error
    if not any(entry.filename.startswith(_OFFICE[suffix]) for entry in entries):
        raise FileUnreadable(_why(data, ""))
    if total > LARGEST_UNPACKED:
        raise FileUnreadable(
            f"it unpacks to more than {LARGEST_UNPACKED >> 20} MB; split it, or leave its "
            "pictures out"
        )


def _why(data: bytes, detail: str) -> str:
    locked = "password" in detail.lower() or "encrypt" in detail.lower()
    # Office files behind a password are kept in the older OLE container.
    if locked or data.startswith(b"\xd0\xcf\x11\xe0"):
        return "it is protected by a password, or of an older format; save an open copy"
    return "it is broken, or not what its name says"


def page_text(data: bytes) -> str:
    """A web page's text: UTF-8, or in the encoding that it declares."""
    from bs4.dammit import EncodingDetector

    try:
        return text_of(data)
    except FileUnreadable:
        declared = EncodingDetector.find_declared_encoding(data, is_html=True)
        if not declared:
            raise
    try:
        return data.decode(declared)
    except (UnicodeDecodeError, LookupError) as error:
        named = f"{declared} text" if _ENCODING.fullmatch(declared) else "text"
        raise FileUnreadable(f"it is not {named}, as it says; save it as UTF-8") from error


def meta_entries(page: str) -> list[Entry]:
    """What a page's `meta` elements and first comments say, as far as it may be its audience."""
    from bs4 import BeautifulSoup, Comment

    soup = BeautifulSoup(page, "html.parser")
    metas = [(str(each.get("name") or ""), each.get("content")) for each in soup.find_all("meta")]
    comments = soup.find_all(string=lambda text: isinstance(text, Comment), limit=5)
    stated = [pair for comment in comments for pair in statements_in(str(comment))]
    return [Entry(key.strip(), value) for key, value in [*metas, *stated]]


def _shown(page: str) -> str:
    """A page without what a browser does not show."""
    from bs4 import BeautifulSoup, Comment

    soup = BeautifulSoup(page, "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for element in soup.select(", ".join(_NEVER_SHOWN)):
        element.decompose()
    for element in soup.find_all(style=True):
        if not element.decomposed and _hides(str(element["style"])):
            element.decompose()
    return str(soup)


def _hides(style: str) -> bool:
    ink, paper = _COLOUR.search(style), _BACKGROUND.search(style)
    if ink and paper and ink[1].strip().lower() == paper[1].strip().lower():
        return True
    return bool(_HIDING.search(style))


def _with_commas(text: str) -> str:
    """A table of values with commas between them, whatever was there."""
    separator = max(_SEPARATORS, key=lambda sign: len(_first_row(text, sign)))
    if separator == ",":
        return text
    out = io.StringIO()
    try:
        csv.writer(out).writerows(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise FileUnreadable("its rows are malformed; save it as CSV again") from error
    return out.getvalue()


def _first_row(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text), delimiter=separator), [])
    except csv.Error:
        return []


@cache
def _converter() -> MarkItDown:
    from markitdown import MarkItDown
    from markitdown.converters import (
        CsvConverter,
        DocxConverter,
        HtmlConverter,
        PdfConverter,
        PptxConverter,
        XlsxConverter,
    )

    # Only these: the one for archives would unpack whatever a file holds.
    converter = MarkItDown(enable_builtins=False, enable_plugins=False)
    for kind in (
        HtmlConverter,
        PdfConverter,
        DocxConverter,
        PptxConverter,
        XlsxConverter,
        CsvConverter,
    ):
        converter.register_converter(kind())
    return converter
