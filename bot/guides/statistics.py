"""The guides of the live index, who keeps them, and how they are used and rated."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adoption.guides.statistics import GuideUse
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.guides import GuideOwner
from bot.guides.state import counted_days, voted_down
from knowledge.errors import IndexEmpty, IndexUnavailable
from knowledge.guides.health import Guide, guides_of
from knowledge.guides.reviews import Reviews, overdue_in_words
from knowledge.index.index import Index
from knowledge.index.passages import EVERYONE

# Until so many answers were given, that a guide is in none of them tells nothing.
LEAST_ANSWERS = 50
# All citations of half a year are counted; what took long is good for twenty times as long.
_GOOD_FOR = 20


@dataclass(frozen=True)
class UseOfGuides:
    """Citations of the guides and votes on them, in the days for which a review holds.

    Attributes:
        answers: how many answers cited a guide.
        used: the use of each guide that was cited, by its source.
    """

    answers: int
    used: Mapping[str, GuideUse]


class GuideStatistics:
    """Figures about guides for digests and Home; slow ones are cached for a while."""

    def __init__(self, index: Index, record: Record, reviews: Reviews) -> None:
        self._index = index
        self._record = record
        self._reviews = reviews
        self._read: tuple[str, Sequence[Guide]] = ("", ())
        self._use: UseOfGuides | None = None
        self._good_until = 0.0

    @property
    def days(self) -> int:
        """For how many days a review holds, and how far back use is counted."""
        return self._reviews.days

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

    def owners(self) -> Mapping[str, GuideOwner]:
        """Who keeps each guide, and whether its review is too long ago, by its source."""
        return {
            guide.source: GuideOwner(guide.owner, self._overdue(guide)) for guide in self.guides()
        }

    def audiences(self) -> Mapping[str, str]:
        """Whom each guide is for, by its source."""
        return {guide.source: guide.audience for guide in self.guides()}

    def public_titles(self) -> Mapping[str, str]:
        """The titles of the guides that everyone may read, by their sources."""
        return {each.source: each.title for each in self.guides() if each.audience == EVERYONE}

    def overdue(self) -> list[Guide]:
        """The guides whose review is too long ago, the oldest review first."""
        found = [guide for guide in self.guides() if self._overdue(guide)]
        return sorted(found, key=lambda guide: (guide.reviewed, guide.source))

    def use(self, now: datetime) -> UseOfGuides:
        """Citations and votes; of a moment ago where there is much to count."""
        begin = time.monotonic()
        if self._use is None or begin >= self._good_until:
            span, statistics = self.span(now), self._record.guide_statistics
            used = {each.source: each for each in statistics.uses(*span)}
            self._use = UseOfGuides(statistics.citing(*span), used)
            took = time.monotonic() - begin
            self._good_until = begin + took * (1 + _GOOD_FOR)
        return self._use

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """The days whose answers are counted."""
        return counted_days(now, self.days)

    def voted_down(self, now: datetime, minimum: Minimum) -> list[tuple[Guide, GuideUse]]:
        """Guides under whose answers half of the thumbs of enough people went down."""
        return voted_down(self.guides(), self.use(now).used, minimum)

    def unused(self, now: datetime) -> list[Guide]:
        """Guides that no answer cited, once there were enough answers; stories are left out."""
        use = self.use(now)
        if use.answers < LEAST_ANSWERS:
            return []
        return [g for g in self.guides() if g.source not in use.used and g.kind != "story"]

    def _overdue(self, guide: Guide) -> str:
        overdue = self._reviews.overdue(guide.reviewed, guide.kind)
        return overdue_in_words(guide.reviewed) if overdue else ""
