"""Reads WebVTT captions of a tutorial as a guide whose headings are moments."""

from __future__ import annotations

import io
import re
from typing import Any

import webvtt

from ingest.errors import FileUnreadable
from ingest.parse.content import Content

# Captions are cut into pieces of about this many seconds, so that a citation leads near the words.
_PIECE_SECONDS = 45.0
_KNOWN = frozenset({"title", "kind", "tool", "owner", "reviewed", "link"})
_NOTE = re.compile(r"^(?:NOTE|WEBVTT)\b(.*?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*:\s*(.+?)\s*$", re.MULTILINE)
_TAG = re.compile(r"<[^>\n]*>")


def captions_of(text: str) -> Content:
    """The front matter of captions, and their text as Markdown.

    Raises:
        FileUnreadable: they are malformed.
    """
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format="vtt")
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise FileUnreadable("its captions are malformed; a WebVTT file is expected") from error
    # NOTE blocks are where captions can say what they are.
    notes = _NOTE.findall(text)
    pairs = [pair for note in notes for pair in _FIELD.findall(note)]
    fields = {key.lower(): value for key, value in pairs if key.lower() in _KNOWN}
    body = "\n\n".join(_pieces(captions))
    return Content(body, fields=fields, start="\n".join(notes))


def _pieces(captions: Any) -> list[str]:
    """Pieces of some 45 seconds, each under a heading with the time it begins at."""
    pieces: list[str] = []
    words: list[str] = []
    began = 0.0
    for caption in captions:
        start = float(caption.start_in_seconds)
        if words and start - began >= _PIECE_SECONDS and words[-1].endswith((".", "?", ":")):
            pieces.append(_piece(began, words))
            words = []
        if not words:
            began = start
        words.append(" ".join(_TAG.sub("", caption.text).split()))
    if words:
        pieces.append(_piece(began, words))
    return pieces


def _piece(began: float, words: list[str]) -> str:
    minutes, seconds = divmod(int(began), 60)
    return f"## At {minutes}:{seconds:02d}\n\n{' '.join(words)}"
