"""Puts a question in the words of the guides: spelling, everyday words, names of products."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.errors import SynonymsUnreadable

_WORD = re.compile(r"[^\W\d_]{5,}")
# From this length on, two slips of the finger may be in one word, and one in a name.
_LONG_WORD, _LONG_NAME = 12, 7
# British and American spelling.
_SPELLINGS = (
    ("isation", "ization"),
    ("ise", "ize"),
    ("ising", "izing"),
    ("yse", "yze"),
    ("our", "or"),
    ("tre", "ter"),
    ("lled", "led"),
    ("lling", "ling"),
    ("ogue", "og"),
    ("ence", "ense"),
    ("gramme", "gram"),
)
# The part of a file with products' names.
_PRODUCTS = "products"


class Rewriter:
    """Knows the everyday words of a company."""

    def __init__(
        self, synonyms: Mapping[str, str], products: Mapping[str, str] | None = None
    ) -> None:
        """Takes what is said instead of a phrase, and instead of a product's name."""
        self._synonyms = _Phrases(synonyms)
        self._products = _Phrases(products or {})

    @classmethod
    def of(cls, extra: Path | None = None) -> Rewriter:
        """The words that ship with this version, and those of a company's own file.

        Raises:
            SynonymsUnreadable: the file is missing or is no TOML of phrases and words.
        """
        shipped = (files("knowledge.retrieval") / "synonyms.toml").read_text("utf-8")
        tables = [tomllib.loads(shipped)]
        if extra is not None:
            try:
                tables.append(tomllib.loads(extra.read_text("utf-8")))
                _flat(tables[-1])
            except (OSError, ValueError) as error:
                raise SynonymsUnreadable(
                    f"The synonyms in {extra} cannot be read ({error}). Write lines such as "
                    '"boss" = "manager", or leave UPTAKE_SYNONYMS empty.'
                ) from error
        products = [_flat(table.pop(_PRODUCTS, {})) for table in tables]
        return cls(_merged(map(_flat, tables)), _merged(products))

    def rewritten(self, question: str) -> str:
        """The question with everyday words replaced; itself if it has none."""
        return self._synonyms.replaced(question)

    def without_products(self, question: str, title_words: Set[str]) -> str:
        """The question without names of products, unless a guide's title has one.

        Guides about no product in particular hold for each: who asks them about Copilot asks
        about their AI tool.

        Args:
            title_words: the words of the guides' titles, in lower case.
        """
        if self._products.words & title_words:
            return question
        return self._products.replaced(question)


class _Phrases:
    """Phrases, each with the words that take its place."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = {phrase.casefold(): words for phrase, words in table.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """The phrases of one word, in lower case."""
        return frozenset(phrase for phrase in self._table if " " not in phrase)

    def replaced(self, text: str) -> str:
        """The text with the phrases replaced, the longest first."""
        if not self._table:
            return text
        return self._pattern.sub(lambda match: self._table[match[0].casefold()], text)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        longest_first = sorted(self._table, key=len, reverse=True)
        return re.compile(
            rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE
        )


def corrected(
    question: str, vocabulary: Sequence[str], is_word: Callable[[str], bool] = lambda word: False
) -> str:
    """The question with misspelt words replaced by the one of the guides that is a slip away.

    Args:
        vocabulary: the words of the guides, in lower case, by alphabet.
        is_word: whether a word that no guide has, in lower case, is spelt right nevertheless.
    """

    def is_known(word: str) -> bool:
        place = bisect_left(vocabulary, word)
        return word in vocabulary[place : place + 1]

    def correct(match: re.Match[str]) -> str:
        word = match[0].lower()
        same = next(filter(is_known, (word, *_spelled_elsewhere(word))), None)
        if same is not None:
            return match[0] if same == word else same
        is_name = word != match[0]
        if is_word(word) or (is_name and len(word) < _LONG_NAME):
            return match[0]
        slips = 2 if len(word) >= _LONG_WORD and not is_name else 1
        near = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=slips)
        return near[0] if near is not None and near[0][0] == word[0] else match[0]

    return _WORD.sub(correct, question)


def _spelled_elsewhere(word: str) -> Iterator[str]:
    """How a word may be spelt on the other side of the Atlantic."""
    for pair in _SPELLINGS:
        for here, there in (pair, pair[::-1]):
            if here in word:
                yield word.replace(here, there)


def _merged(tables: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """All entries; the last table's where several have one."""
    return {phrase: words for table in tables for phrase, words in table.items()}


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
