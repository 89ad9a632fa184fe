"""Reads one file of any known kind as a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.captions import captions_of
from ingest.parse.convert import markdown_of
from ingest.parse.documents import NO_DEFAULTS, Defaults, Document, described
from ingest.parse.texts import text_of, visible
from ingest.split.blocks import first_heading

# A guide is read by people: a file beyond this is a dump, and would take the memory of all.
LARGEST_FILE = 50 * 1024 * 1024
# A first line up to this, with nothing below it, is what a plain text is called.
_LONGEST_TITLE = 200

_MARKDOWN = frozenset({".md", ".markdown"})
_PLAIN = frozenset({".txt", ".text"})


def load(path: Path, link: str = "", defaults: Defaults = NO_DEFAULTS) -> Document:
    """The file as a document; `link` is where people can open it.

    Raises:
        AudienceWrong: who may read it cannot be told, or are others than its source is for.
        FileUnreadable: it is empty, too large, broken, protected by a password, not UTF-8
            where it should be text, or its front matter is malformed.
    """
    data = _bytes_of(path)
    suffix = path.suffix.lower()
    if suffix in _MARKDOWN:
        document = _markdown(path, text_of(data), link, defaults)
    elif suffix in _PLAIN:
        text = text_of(data)
        title = _first_line(text) or _title_from(path)
        document = described(str(path), title, text, {}, link, defaults, is_markdown=False)
    elif suffix == ".vtt":
        fields, text = captions_of(text_of(data))
        fields = {"kind": defaults.kind or "tutorial"} | fields
        document = described(str(path), _title_from(path), text, fields, link, defaults)
    else:
        text = markdown_of(suffix, data)
        title = first_heading(text) or _title_from(path)
        document = described(str(path), title, text, {}, link, defaults)
    document = replace(document, title=visible(document.title), text=visible(document.text))
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


def _markdown(path: Path, text: str, link: str, defaults: Defaults) -> Document:
    fields, body = _front_matter(visible(text).strip())
    title = first_heading(body) or _title_from(path)
    return described(str(path), title, body, fields, link, defaults)


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        front, body = handler.split(text)
    except ValueError:
        if _AUDIENCE.search(text[:_LONGEST_FRONT]):
            raise AudienceWrong(_MALFORMED) from None
        return {}, text
    malformed = AudienceWrong if _AUDIENCE.search(front) else FileUnreadable
    try:
        fields = handler.load(front)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise malformed(_MALFORMED) from error
    if fields is not None and not isinstance(fields, dict):
        raise malformed(_MALFORMED)
    return {
        str(name).strip().lower(): field for name, field in (fields or {}).items()
    }, body.strip()


# A line that limits who may read; if it cannot be read itself, nobody may.
_AUDIENCE = re.compile(r"^\W*audience\W*:(?![ \t\"']*everyone\b)", re.MULTILINE | re.IGNORECASE)
_LONGEST_FRONT = 4000
_MALFORMED = "its front matter (the part between the --- lines) is malformed"


def _first_line(text: str) -> str:
    """The first line of a plain text if it stands alone, as a title does."""
    first, _, rest = text.strip().partition("\n")
    alone = not rest.partition("\n")[0].strip() and rest.strip()
    words = " ".join(first.split())
    return words if alone and len(words) <= _LONGEST_TITLE else ""


def _title_from(path: Path) -> str:
    return re.sub(r"[\s_-]+", " ", path.stem).strip().capitalize() or path.name
