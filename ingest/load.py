"""Reads one file of any known kind as a document."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import frontmatter
import webvtt
import yaml

from ingest.documents import Document, described
from ingest.errors import FileUnreadable

if TYPE_CHECKING:
    from markitdown import MarkItDown

# A guide is read by people: a file beyond this is a dump, and would take the memory of all.
LARGEST_FILE = 50 * 1024 * 1024
# Captions are cut into pieces of about this many seconds, so that a citation leads near the words.
_CAPTION_SECONDS = 45.0

_MARKDOWN = frozenset({".md", ".markdown"})
_PLAIN = frozenset({".txt", ".text"})
_BEGINNINGS = {".docx": b"PK", ".pptx": b"PK", ".xlsx": b"PK", ".pdf": b"%PDF"}
_FIRST_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


def load(path: Path, link: str = "") -> Document:
    """The file as a document; `link` is where people can open it.

    Raises:
        FileUnreadable: it is empty, too large, broken, protected by a password, not UTF-8
            where it should be text, or its front matter is malformed.
    """
    data = _bytes_of(path)
    suffix = path.suffix.lower()
    if suffix in _MARKDOWN:
        document = _markdown(path, _text_of(data), link)
    elif suffix in _PLAIN:
        document = Document(str(path), _title_from(path), _text_of(data), False, link=link)
    elif suffix == ".vtt":
        document = _captions(path, _text_of(data), link)
    else:
        document = _converted(path, data, link)
    if not document.text.strip():
        raise FileUnreadable("it holds no text; if it is a scan, run text recognition on it first")
    return document


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
        raise FileUnreadable(f"it cannot be opened ({error.strerror})") from error


def _text_of(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable("it is not UTF-8 text; save it as UTF-8") from error
    if "\0" in text:
        raise FileUnreadable("it holds binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _markdown(path: Path, text: str, link: str) -> Document:
    try:
        fields, body = frontmatter.parse(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise FileUnreadable(
            "its front matter (the part between the --- lines) is malformed"
        ) from error
    title = _FIRST_HEADING.search(body)
    return described(str(path), title[1] if title else _title_from(path), body, fields, link)


def _converted(path: Path, data: bytes, link: str) -> Document:
    text = _convert(path.suffix.lower(), data)
    title = _FIRST_HEADING.search(text)
    return Document(str(path), title[1] if title else _title_from(path), text, link=link)


def _convert(suffix: str, data: bytes) -> str:
    from markitdown import MarkItDownException, StreamInfo

    if not data:
        raise FileUnreadable("it is empty")
    if suffix == ".csv":
        data = _text_of(data).encode()
    # The converter takes what it does not recognise for plain text.
    elif not data[:1024].lstrip().startswith(_BEGINNINGS.get(suffix, b"")):
        raise FileUnreadable(_why(data, ""))
    try:
        result = _converter().convert_stream(
            io.BytesIO(data), stream_info=StreamInfo(extension=suffix, charset="utf-8")
        )
    except MarkItDownException as error:
        raise FileUnreadable(_why(data, str(error))) from error
    # Parsers of foreign formats raise whatever their depths raise: one file fails, alone.
    except Exception as error:
        raise FileUnreadable(_why(data, repr(error))) from error
    return str(result.markdown)


def _why(data: bytes, detail: str) -> str:
    locked = "password" in detail.lower() or "encrypt" in detail.lower()
    # Office files behind a password are kept in the older OLE container.
    if locked or data.startswith(b"\xd0\xcf\x11\xe0"):
        return "it is protected by a password, or of an older format; save an open copy"
    return "it is broken, or not what its name says"


@cache
def _converter() -> MarkItDown:
    from markitdown import MarkItDown

    return MarkItDown(enable_plugins=False)


def _captions(path: Path, text: str, link: str) -> Document:
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format="vtt")
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise FileUnreadable("its captions are malformed; a WebVTT file is expected") from error
    fields = _caption_fields(text)
    body = "\n\n".join(_caption_pieces(captions))
    return described(str(path), _title_from(path), body, {"kind": "tutorial"} | fields, link)


def _caption_fields(text: str) -> dict[str, Any]:
    """`key: value` lines of the NOTE blocks, which is where captions can say what they are."""
    known = {"title", "kind", "tool", "audience", "owner", "reviewed", "link"}
    fields: dict[str, Any] = {}
    for note in re.findall(r"^NOTE\b(.*?)(?:\n\n|\Z)", text, re.MULTILINE | re.DOTALL):
        for key, value in re.findall(r"^\s*(\w+):\s*(.+?)\s*$", note, re.MULTILINE):
            if key.lower() in known:
                fields[key.lower()] = value
    return fields


def _caption_pieces(captions: Any) -> list[str]:
    """Pieces of some 45 seconds, each under a heading with the time it begins at."""
    pieces: list[str] = []
    words: list[str] = []
    began = 0.0
    for caption in captions:
        start = float(caption.start_in_seconds)
        if words and start - began >= _CAPTION_SECONDS and words[-1].endswith((".", "?", ":")):
            pieces.append(_piece(began, words))
            words = []
        if not words:
            began = start
        words.append(" ".join(_without_tags(caption.text).split()))
    if words:
        pieces.append(_piece(began, words))
    return pieces


def _piece(began: float, words: list[str]) -> str:
    minutes, seconds = divmod(int(began), 60)
    return f"## At {minutes}:{seconds:02d}\n\n{' '.join(words)}"


_without_tags: Callable[[str], str] = lambda text: re.sub(r"<[^>\n]*>", "", text)  # noqa: E731


def _title_from(path: Path) -> str:
    return re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name
