"""Audiences: who may read a guide, in the words of front matter and sources."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from ingest.errors import AudienceWrong, SourceWrong
from knowledge.index.passages import EVERYONE

CHAMPIONS, ADMINS = "champions", "admins"
TABLE = "audiences.toml"
# From the narrowest to the widest.
_COMMON = (ADMINS, CHAMPIONS, EVERYONE)
_NAMED = re.compile(r"channel:[CG][A-Z0-9]{2,30}|group:S[A-Z0-9]{2,30}")
KNOWN = "everyone, champions, admins, channel:C… or group:S… with the id that Slack shows"


@dataclass(frozen=True)
class AudienceWords:
    """Further words for audiences, beside the built-in table.

    Attributes:
        pairs: (word in its normal form, audience), sorted.
    """

    pairs: tuple[tuple[str, str], ...] = ()

    def audience_of(self, word: str) -> str | None:
        """The audience that a word stands for; None if it stands for none."""
        key = _normal(word)
        return dict(self.pairs).get(key) or _built_in().get(key)


NO_WORDS = AudienceWords()


def words_in(path: Path) -> AudienceWords:
    """The table of words that an admin wrote; empty where there is no such file.

    Raises:
        SourceWrong: the file is malformed, or a word's audience is none.
    """
    try:
        return AudienceWords(tuple(sorted(_table(path.read_text("utf-8")).items())))
    except FileNotFoundError:
        return NO_WORDS
    except (OSError, ValueError, AudienceWrong) as error:
        raise SourceWrong(f"{path} cannot be read: {error}.") from None


def audience_of(words: str | Sequence[str], table: AudienceWords = NO_WORDS) -> str:
    """The audience that `words` names; of several words, the narrowest.

    Raises:
        AudienceWrong: they name none, or several that do not lie within each other.
    """
    parts = [words] if isinstance(words, str) else list(words)
    found = {_one(part, table) for part in parts}
    if len(found) == 1:
        return found.pop()
    narrowest = next((each for each in _COMMON if each in found), None)
    if narrowest is None or not found.issubset(_COMMON):
        raise AudienceWrong(f"its audience “{', '.join(parts)}” is not one; it can be {KNOWN}")
    return narrowest


def is_within(audience: str, wider: str) -> bool:
    """Whether nobody reads with `audience` who may not read with `wider`.

    Admins keep every source, so theirs is the narrowest audience.
    """
    return wider == EVERYONE or audience in (wider, ADMINS)


def narrowed(own: str, sources: str) -> str:
    """A guide's audience in a source: its own if that is within the source's.

    `everyone` in a guide of a narrower source means everyone whom the source is for.

    Raises:
        AudienceWrong: the guide is meant for others than its source.
    """
    if is_within(own, sources):
        return own
    if own == EVERYONE:
        return sources
    raise AudienceWrong(
        f"it is for {own}, but its source is only for {sources}; a guide may narrow the audience "
        "of its source, not widen it"
    )


def _one(word: str, table: AudienceWords) -> str:
    exact = "".join(word.split())
    if exact.lower() in _COMMON:
        return exact.lower()
    if _NAMED.fullmatch(exact):
        return exact
    known = table.audience_of(word)
    if known is None:
        shown = " ".join(word.split())[:80]
        raise AudienceWrong(
            f"its audience “{shown}” is unknown, so nobody may read it; it can be {KNOWN}, "
            f"or a word that {TABLE} in the data folder maps"
        )
    return known


def _normal(word: str) -> str:
    return " ".join(re.split(r"[\s_-]+", word.strip().casefold()))


@cache
def _built_in() -> dict[str, str]:
    return _table(resources.files(__package__).joinpath(TABLE).read_text("utf-8"))


def _table(text: str) -> dict[str, str]:
    words = tomllib.loads(text).get("words", {})
    if not isinstance(words, dict) or not all(isinstance(each, str) for each in words.values()):
        raise ValueError("a [words] table with one audience for each word is expected")
    named = {each: "".join(each.split()) for each in words.values()}
    for each, exact in named.items():
        if exact.lower() not in _COMMON and not _NAMED.fullmatch(exact):
            raise AudienceWrong(f"the audience “{each}” is unknown; it can be {KNOWN}")
    return {
        _normal(word): named[each].lower() if named[each].lower() in _COMMON else named[each]
        for word, each in words.items()
    }
