"""Puts a question in the words of the guides: corrects spelling, replaces everyday words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.errors import SynonymsUnreadable

_WORD = re.compile(r"[^\W\d_]{5,}")
# From this length on, two slips of the finger may be in one word.
_LONG_WORD = 8


class Rewriter:
    """Knows the everyday words of a company."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        self._synonyms = {phrase.casefold(): words for phrase, words in synonyms.items()}

    @classmethod
    def of(cls, extra: Path | None = None) -> Rewriter:
        """The words that ship with this version, and those of a company's own file.

        Raises:
            SynonymsUnreadable: the file is missing or is no TOML of phrases and words.
        """
        shipped = (files("knowledge.retrieval") / "synonyms.toml").read_text("utf-8")
        synonyms = _flat(tomllib.loads(shipped))
        if extra is not None:
            try:
                synonyms |= _flat(tomllib.loads(extra.read_text("utf-8")))
            except (OSError, ValueError) as error:
                raise SynonymsUnreadable(
                    f"The synonyms in {extra} cannot be read ({error}). Write lines such as "
                    '"boss" = "manager", or leave UPTAKE_SYNONYMS empty.'
                ) from error
        return cls(synonyms)

    def rewritten(self, question: str) -> str:
        """The question with everyday words replaced; itself if it has none."""
        if not self._synonyms:
            return question
        return self._phrases.sub(lambda match: self._synonyms[match[0].casefold()], question)

    @cached_property
    def _phrases(self) -> re.Pattern[str]:
        longest_first = sorted(self._synonyms, key=len, reverse=True)
        return re.compile(
            rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE
        )


def corrected(question: str, vocabulary: Sequence[str]) -> str:
    """The question with words that no guide has replaced by the one that is a slip away.

    Args:
        vocabulary: the words of the guides, in lower case.
    """
    known = set(vocabulary)

    def correct(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in known or _is_name(match[0]):
            return match[0]
        slips = 2 if len(word) >= _LONG_WORD else 1
        near = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near is not None and near[0][0] == word[0] else match[0]

    return _WORD.sub(correct, question)


def _is_name(word: str) -> bool:
    return word != word.lower()


def _flat(table: Mapping[str, object]) -> dict[str, str]:
    """The phrases of a file, with or without headings above them."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            flat |= _flat(value)
        elif isinstance(value, str) and name.strip():
            flat[name] = value
        else:
            raise ValueError(f"“{name}” has no words")
    return flat
