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
from ingest.parse.audiences import NO_WORDS, AudienceWords, audience_of
from knowledge.index.passages import EVERYONE

_NAME = "audience"
# The key in languages in which it is no other spelling of the English one.
_FOREIGN = frozenset(
    {"zielgruppe", "doelgroep", "målgrupp", "målgruppe", "kohderyhmä", "destinatari"}
    | {"destinatarios", "destinatários", "destinataires", "public cible", "público objetivo"}
)
_KEYS = frozenset({_NAME, "audiences", "ms.audience"}) | _FOREIGN
_BEFORE = "target|intended|primary|document|doc|page|guide|content|article"
# Fields of front matter and properties that say how openly a file may be shown. Their words are
# read as those of an audience; in prose they mean anything.
_OPENNESS = frozenset(
    {"visibility", "access", "access level", "readers", "restricted", "private", "confidential"}
    | {"confidentiality", "classification", "data classification", "sensitivity"}
)
_SAYS_HOW_OPEN = re.compile(rf"\b(?:{'|'.join(sorted(_OPENNESS)).replace(' ', '.')})\W{{0,5}}[:=]")
_NOT = frozenset({"", "false", "no", "off", "0", "none"})
_YES = frozenset({"true", "yes", "on", "1"})
# Fields whose words may be statements themselves.
_TAGS = frozenset(
    {"tags", "labels", "keywords", "categories", "category", "subject", "description", "comments"}
)
# How far into a file a line still describes the file itself.
_LINES, _CHARACTERS = 30, 6000
# Characters that take no room and are no letters, beside those of the categories Cf and Mn.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Spellings of the key that differ by a letter or two; "patience" and "ambience" are at 0.75.
_CLOSE = 0.8
_KEY = rf"""(?:(?:{_BEFORE})[\s_-]+)?
    (?P<key>[\w.\u0300-\u036f\u115f\u1160\u200b-\u200f\u2060\u2800\u3164\ufeff\uffa0\u00ad]{{6,24}})
    [\s"'’*_`)\]]*"""
