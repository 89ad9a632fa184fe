"""Groups what people wrote by meaning; a theme is named by a phrase of its texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine, delete, insert, select, update

from adoption.db.writes import write_lock
from adoption.privacy.disclosure import show_count
from adoption.privacy.groups import Minimum
from adoption.reports.feedback.theme_names import name_of
from adoption.reports.questions import Embed, Vectors
from adoption.reports.weeks import Week
from adoption.tracking.models import Theme

# Two texts nearer than this speak of the same: the usual cosine for all-MiniLM-L6-v2.
_NEAR = 0.5
# A theme is at least two texts; more than this many are not grouped in one go.
_SMALLEST, _MOST_TEXTS = 2, 2_000


@dataclass(frozen=True)
class Voice:
    """Something somebody wrote, redacted.

    Attributes:
        person: the pseudonym of who wrote it.
        quotable: whether they agreed to be quoted.
    """

    text: str
    person: str = ""
    quotable: bool = False


@dataclass(frozen=True)
class ThemeOfWeek:
    """A theme in one week.

    Attributes:
        size: how many texts it has, rounded.
        before: how many it had last week; None where fewer people than the minimum wrote them.
        new: whether it came up for the first time.
        quotes: what may be quoted of it, the most typical first.
    """

    name: str
    size: int
    before: int | None
    new: bool
    quotes: Sequence[str]


@dataclass
class _Known:
    id: int | None
    name: str
    centre: Vectors
    first_week: str
    sizes: dict[str, int | None]


def themes_of_week(
    engine: Engine,
    week: Week,
    voices: Sequence[Voice],
    embed: Embed,
    minimum: Minimum,
    most: int = 8,
) -> list[ThemeOfWeek]:
    """The themes of a week's texts, largest first; they are stored, and recognized by meaning.

    A text goes to the nearest known theme if it is near enough; the other texts form new themes.
    A second run for the same week gives the same themes, and later weeks keep theirs. A theme is
    shown where the minimum of people wrote its texts, under a name that as many of them used.
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
        # Themes that this week began are made anew, so that a second run changes nothing.
        earlier = [theme for theme in kept if theme.first_week < str(week)]
        found = _assign(earlier, voices, vectors, str(week))
        for theme, members in found:
            if not theme.name:
                theme.name = _name([voices[n] for n in members], voices, minimum)
        begun = [theme for theme in kept if theme.first_week == str(week)]
        for theme in _reused(begun, [t for t, _ in found if t.id is None]):
            _remove_week(connection, theme, str(week))
        for theme, members in found:
            theme.sizes[str(week)] = _size([voices[n] for n in members], minimum)
            _keep(connection, theme)
    shown = (
        _shown(theme, [voices[n] for n in _typical(theme, members, vectors)], week, minimum)
        for theme, members in found
    )
    known = [theme for theme in shown if theme is not None]
    return sorted(known, key=lambda theme: (-theme.size, theme.name))[:most]


def _name(texts: Sequence[Voice], everything: Sequence[Voice], minimum: Minimum) -> str:
    written = [(voice.person, voice.text) for voice in texts]
    return name_of(written, [voice.text for voice in everything], minimum.people)


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
        found.append((_Known(None, "", centre, week, {}), texts))
    return found


def _reused(before: Sequence[_Known], new: Sequence[_Known]) -> list[_Known]:
    """Gives new themes the place of those that an earlier run for the week began.

    A theme that later weeks have keeps its name and centre, because theirs depend on it. Returns
    the themes that no new one replaces.
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


def _remove_week(connection: Connection, theme: _Known, week: str) -> None:
    """Removes a week from a theme, and the theme where no other week has it."""
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


def _typical(theme: _Known, members: Sequence[int], vectors: Vectors) -> list[int]:
    return sorted(members, key=lambda n: -float(vectors[n] @ theme.centre))


def _shown(
    theme: _Known, voices: Sequence[Voice], week: Week, minimum: Minimum
) -> ThemeOfWeek | None:
    quotes = list(dict.fromkeys(voice.text for voice in voices if voice.quotable))
    size = _size(voices, minimum)
    if size is None or not theme.name:
        return None
    return ThemeOfWeek(
        theme.name,
        size,
        theme.sizes.get(str(week.previous), 0),
        theme.first_week == str(week),
        quotes[:2],
    )


def _size(voices: Sequence[Voice], minimum: Minimum) -> int | None:
    """How many texts, rounded; None where fewer people than the minimum wrote them."""
    return show_count([voice.person for voice in voices], minimum)


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
