"""Opens a text file of unknown encoding: ASCII, UTF-8, UTF-16, UTF-32 or cp1252."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from adoption.errors import FileUnreadable

_SAMPLE = 4096
_CHUNK = 1 << 20
# UTF-32 goes first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@contextmanager
def open_text(path: Path) -> Iterator[tuple[TextIO, BinaryIO]]:
    """The text of a file and the bytes below it; what cannot be decoded becomes U+FFFD.

    Raises:
        FileUnreadable: the file cannot be opened, or is not text.
    """
    try:
        with (
            path.open("rb") as raw,
            TextIOWrapper(raw, encoding_of(path), errors="replace", newline="") as text,
        ):
            yield text, raw
    except OSError as error:
        raise FileUnreadable(
            f"{path} cannot be read ({error.strerror}). Check its name and permissions."
        ) from error


def encoding_of(path: Path) -> str:
    """The encoding of a file, from its mark or its bytes.

    Raises:
        FileUnreadable: it is not text.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        return _without_mark(path, start)
    return _by_bytes(path)


def _without_mark(path: Path, start: bytes) -> str:
    """UTF-16 that begins with text most of whose characters are Latin has a zero in every pair."""
    pairs = max(1, len(start) // 2)
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if start[at::2].count(0) > 0.6 * pairs and start[1 - at :: 2].count(0) == 0:
            return encoding
    raise FileUnreadable(
        f"{path} is not a text file. Save it as CSV (UTF-8) or JSON lines and try again."
    )


def _by_bytes(path: Path) -> str:
    """ASCII, UTF-8 or cp1252, which is what spreadsheets in Western Europe write.

    It is cp1252 where no byte above ASCII is UTF-8; one broken byte among others is not enough.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    found = "ascii"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if chunk.isascii() and not decoder.getstate()[0]:
                continue
            text = decoder.decode(chunk)
            if not text.replace("\ufffd", "").isascii():
                return "utf-8"
            found = "cp1252"
    return found
