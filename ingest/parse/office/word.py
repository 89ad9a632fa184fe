"""Reads Word documents: what people see of them, as Markdown."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from ingest.parse.content import Content
from ingest.parse.markup.html import markdown_from, soup_of
from ingest.parse.markup.markdown import first_heading
from ingest.parse.markup.pages import page_text, remove_hidden
from ingest.parse.office.archive import opened, parsed, properties_of
from ingest.parse.office.hidden_text import prepared

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Titel'] => h1.title:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name^='Code'] => pre:separator('\\n')
p[style-name='Quote'] => p:fresh
p[style-name='Intense Quote'] => p:fresh
"""


def word_content(data: bytes, hidden: bool) -> Content:
    """The content of a Word document; with `hidden`, also what is hidden, deleted or commented.

    Raises:
        FileUnreadable: it is locked, broken, or would unpack to too much.
    """
    import mammoth

    data = opened(data, "word/")
    named, entries = properties_of(data)
    styles = _STYLES + ("comment-reference => sup" if hidden else "")
    document = io.BytesIO(prepared(data, hidden))
    html = mammoth.convert_to_html(document, style_map=styles).value
    soup = soup_of(html)
    title = soup.select_one("h1.title")
    _add_chunks(soup, data)
    for anchor in soup.select("a[id]:empty"):
        anchor.decompose()
    if isinstance(title, Tag) and title.get_text().strip():
        named = " ".join(title.get_text(" ").split())
    text = markdown_from(soup)
    start = "\n".join(_headers(data))
    return Content(text, named or first_heading(text), entries=entries, start=start)


def _headers(data: bytes) -> Iterator[str]:
    """The lines above the pages of a document, where it may say whom it is for."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/header\d*\.xml", name):
                for each in parsed(archive.read(name)).iter(f"{_WORD}p"):
                    yield "".join(str(text.text or "") for text in each.iter(f"{_WORD}t"))


def _add_chunks(soup: BeautifulSoup, data: bytes) -> None:
    """Adds web pages and texts that a document shows as parts of itself (`altChunk`)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            relations = parsed(archive.read("word/_rels/document.xml.rels"))
        except KeyError:
            return
        for each in relations:
            name = posixpath.normpath(posixpath.join("/word", str(each.get("Target"))))[1:]
            if not str(each.get("Type")).endswith("/aFChunk") or name not in archive.namelist():
                continue
            if name.endswith((".htm", ".html", ".xhtml")):
                page = soup_of(page_text(archive.read(name)))
                remove_hidden(page)
                soup.append(page)
