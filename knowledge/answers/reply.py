"""Takes a model's reply apart: its sentences, what they cite, and nothing that acts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

NOT_FOUND = "NOT FOUND"

_NUMBER = re.compile(r"\[(\d{1,3})\]")
# What models write for [1][2] as well.
_SEVERAL = re.compile(r"\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})+)\]")
# Ends of sentences: punctuation with the citations behind it; a citation where no sentence goes
# on; punctuation alone, but for abbreviations; a closing quotation mark where none goes on.
_END = re.compile(
    r"[.!?…][\"”’»)]*(?:\s*\[\d{1,3}\])+(?=\s+[^\s\[])"
    r"|\](?=\s+[^\s\[a-z])"
    r"|(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)[.!?…](?=\s+[^\s\[])"
    r"|[.!?…][\"”’»)]+(?=\s+[^\s\[a-z])"
)


_LABELLED = re.compile(r"<(?:[#@!]|(?:https?|mailto|tel):)[^|<>]*\|([^<>]*)>")
_MARK = re.compile(r"<(?:[#@!]|(?:https?|mailto|tel):)[^<>]*>?", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*\)?")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\b(?:mailto|tel|javascript|data):(?=\S))\S*", re.IGNORECASE
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CALL = re.compile(r"[@#]+(?=\w)")
_LAYOUT = re.compile(r"[*~`<>]+|(?<!\w)_+|_+(?!\w)|^\s*(?:#{1,6}|>+|[-+•])\s+")
_BRACKET = re.compile(r"\[\d{1,3}\]|([\[\]])")
_LOOSE = re.compile(r"\s+([.,;:!?…])|\(\s*\)")


class Reader:
    """Gives the sentences of a reply as soon as each has ended."""

    def __init__(self) -> None:
        self._text = ""
        self._given = 0

    @property
    def is_not_found(self) -> bool:
        """Whether the reply so far begins with the words for "nothing fits"."""
        return self._text.lstrip().upper().startswith(NOT_FOUND)

    def take(self, words: str) -> list[str]:
        """The sentences that have ended with these words."""
        self._text += words
        return self._new(sentences_of_reply(self._text)[:-1])

    def end(self) -> list[str]:
        """The last sentence, unless it was cut off."""
        last = self._new(sentences_of_reply(self._text))
        return [each for each in last if not each.endswith("…")]

    def _new(self, sentences: Sequence[str]) -> list[str]:
        new = list(sentences[self._given :])
        self._given = max(self._given, len(sentences))
        return new


def sentences_of_reply(reply: str) -> list[str]:
    """The sentences of a reply, each with the citations behind it; the last may be unfinished."""
    spread = _SEVERAL.sub(_spread, " ".join(reply.split()))
    ends = [match.end() for match in _END.finditer(spread)] + [len(spread)]
    return [spread[begin:end].strip() for begin, end in pairwise([0, *ends])]


def supported(reply: str, sources: int) -> str:
    """The sentences of a reply that cite one of the sources, and nothing but those."""
    return " ".join(citing(sentences_of_reply(reply), sources))


def citing(sentences: Iterable[str], sources: int) -> Iterator[str]:
    """Those of the sentences that cite, and only sources from 1 to `sources`."""
    for sentence in sentences:
        numbers = cited(sentence)
        if numbers and all(1 <= number <= sources for number in numbers):
            yield sentence


def cited(text: str) -> list[int]:
    """The numbers that a text cites, each once, in order of their first mention."""
    return list(dict.fromkeys(int(number) for number in _NUMBER.findall(text)))


def without_citations(text: str) -> str:
    """The text without its citations."""
    return _NUMBER.sub("", text)


def renumbered(text: str, numbers: Sequence[int]) -> str:
    """The text with its citations counted anew, so that the first one mentioned is 1."""
    new = {old: position for position, old in enumerate(numbers, 1)}
    return _NUMBER.sub(lambda match: f"[{new.get(int(match[1]), match[1])}]", text)


def inert(text: str) -> str:
    """One line of words: no link, address, mention, channel name, layout or hidden character.

    Citations like `[1]` stay.
    """
    words = " ".join(_visible(text).split())
    before = None
    while words != before:
        before = words
        words = _LABELLED.sub(r"\1", words)
        words = _MARK.sub("", words)
        words = _LINK.sub(_label, words)
        words = _ADDRESS.sub("", words)
        words = _EMAIL.sub("", words)
        words = _CALL.sub("", words)
        words = _LAYOUT.sub("", words)
        words = _BRACKET.sub(lambda match: "" if match[1] else match[0], words)
        words = " ".join(_LOOSE.sub(r"\1", words).split())
    return words


def _label(link: re.Match[str]) -> str:
    """What a link shows; a citation with something in brackets behind it stays one."""
    return f"[{link[1]}]" if re.fullmatch(r"\d{1,3}", link[1]) else link[1]


def _visible(text: str) -> str:
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character)[0] != "C"
    )


def _spread(several: re.Match[str]) -> str:
    return "".join(f"[{number}]" for number in re.findall(r"\d+", several[1]))
