"""Redacts names, addresses, numbers, tokens and Slack ids out of what people wrote."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection

from adoption.people.directory import word_digest

# A text longer than this is cut before it is searched; a quote is shorter by far.
_LONGEST = 4_000

_SLACK = re.compile(
    r"<(?:[@#]|!subteam)[^<>]{1,200}>|\b[UWTCGDBE](?=[A-Z0-9]*\d)[A-Z0-9]{7,12}\b|\bxox[a-z]-[\w-]{4,}|\bxapp-[\w-]{4,}"
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)*", re.UNICODE)
_TOKEN = re.compile(
    r"\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|glpat|hf|pypi|npm|AKIA|ASIA|AIza|eyJ)[-_]?[\w.-]{12,}"
    r"|github_pat_\w{10,}|-----BEGIN [A-Z ]+-----[\s\S]{0,3000}"
)
_SECRET = re.compile(
    r"\b(?:password|passwort|passwd|pwd|secret|token|api[ _-]?key)\b\s*(?:is|=|:)\s*\S{4,}"
    r"|\bbearer\s+\S{8,}",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"\b[A-Za-z0-9+/_-]{20,}={0,2}")
# At least seven digits, with the marks that people put between them.
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().\-/]{0,2}\d){6,18}(?!\w)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[^\W\d_]{3,}", re.UNICODE)
_CUED = re.compile(
    r"\b(?P<cue>(?:[Mm]y (?:boss|manager|colleague|lead|friend)|[Aa]sk(?:ed)?|[Tt]hanks(?: to)?|"
    r"[Hh]i|[Hh]ello|[Dd]ear|Mrs?|Ms|Dr|Prof|Herr|Frau)\.?,? )"
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2})"
)
# Words after a cue that are no names.
_NO_NAMES = {"AI", "Copilot", "ChatGPT", "Claude", "Excel", "Word", "Teams", "Outlook", "I", "The"}


def redact(text: str, names: Collection[str] = ()) -> str:
    """The text with `[name]`, `[address]`, `[number]`, `[token]` and `[id]` instead.

    Args:
        names: hashes of name words (see `adoption.people.directory.known_names`). A word that is
            written with a capital and is one of them goes.
    """
    text = text[:_LONGEST]
    text = _TOKEN.sub("[token]", _SECRET.sub("[token]", _SLACK.sub("[id]", text)))
    text = _ADDRESS.sub("[address]", text)
    text = _OPAQUE.sub(lambda match: "[token]" if _is_opaque(match[0]) else match[0], text)
    text = _NUMBER.sub(lambda m: m[0] if _DAY.fullmatch(m[0]) else "[number]", text)
    return _nameless(text, names)


def without_names(text: str, names: Collection[str] = ()) -> str:
    """The text with `[name]` and `[id]` where people are named; the rest stays (see `redact`)."""
    return _nameless(_SLACK.sub("[id]", text[:_LONGEST]), names)


def _nameless(text: str, names: Collection[str]) -> str:
    text = _CUED.sub(_without_name, text)
    if names:
        text = _WORD.sub(lambda match: "[name]" if _is_name(match[0], names) else match[0], text)
    return re.sub(r"\[name\](?: \[name\])+", "[name]", text)


def _without_name(match: re.Match[str]) -> str:
    return match[0] if match["name"].split()[0] in _NO_NAMES else f"{match['cue']}[name]"


def _is_name(word: str, names: Collection[str]) -> bool:
    return word[0].isupper() and word_digest(word) in names


def _is_opaque(word: str) -> bool:
    """Whether a long word is rather a key than a word: digits in it, and few repetitions.

    Source: the entropy test of Yelp's detect-secrets, 3 bits a character for hexadecimal.
    """
    counts = Counter(word)
    bits = -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
    return any(c.isdigit() for c in word) and any(c.isalpha() for c in word) and bits > 3
