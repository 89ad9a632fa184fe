"""The guides of the live index, and who keeps them: read once for each version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adoption.digest import Kept
from knowledge.errors import IndexEmpty, IndexUnavailable
from knowledge.health import Guide, guides_of
from knowledge.index import Index
from knowledge.reviews import Reviews, overdue_in_words


class Shelf:
    """What digests and Home tell of the guides."""

    def __init__(self, index: Index, reviews: Reviews) -> None:
        self._index = index
        self._reviews = reviews
        self._read: tuple[str, Sequence[Guide]] = ("", ())

    def guides(self) -> Sequence[Guide]:
        """Every guide of the live index, by source; none while there is no index."""
        try:
            snapshot = self._index.snapshot()
        except (IndexEmpty, IndexUnavailable):
            return ()
        # A guide's passages are many, and change with the index only.
        if self._read[0] != snapshot.version:
            self._read = (snapshot.version, guides_of(snapshot))
        return self._read[1]

    def kept(self) -> Mapping[str, Kept]:
        """Who keeps each guide, and whether its review is too long ago, by its source."""
        return {guide.source: Kept(guide.owner, self._overdue(guide)) for guide in self.guides()}

    def overdue(self) -> list[Guide]:
        """The guides whose review is too long ago, the oldest review first."""
        found = [guide for guide in self.guides() if self._overdue(guide)]
        return sorted(found, key=lambda guide: (guide.reviewed, guide.source))

    def _overdue(self, guide: Guide) -> str:
        overdue = self._reviews.overdue(guide.reviewed, guide.kind)
        return overdue_in_words(guide.reviewed) if overdue else ""
