"""Reads one file of any known kind as a document."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.captions import captions_of
from ingest.parse.content import Content
from ingest.parse.documents import (
    LARGEST_FILE,
    NO_DEFAULTS,
    Defaults,
    Document,
    described,
    owner_in,
)
from ingest.parse.front_matter import front_matter_of
from ingest.parse.markup.dialects import plain_markdown
from ingest.parse.markup.html import soup_of
from ingest.parse.markup.markdown import first_heading
from ingest.parse.markup.pages import meta_entries, page_content
from ingest.parse.office.archive import BROKEN, LOCKED
from ingest.parse.office.sheets import workbook_content
from ingest.parse.office.slides import slides_content
from ingest.parse.office.word import word_content
from ingest.parse.others import odt_content, rst_content, rtf_content, xls_content
from ingest.parse.pdf.reading import pdf_content
from ingest.parse.pdf.scans import can_recognise
from ingest.parse.statements import may_restrict, stated_audience
from ingest.parse.texts import text_of, visible
from ingest.parse.values import values_content

# A first line up to this, with nothing below it, is what a plain text is called.
_LONGEST_TITLE = 200
# In how many characters a Markdown text may say whom it is for as a web page does.
_START = 6000

_NO_TEXT = "it holds no text"
_NO_TEXT_IN_PDF = "it holds no text; if it is a scan, run text recognition on it first"
_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_PLAIN = frozenset({".txt", ".text"})
_PAGES = frozenset({".html", ".htm"})
_TEXTS = _MARKDOWN | _PLAIN | _PAGES | {".csv", ".vtt", ".rst"}


def load(path: Path, link: str = "", defaults: Defaults = NO_DEFAULTS) -> Document:
    """The file as a document; `link` is where people can open it.

    Raises:
        AudienceWrong: who may read it cannot be told, or are others than its source is for.
        FileUnreadable: it is empty, too large, broken, protected by a password, or not UTF-8
            where it should be text.
    """
    content = _content(path.suffix.lower(), _bytes_of(path), defaults)
    start = f"{content.start}\n{content.text}" if content.start else content.text
    title = content.title or _title_from(path)
    try:
        audience = stated_audience(content.entries, start, defaults.words)
        document = described(
            str(path),
            title,
            content.text,
            content.fields,
            audience,
            link,
            defaults,
            content.is_markdown,
        )
    except AudienceWrong as error:
        error.owner = owner_in(content.fields)
        raise
    document = replace(document, title=visible(document.title), text=visible(document.text))
    if not document.text.strip():
        unread = path.suffix.lower() == ".pdf" and not can_recognise()
        raise FileUnreadable(_NO_TEXT_IN_PDF if unread else _NO_TEXT)
    return document


def may_stay_quoted(path: Path) -> bool:
    """Whether a file that cannot be read any more says nothing that could restrict its readers.

    Only a text can be looked through without being understood.
    """
    if path.suffix.lower() not in _TEXTS:
        return False
    try:
        return not may_restrict(_bytes_of(path))
    except FileUnreadable:
        return False


def _content(suffix: str, data: bytes, defaults: Defaults) -> Content:
    """What the reader of a kind of file gives.

    Raises:
        FileUnreadable: as the reader says, or its library cannot read the file.
    """
    if not data:
        raise FileUnreadable("it is empty")
    try:
        if suffix in _TEXTS:
            return _of_text(suffix, data, defaults)
        return _of_document(suffix, data, defaults.hidden)
    except (FileUnreadable, RecursionError, MemoryError):
        raise
    # Libraries for foreign formats raise whatever their depths raise: one file fails, alone.
    except Exception as error:
        locked = "password" in repr(error).lower() or "encrypt" in repr(error).lower()
        raise FileUnreadable(LOCKED if locked else BROKEN) from error


def _of_text(suffix: str, data: bytes, defaults: Defaults) -> Content:
    if suffix in _MARKDOWN | _PLAIN:
        return _text(text_of(data), suffix in _MARKDOWN)
    if suffix in _PAGES:
        return page_content(data)
    if suffix == ".csv":
        return values_content(text_of(data))
    if suffix == ".rst":
        return rst_content(data)
    content = captions_of(text_of(data))
    return replace(content, fields={"kind": defaults.kind or "tutorial"} | dict(content.fields))


def _of_document(suffix: str, data: bytes, hidden: bool) -> Content:
    # Each library is imported by the reader that needs it.
    if suffix == ".docx":
        return word_content(data, hidden)
    if suffix == ".pptx":
        return slides_content(data, hidden)
    if suffix == ".xlsx":
        return workbook_content(data, hidden)
    if suffix == ".xls":
        return xls_content(data, hidden)
    if suffix == ".odt":
        return odt_content(data, hidden)
    return rtf_content(data) if suffix == ".rtf" else pdf_content(data)


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise FileUnreadable(
                f"it has {size / 2**20:.0f} MB, more than the {LARGEST_FILE >> 20} MB "
                "that one guide may have; split it"
            )
        return path.read_bytes()
    except OSError as error:
        raise AudienceWrong(f"it cannot be opened ({error.strerror})") from error


def _text(text: str, is_markdown: bool) -> Content:
    front = front_matter_of(visible(text) if is_markdown else text)
    if not is_markdown:
        return Content(
            front.body, _first_line(front.body), front.fields, front.entries, is_markdown=False
        )
    body, start = plain_markdown(front.body), front.body[:_START]
    in_html = meta_entries(soup_of(start)) if "<" in start else ()
    entries = (*front.entries, *in_html)
    return Content(body, first_heading(body), front.fields, entries, front.body)


def _first_line(text: str) -> str:
    """The first line of a plain text if it stands alone, as a title does."""
    first, _, rest = text.strip().partition("\n")
    alone = not rest.partition("\n")[0].strip() and rest.strip()
    words = " ".join(first.split())
    return words if alone and len(words) <= _LONGEST_TITLE else ""


def _title_from(path: Path) -> str:
    return re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name
