"""Text as people see it: decoded, with line ends alike and nothing invisible in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.errors import FileUnreadable

# Characters that show nothing but can hide words or turn them around: soft hyphens, zero-width
# spaces, direction marks and overrides, tags. Joiners stay: scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_MARKS = re.compile(r"([\\`*_\[\]<>#|~&])")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s)")


def text_of(data: bytes) -> str:
    """UTF-8 or, with its mark, UTF-16 text.

    Raises:
        FileUnreadable: it is in another encoding, or no text.
    """
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable("it is not UTF-8 text; save it as UTF-8") from error
    if "\0" in text:
        raise FileUnreadable("it holds binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def visible(text: str) -> str:
    """The text without characters that cannot be seen."""
    return _INVISIBLE.sub("", text)


def escaped(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return _NUMBER.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))


def joined_lines(lines: Sequence[str]) -> str:
    """Short lines, such as those of a cell, in one line and apart from each other."""
    text = ""
    for line in lines:
        goes_on = not text or text[-1] in ".:;,!?–—-" or line[0].islower()
        text += ("" if not text else " " if goes_on else ", ") + line
    return text
