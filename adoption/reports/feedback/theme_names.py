"""Names a theme by what its texts have in common, in the words that people used."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_WORD = re.compile(r"[^\W\d_]{3,}(?:['’]s)?", re.UNICODE)
# Short names in capitals, such as AI or HR.
_SHORT = re.compile(r"[^\W\d_a-z]{2}", re.UNICODE)
_MARK = re.compile(r"[.,;:!?()\[\]“”\"–—]+")
_PLAIN = frozenset(
    "the and for how can does did what why when where who which that this with from have has had "
    "are was were will would should could not you your our their they there here its it's too "
    "use used using get got make made into about out all any but been being more some than then "
    "him her his she them because just very also only still even again after before over "
    "name address number token".split()
)
# Words that may stand inside a name; at any other filler a sentence goes on.
_LINKS = frozenset(
    "a an the this that these of to for in on at by with from and or our my your his her their its "
    "use get make made".split()
)
_LONGEST = 5


def name_of(texts: Sequence[tuple[str, str]], everything: Sequence[str], least: int) -> str:
    """The phrase that most people of a theme use; or else its most distinctive word.

    Args:
        texts: each with the pseudonym of who wrote it.
        everything: all texts of the week, the theme's among them.
        least: how many people must have used what the theme is named by.

    Returns:
        The name; empty where so many people used no phrase and no word.
    """
    phrases = [list(_runs(text)) for _, text in texts]
    whose = [who for who, _ in texts]
    counts = _people([set(map(str.casefold, found)) for found in phrases], whose)
    same = [phrase for phrase, count in counts.items() if count >= least]
    if same:
        best = max(same, key=lambda p: (counts[p] * _weight(p), *_rank(p)))
        return _as_written(best, itertools.chain(*phrases))
    roots = _people([{*map(_root, _words(text))} for _, text in texts], whose)
    # Not the same phrase twice, but the same words: “old prices” and “the price list”.
    near = [p for p in counts if len(_words(p)) > 1 and _recur(p, roots, least)]
    if near:
        best = max(near, key=lambda p: (sum(roots[_root(w)] for w in _words(p)), *_rank(p)))
        return _as_written(best, itertools.chain(*phrases))
    words = _people([_words(text) for _, text in texts], whose)
    shared = {word: n for word, n in words.items() if roots[_root(word)] >= least}
    return _distinctive(shared, everything)


def _people(used: Sequence[Collection[str]], whose: Sequence[str]) -> Counter[str]:
    """By how many people each phrase or word is used."""
    pairs = {(each, who) for found, who in zip(used, whose, strict=True) for each in found}
    return Counter(each for each, _ in pairs)


def _distinctive(inside: Mapping[str, int], everything: Sequence[str]) -> str:
    outside = Counter(word for text in everything for word in _words(text))
    scores = {
        word: count * math.log((len(everything) + 1) / outside[word])
        for word, count in inside.items()
    }
    return min(scores, key=lambda word: (-scores[word], word), default="")


def _runs(text: str) -> Iterator[str]:
    """Runs of two to five words within a sentence, with no filler at either end."""
    for part in _MARK.split(text):
        words = part.split()
        for start, size in itertools.product(range(len(words)), range(2, _LONGEST + 1)):
            run = words[start : start + size]
            whole = len(run) == size and _is_content(run[0]) and _is_content(run[-1])
            if whole and all(map(_may_be_inside, run)):
                yield " ".join(run)


def _is_content(word: str) -> bool:
    is_word = bool(_WORD.fullmatch(word)) and word.casefold() not in _PLAIN
    return is_word or bool(_SHORT.fullmatch(word))


def _may_be_inside(word: str) -> bool:
    return _is_content(word) or word.casefold() in _LINKS


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if word not in _PLAIN}


def _root(word: str) -> str:
    """A word without the endings that English gives to several things, and to what is theirs."""
    word = re.sub(r"['’]s$", "", word)
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _recur(phrase: str, roots: Counter[str], least: int) -> bool:
    return all(roots[_root(word)] >= least for word in _words(phrase))


def _weight(phrase: str) -> int:
    """A longer phrase says more."""
    return len(_words(phrase))


def _rank(phrase: str) -> tuple[float, int, str]:
    """Among equals: the one with the fewest fillers, then the longest."""
    return (_weight(phrase) / len(phrase.split()), len(phrase), phrase)


def _as_written(folded: str, phrases: Iterable[str]) -> str:
    """A phrase with the capitals that most people gave it."""
    written = Counter(phrase for phrase in phrases if phrase.casefold() == folded)
    return min(written, key=lambda phrase: (-written[phrase], phrase))
