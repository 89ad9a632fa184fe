"""Groups what people wrote by meaning; a theme is named by its own words and keeps its name."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, delete, insert, select, update

from adoption.db.writes import write_lock
from adoption.reports.weeks import Week
from adoption.tracking.models import Theme

Vectors = NDArray[np.float32]
# Gives one vector of length 1 for each text.
Embed = Callable[[Sequence[str]], Vectors]

# Two texts nearer than this speak of the same: the usual cosine for all-MiniLM-L6-v2.
_NEAR = 0.5
# A theme is at least two texts; more than this many are not grouped in one go.
_SMALLEST, _MOST_TEXTS = 2, 2_000
_WORD = re.compile(r"[^\W\d_]{3,}", re.UNICODE)
_PLAIN = frozenset(
    "the and for how can does did what why when where who which that this with from have has had "
    "are was were will would should could not you your our their they there here its it's too "
    "use used using get got make made into about out all any but been being more some than then "
    "him her his she them because just very also only still even again after before over "
    "name address number token".split()
)


@dataclass(frozen=True)
class Voice:
    """Something somebody wrote, redacted.

    Attributes:
        quotable: whether they agreed to be quoted.
    """

    text: str
    quotable: bool = False


@dataclass(frozen=True)
class Said:
    """A theme in one week.

    Attributes:
        before: its size in the week before.
        new: whether it came up for the first time.
        quotes: what may be quoted of it, the most typical first.
    """

    name: str
    size: int
    before: int
    new: bool
    quotes: Sequence[str]


@dataclass
class _Known:
    id: int | None
    name: str
    centre: Vectors
    first_week: str
    sizes: dict[str, int]


def themes_of_week(
    engine: Engine, week: Week, voices: Sequence[Voice], embed: Embed, most: int = 8
) -> list[Said]:
    """The themes of a week's texts, largest first; they are kept, and met again by meaning.

    A text goes to the nearest known theme if it is near enough; what is left over forms new
    ones. Made twice for the same week, the themes are the same, and later weeks that met one of
    them keep it.
    """
    voices = sorted(voices, key=lambda voice: voice.text)[:_MOST_TEXTS]
    if len(voices) < _SMALLEST:
        return []
    vectors = np.asarray(embed([voice.text for voice in voices]), dtype=np.float32)
    with write_lock(engine) as connection:
        rows = connection.execute(select(Theme).order_by(Theme.id)).mappings().all()
        kept = [
            _Known(r["id"], r["name"], _vector(r["centre"]), r["first_week"], dict(r["sizes"]))
            for r in rows
        ]
        # A theme that this very week began is made anew, so that a repetition changes nothing.
        found = _assign([t for t in kept if t.first_week < str(week)], voices, vectors, str(week))
        begun = [theme for theme in kept if theme.first_week == str(week)]
        for theme in _taken_over(begun, [t for t, _ in found if t.id is None]):
            _let_go(connection, theme, str(week))
        for theme, members in found:
            theme.sizes[str(week)] = len(members)
            _keep(connection, theme)
    said = [_said(theme, members, voices, vectors, week) for theme, members in found]
    return sorted(said, key=lambda theme: (-theme.size, theme.name))[:most]


def _assign(
    known: list[_Known],
    voices: Sequence[Voice],
    vectors: Vectors,
    week: str,
) -> list[tuple[_Known, list[int]]]:
    """Which texts each theme holds: known themes first, then new ones of the rest."""
    members: dict[int, list[int]] = {}
    rest = []
    centres = np.stack([theme.centre for theme in known]) if known else None
    for number, vector in enumerate(vectors):
        near = centres @ vector if centres is not None else np.zeros(0)
        if near.size and float(near.max()) >= _NEAR:
            members.setdefault(int(near.argmax()), []).append(number)
        else:
            rest.append(number)
    found = [(known[index], texts) for index, texts in members.items()]
    for texts in _clusters(vectors, rest):
        centre = vectors[texts].mean(axis=0)
        centre = (centre / (np.linalg.norm(centre) or 1)).astype(np.float32)
        name = _name([voices[n].text for n in texts], [voice.text for voice in voices])
        found.append((_Known(None, name, centre, week, {}), texts))
    return found


def _taken_over(before: Sequence[_Known], new: Sequence[_Known]) -> list[_Known]:
    """Gives new themes the place of those that the week began when it was made before.

    A theme that later weeks met keeps its name and centre, for theirs hang on it. Gives back
    the themes that no new one stands for.
    """
    left = list(before)
    for theme in new:
        near = [float(other.centre @ theme.centre) for other in left]
        if not near or max(near) < _NEAR:
            continue
        other = left.pop(int(np.argmax(near)))
        theme.id, theme.sizes = other.id, other.sizes
        if len(other.sizes) > 1:
            theme.name, theme.centre = other.name, other.centre
    return left


def _let_go(connection: Connection, theme: _Known, week: str) -> None:
    """Takes a week out of a theme, and the theme away where no other week has it."""
    theme.sizes.pop(week, None)
    if theme.sizes:
        theme.first_week = min(theme.sizes)
        _keep(connection, theme)
    else:
        connection.execute(delete(Theme).where(Theme.id == theme.id))


def _clusters(vectors: Vectors, rest: Sequence[int]) -> list[list[int]]:
    """Texts around the one with most neighbours, again and again, until none has a neighbour."""
    left = np.array(rest, dtype=int)
    clusters = []
    while left.size >= _SMALLEST:
        near = vectors[left] @ vectors[left].T >= _NEAR
        counts = near.sum(axis=1)
        middle = int(counts.argmax())
        if counts[middle] < _SMALLEST:
            break
        clusters.append([int(n) for n in left[near[middle]]])
        left = left[~near[middle]]
    return clusters


def _name(texts: Sequence[str], everything: Sequence[str]) -> str:
    """The words that the theme has and the others have not (TF-IDF over texts)."""
    inside = Counter(word for text in texts for word in _words(text))
    outside = Counter(word for text in everything for word in _words(text))
    scores = {
        word: count * math.log((len(everything) + 1) / outside[word])
        for word, count in inside.items()
    }
    best = sorted(scores, key=lambda word: (-scores[word], word))[:3]
    return ", ".join(best) or " ".join(texts[0].split())[:40]


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if word not in _PLAIN}


def _said(
    theme: _Known,
    members: Sequence[int],
    voices: Sequence[Voice],
    vectors: Vectors,
    week: Week,
) -> Said:
    typical = sorted(members, key=lambda n: -float(vectors[n] @ theme.centre))
    quotes = list(dict.fromkeys(voices[n].text for n in typical if voices[n].quotable))
    before = theme.sizes.get(str(week.previous), 0)
    return Said(theme.name, len(members), before, theme.first_week == str(week), quotes[:2])


def _keep(connection: Connection, theme: _Known) -> None:
    values = {
        "name": theme.name,
        "centre": theme.centre.tobytes(),
        "first_week": theme.first_week,
        "sizes": theme.sizes,
    }
    if theme.id is None:
        connection.execute(insert(Theme).values(values))
    else:
        connection.execute(update(Theme).where(Theme.id == theme.id).values(values))


def _vector(data: bytes) -> Vectors:
    return np.frombuffer(data, dtype=np.float32)
