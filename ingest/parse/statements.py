"""Finds what a file says about its audience, also where it is written in an unusual form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from ingest.errors import AudienceWrong
from ingest.parse.audiences import AudienceWords, audience_of

_KEYS = frozenset({"audience", "audiences", "ms.audience", "zielgruppe"})
_NAME = "audience"
# How far into a file a line still describes the file itself.
_LINES, _CHARACTERS = 30, 6000
# Characters that take no room and are no letters, beside those of the categories Cf and Mn.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Spellings of the key that differ by a letter or two; "patience" and "ambience" are at 0.75.
_CLOSE = 0.8
_LINE = re.compile(
    r"""^[^\w\n]*(?:(?:target|intended|primary|document|doc|page|guide|content|article)[\s_-]+)?
    (?P<key>[\w.\u0300-\u036f\u115f\u1160\u200b-\u200f\u2060\u2800\u3164\ufeff\uffa0\u00ad]{6,24})
    [\s"'’*_`)\]]*(?:(?P<sign>[:=：＝]|->|→|=>)|(?P<cell>\|))(?P<value>[^\n]*)$""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = " \t\"'`*_|,;.“”‘’"


@dataclass(frozen=True)
class Entry:
    """A key of a file's front matter or properties, with its value.

    Attributes:
        is_top: whether it stands at the top level, where a file's own fields stand.
    """

    key: str
    value: Any
    is_top: bool = True


def stated_audience(
    entries: Iterable[Entry], start: str, words: AudienceWords, strict: bool = True
) -> str | None:
    """The audience that a file states, by its fields or in the first lines of `start`.

    None if it states none.

    Raises:
        AudienceWrong: it states one in a form or word that is not understood, or two that differ.
    """
    said = [_of_entry(entry, words) for entry in entries if is_about_audience(entry.key)]
    said += [_of_line(key, value, words) for key, value in statements_in(start)]
    if len(set(said)) > 1:
        shown = ", ".join(sorted(set(said)))
        raise AudienceWrong(f"it states its audience more than once and differently ({shown})")
    return said[0] if said else None


@lru_cache(maxsize=4096)
def is_about_audience(key: str) -> bool:
    """Whether a key is meant as the audience, rightly spelled or not."""
    plain = key.strip().casefold()
    return plain in _KEYS or _resembles(plain)


def statements_in(text: str) -> Iterator[tuple[str, str]]:
    """Key and value of the lines at a text's start that speak of its audience."""
    lines = [line for line in text[:_CHARACTERS].splitlines() if line.strip()]
    for line in lines[:_LINES]:
        match = _LINE.match(line.strip())
        if match is None or not is_about_audience(match["key"]):
            continue
        cells = [cell.strip() for cell in match["value"].strip().strip("|").split("|")]
        if match["cell"] and (len(cells) != 1 or not set(cells[0]) - set("-: ")):
            continue
        yield match["key"], match["value"].split("-->")[0]


def may_restrict(data: bytes) -> bool:
    """Whether a text that cannot be read as it should may say anything about its audience."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:1000]
    text = data.decode("utf-16" if wide else "utf-8", "ignore")
    folded = _folded(text)
    if _NAME in folded or "zielgruppe" in folded:
        return True
    return any(_resembles(word) for word in set(re.findall(r"[\w.]{6,24}(?=\W*[:=])", folded)))


def _of_entry(entry: Entry, words: AudienceWords) -> str:
    if not entry.is_top or entry.key.strip().lower() not in _KEYS:
        raise AudienceWrong(_odd(entry.key))
    value = entry.value
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return audience_of([each for each in value if each.strip()] or [""], words)
    if not isinstance(value, str) or not value.strip():
        raise AudienceWrong("its audience is empty or not a plain text, so nobody may read it")
    return _of_words(value, words)


def _of_line(key: str, value: str, words: AudienceWords) -> str:
    if key.lower() not in _KEYS:
        raise AudienceWrong(_odd(key))
    stripped = value.strip(_QUOTES + "[](){}<>/-%#\\")
    if not stripped:
        raise AudienceWrong("its audience is empty, so nobody may read it")
    return _of_words(stripped, words)


def _of_words(value: str, words: AudienceWords) -> str:
    parts = [part.strip(_QUOTES) for part in re.split(r"[,;/]", value)]
    return audience_of([part for part in parts if part] or [value], words)


def _odd(key: str) -> str:
    shown = "".join(c for c in key if c.isprintable())[:40]
    return (
        f"it seems to say who may read it (“{shown}”), in a form that is not understood, so nobody "
        "may; write “audience: admins” between --- lines at its beginning"
    )


def _resembles(word: str) -> bool:
    folded = _folded(word).rpartition(".")[2]
    letters = "".join(c for c in folded if c.isalnum())
    if letters.removesuffix("s") == _NAME:
        return True
    if not 6 <= len(letters) <= 10:
        return False
    return SequenceMatcher(None, letters, _NAME).ratio() >= _CLOSE or _is_disguised(letters)


def _is_disguised(letters: str) -> bool:
    """Whether letters of other scripts stand for letters of the key."""
    if len(letters.removesuffix("s")) != len(_NAME):
        return False
    pairs = list(zip(letters, _NAME, strict=False))
    scripts = {unicodedata.name(c, "?").split()[0] for c in letters}
    same = sum(c == wanted for c, wanted in pairs)
    others = all(c == wanted or not c.isascii() for c, wanted in pairs)
    return others and (same > 0 or len(scripts) > 1)


def _folded(text: str) -> str:
    """The text in small letters without marks on letters and without what cannot be seen."""
    wide = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        c
        for c in wide
        if (c not in _FILLERS and unicodedata.category(c) not in ("Cf", "Mn", "Cc")) or c in "\n\t"
    )
