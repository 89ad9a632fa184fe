"""Reads one file of any known kind as a document."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.captions import captions_of
from ingest.parse.content import Content
from ingest.parse.convert import markdown_of, meta_entries, page_text
from ingest.parse.documents import NO_DEFAULTS, Defaults, Document, described
from ingest.parse.front_matter import FrontMatter, front_matter_of
from ingest.parse.statements import may_restrict, stated_audience
from ingest.parse.texts import text_of, visible
from ingest.split.blocks import first_heading

# A guide is read by people: a file beyond this is a dump, and would take the memory of all.
LARGEST_FILE = 50 * 1024 * 1024
# A first line up to this, with nothing below it, is what a plain text is called.
_LONGEST_TITLE = 200

_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_PLAIN = frozenset({".txt", ".text"})
_TEXTS = _MARKDOWN | _PLAIN | {".html", ".htm", ".csv", ".vtt"}


def load(path: Path, link: str = "", defaults: Defaults = NO_DEFAULTS) -> Document:
    """The file as a document; `link` is where people can open it.

    Raises:
        AudienceWrong: who may read it cannot be told, or are others than its source is for.
        FileUnreadable: it is empty, too large, broken, protected by a password, or not UTF-8
            where it should be text.
    """
    content = _content(path.suffix.lower(), _bytes_of(path), defaults)
    start = f"{content.start}\n{content.text}" if content.start else content.text
    audience = stated_audience(content.entries, start, defaults.words)
    title = content.title or _title_from(path)
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
    document = replace(document, title=visible(document.title), text=visible(document.text))
    if not document.text.strip():
        raise FileUnreadable("it holds no text; if it is a scan, run text recognition on it first")
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
    if suffix in _MARKDOWN | _PLAIN:
        return _text(text_of(data), suffix in _MARKDOWN)
    if suffix == ".vtt":
        content = captions_of(text_of(data))
        return replace(content, fields={"kind": defaults.kind or "tutorial"} | dict(content.fields))
    if suffix in (".html", ".htm"):
        return _page(data)
    if suffix == ".csv":
        front = front_matter_of(text_of(data))
        text = markdown_of(suffix, front.body.encode())
        return Content(text, first_heading(text), front.fields, front.entries)
    text = markdown_of(suffix, data)
    return Content(text, first_heading(text))


def _page(data: bytes) -> Content:
    front = front_matter_of(page_text(data)) if data else FrontMatter({}, (), "")
    text = markdown_of(".html", front.body.encode())
    entries = (*front.entries, *meta_entries(front.body))
    return Content(text, first_heading(text), front.fields, entries)


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
    title = first_heading(front.body) if is_markdown else _first_line(front.body)
    return Content(front.body, title, front.fields, front.entries, "", is_markdown)


def _first_line(text: str) -> str:
    """The first line of a plain text if it stands alone, as a title does."""
    first, _, rest = text.strip().partition("\n")
    alone = not rest.partition("\n")[0].strip() and rest.strip()
    words = " ".join(first.split())
    return words if alone and len(words) <= _LONGEST_TITLE else ""


def _title_from(path: Path) -> str:
    return re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name
