"""The health of the guides: old reviews, copies, contradictions, links that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

import numpy as np

from knowledge.encoding.encoded import Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.index.passages import Passage
from knowledge.index.sentences import sentences_of
from knowledge.index.snapshot import Snapshot

# The sentences of a passage that are long enough to say something, with their vectors.
Said: TypeAlias = tuple[list[str], Vectors]

# From this cosine on, two texts say the same thing.
ALIKE = 0.95
# Passages at least this close may hold sentences that are alike.
_NEAR = 0.80
_ROWS_AT_ONCE = 1024
# A sentence of fewer words says too little to contradict another.
_FEWEST_WORDS = 5
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True)
class Guide:
    """One guide of the index.

    Attributes:
        reviewed: ISO date of its last review; empty if unknown.
        kind: quick-start, faq, playbook, tutorial, guide or story.
        link: where it can be opened; empty if nowhere.
    """

    source: str
    title: str
    owner: str
    reviewed: str
    audience: str
    kind: str = "guide"
    link: str = ""


@dataclass(frozen=True)
class Pair:
    """Two guides that say the same.

    Attributes:
        cosine: how close what they say is, -1 to 1.
        contradicting: whether the figures in it differ.
    """

    first: Guide
    second: Guide
    first_text: str
    second_text: str
    cosine: float
    contradicting: bool


@dataclass(frozen=True)
class DeadLink:
    """A link in a guide to a file that is not there."""

    guide: Guide
    target: str


def guides_of(snapshot: Snapshot) -> list[Guide]:
    """Every guide of the index once, by source."""
    found = {each.source: _guide(each) for each in _passages(snapshot)}
    return [found[source] for source in sorted(found)]


def pairs_of(snapshot: Snapshot, encoder: Encoder) -> list[Pair]:
    """Guides that repeat each other, those first whose figures differ; one pair of texts each.

    Only guides with the same audience are laid side by side. The time grows with the square of
    the number of passages: some seconds for 10,000.
    """
    found: dict[tuple[str, str], Pair] = {}
    passages = list(_passages(snapshot))

    @cache
    def said_in(row: int) -> Said:
        texts = [unit.text for unit in sentences_of(passages[row].text)]
        telling = [text for text in texts if len(text.split()) >= _FEWEST_WORDS]
        return telling, encoder.encode(telling)

    for row, other in _near(snapshot):
        pair = _compared(passages, row, other, said_in)
        if pair is None:
            continue
        key = (pair.first.source, pair.second.source)
        best = found.get(key)
        if best is None or _rank(pair) > _rank(best):
            found[key] = pair
    return sorted(found.values(), key=_rank, reverse=True)


def dead_links(snapshot: Snapshot) -> list[DeadLink]:
    """Links from guides that are files to files that are not there."""
    dead: dict[tuple[str, str], DeadLink] = {}
    for each in _passages(snapshot):
        for target in each.links:
            path = _path_of(each.source, target)
            if path is not None and not _exists(path):
                dead[(each.source, target)] = DeadLink(_guide(each), target)
    return list(dead.values())


def web_links(snapshot: Snapshot) -> dict[str, list[Guide]]:
    """The web addresses that guides link to, each with its guides."""
    found: dict[str, dict[str, Guide]] = {}
    for each in _passages(snapshot):
        for target in each.links:
            if target.startswith(("https://", "http://")):
                found.setdefault(target, {})[each.source] = _guide(each)
    return {target: list(guides.values()) for target, guides in sorted(found.items())}


def _passages(snapshot: Snapshot) -> Iterator[Passage]:
    return (snapshot.passage(row) for row in range(len(snapshot)))


def _guide(each: Passage) -> Guide:
    return Guide(
        each.source, each.title, each.owner, each.reviewed, each.audience, each.kind, each.link
    )


def _near(snapshot: Snapshot) -> Iterator[tuple[int, int]]:
    """Rows of passages that are close to each other, the lower row first."""
    vectors = np.asarray(snapshot.vectors)
    for begin in range(0, len(vectors), _ROWS_AT_ONCE):
        part = vectors[begin : begin + _ROWS_AT_ONCE]
        rows, others = np.nonzero(part @ vectors[begin:].T >= _NEAR)
        for row, other in zip(rows, others, strict=True):
            if row < other:
                yield begin + int(row), begin + int(other)


def _compared(
    passages: list[Passage], row: int, other: int, said_in: Callable[[int], Said]
) -> Pair | None:
    first, second = passages[row], passages[other]
    if first.source == second.source or first.audience != second.audience:
        return None
    (texts, vectors), (other_texts, other_vectors) = said_in(row), said_in(other)
    if not texts or not other_texts:
        return None
    cosines = vectors @ other_vectors.T
    pairs = []
    for i, j in zip(*np.nonzero(cosines >= ALIKE), strict=True):
        figures = [set(_FIGURE.findall(text)) for text in (texts[i], other_texts[j])]
        differ = bool(figures[0] and figures[1]) and figures[0] != figures[1]
        cosine = round(float(cosines[i, j]), 3)
        pairs.append(Pair(_guide(first), _guide(second), texts[i], other_texts[j], cosine, differ))
    return max(pairs, key=_rank, default=None)


def _rank(pair: Pair) -> tuple[bool, float]:
    return pair.contradicting, pair.cosine


def _path_of(source: str, target: str) -> Path | None:
    """The file that a link means; None if it means none on this machine."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in ("", "file") or parts.netloc or not parts.path:
        return None
    path = Path(unquote(parts.path))
    if path.is_absolute() and not parts.scheme:
        # A site's own address, such as /guides/pilot, which no folder can tell.
        return None
    return Path(source).parent / path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def by_owner(guides: Iterable[Guide]) -> dict[str, list[Guide]]:
    """Guides by their owner, those without one last."""
    owners: dict[str, list[Guide]] = {}
    for guide in guides:
        owners.setdefault(guide.owner, []).append(guide)
    return dict(sorted(owners.items(), key=lambda entry: (not entry[0], entry[0])))