_SIGN = "(?P<sign>[:=：＝]|->|→|=>)"
_LINE = re.compile(
    rf"""^[^\w\n]*(?:\d+[.)]\s+[^\w\n]*)?(?:export\s+(?:const|let)\s+)?
    {_KEY}(?:{_SIGN}|(?P<cell>\|))(?P<value>[^\n]*)$""",
    re.VERBOSE | re.IGNORECASE,
)
# A line with several statements, of which the one that matters is not the first.
_WITHIN = re.compile(
    rf"""(?:[|;,•·({{\[]|\s[-–—/]\s)[^\w\n]*(?=[\w\s]{{0,12}}(?:{_NAME}|zielgruppe))
    {_KEY}{_SIGN}(?P<cell>)(?P<value>[^\n]*)$""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTES = " \t\"'`*_|,;.“”‘’"
# A key, alone in its line or before a dash, whose value counts if it is a known audience.
_ALONE = re.compile(
    rf"^\W*(?:(?:{_BEFORE})[\s_-]+)?({_NAME}s?|zielgruppe)\W*(?:\s[-–—]\s(.*))?$", re.IGNORECASE
)
# “For admins only”, “Nur für Admins”.
_ONLY = re.compile(
    r"""^\W*(?:(?:only|just)\ for|restricted\ to|nur\ für)\ (?P<after>.+)$
    |^\W*(?:for\ )?(?P<before>.+)\ only\W*$""",
    re.VERBOSE | re.IGNORECASE,
)


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
    entries = list(entries)
    said = [_of_entry(entry, words) for entry in entries if names_audience(entry.key)]
    said += [_of_line(key, value, words) for key, value in statements_in(start)]
    said += [_of_line(key, value, words) for entry in entries for key, value in _in_tags(entry)]
    said += _unmistakable(start, words)
    if set(said) <= {EVERYONE}:
        open = [_of_openness(entry, words) for entry in entries if _plain(entry.key) in _OPENNESS]
        said += [each for each in open if each != EVERYONE]
    if len(set(said)) > 1:
        shown = ", ".join(sorted(set(said)))
        raise AudienceWrong(f"it states its audience more than once and differently ({shown})")
    return said[0] if said else None


@lru_cache(maxsize=4096)
def is_about_audience(key: str) -> bool:
    """Whether a key is meant as the audience, rightly spelled or not."""
    plain = key.strip().casefold()
    return plain in _KEYS or _resembles(plain)


def names_audience(key: str) -> bool:
    """Whether a field is about the audience, also as one word of several, as in audienceType."""
    folded = _folded(key)
    return is_about_audience(key) or _NAME in folded or "zielgruppe" in folded


def statements_in(text: str) -> Iterator[tuple[str, str]]:
    """Key and value of the lines at a text's start that speak of its audience."""
    lines = [line for line in text[:_CHARACTERS].splitlines() if line.strip()]
    for line in lines[:_LINES]:
        match = _LINE.match(line.strip())
        if match is None or not is_about_audience(match["key"]):
            match = _WITHIN.search(line.strip())
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
    if any(each in folded for each in (_NAME, *map(_folded, _FOREIGN))):
        return True
    if _SAYS_HOW_OPEN.search(folded) or any(_unmistakable(text, NO_WORDS)):
        return True
    return any(_resembles(word) for word in set(re.findall(r"[\w.]{6,24}(?=\W*[:=])", folded)))


def _of_entry(entry: Entry, words: AudienceWords) -> str:
    if not entry.is_top or _plain(entry.key) not in _KEYS:
        raise AudienceWrong(_odd(entry.key))
    value = entry.value
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return audience_of([each for each in value if each.strip()] or [""], words)
    if not isinstance(value, str) or not value.strip():
        raise AudienceWrong("its audience is empty or not a plain text, so nobody may read it")
    return _of_words(value, words)


def _plain(key: str) -> str:
    """A key in small letters, without what is often put before it."""
    words = re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", key).strip().lower())
    return re.sub(rf"^(?:{_BEFORE}) ", "", words)


def _in_tags(entry: Entry) -> Iterator[tuple[str, str]]:
    """The statements among the words of a field."""
    if _plain(entry.key) in _TAGS:
        for each in entry.value if isinstance(entry.value, list) else [entry.value]:
            yield from statements_in(str(each))


def _of_openness(entry: Entry, words: AudienceWords) -> str:
    """The audience that a field such as `visibility` stands for; a bare yes stands for its name.

    Raises:
        AudienceWrong: no audience has that name.
    """
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    if not entry.is_top or any(isinstance(each, dict) for each in values):
        return EVERYONE
    said = ["" if each is None else str(each).strip() for each in values]
    named = [_plain(entry.key) if each.lower() in _YES else each for each in said]
    meant = [each for each in named if each.lower() not in _NOT]
    return audience_of(meant, words) if meant else EVERYONE


def _unmistakable(start: str, words: AudienceWords) -> Iterator[str]:
    """The audiences of lines that are statements only where they name a known audience.

    Such are a heading “Audience” above “Admins”, and “For admins only” above all sections.
    """
    lines = [line for line in start[:_CHARACTERS].splitlines() if line.strip()][:_LINES]
    sections = next((n for n, line in enumerate(lines) if line.startswith("##")), len(lines))
    for number, line in enumerate(lines):
        if alone := _ALONE.match(line):
            yield from _known(alone[2] or "".join(lines[number + 1 : number + 2]), words)
        if number < sections and (only := _ONLY.match(line)):
            yield from _known(only["after"] or only["before"], words)


def _known(value: str, words: AudienceWords) -> Iterator[str]:
    bare = re.sub(r"^\W+|\W+$|\bonly\b", "", value).strip()
    try:
        found = _of_words(bare, words)
    except AudienceWrong:
        return
    if found != EVERYONE:
        yield found


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
