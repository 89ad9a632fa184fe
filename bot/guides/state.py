"""The state of the guides: what the index holds, beside how the record says they were used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adoption.guides.decisions import GuideStatus
from adoption.guides.statistics import GuideUse
from adoption.privacy.disclosure import ShownShare
from adoption.privacy.groups import Minimum
from adoption.record import Record
from bot.errors import OwnerUnknown
from bot.guides.taught import Taught
from ingest.errors import SourceFailed
from ingest.sync.report import Problem
from knowledge.encoding.encoder import Encoder
from knowledge.guides import health
from knowledge.guides.health import DeadLink, Guide, Pair
from knowledge.guides.reviews import Reviews
from knowledge.index.snapshot import Snapshot


@dataclass(frozen=True)
class ContentHealth:
    """What should be looked at.

    Attributes:
        guides: how many guides the index holds.
        stale: those whose review is too long ago or unknown, by owner.
        never_cited: those that no answer of the last `days` cited.
        voted_down: those under whose answers half of the thumbs went down, with the share of
            thumbs down.
        owners: how many guides each owner keeps; the empty name is for those without one.
        left_out: those that an admin has left out of answers; who keeps them is not known.
        not_indexed: files that the last sync could not read, or hid as their audience is unclear.
        taught: what people said that a section answers.
    """

    guides: int
    days: int
    stale: dict[str, list[Guide]]
    never_cited: list[Guide]
    voted_down: list[tuple[Guide, ShownShare]]
    pairs: list[Pair]
    dead_links: list[DeadLink]
    owners: dict[str, int]
    left_out: list[GuideStatus]
    not_indexed: list[Problem] = field(default_factory=list)
    taught: Sequence[Taught] = ()

    def of(self, owner: str) -> ContentHealth:
        """The same for the guides of one owner only, whatever the case of the name.

        Pairs are those with at least one guide of the owner.

        Raises:
            OwnerUnknown: no guide has such an owner.
        """

        def own(guide: Guide) -> bool:
            return _alike(guide.owner, owner)

        known = {*self.owners, *(each.owner for each in self.not_indexed)}
        if not any(_alike(name, owner) for name in known):
            names = sorted(name for name in known if name)
            raise OwnerUnknown(
                f"No guide has the owner “{owner}”. The owners are: {', '.join(names) or 'none'}."
            )
        return replace(
            self,
            guides=sum(count for name, count in self.owners.items() if _alike(name, owner)),
            stale={name: guides for name, guides in self.stale.items() if _alike(name, owner)},
            never_cited=[guide for guide in self.never_cited if own(guide)],
            voted_down=[(guide, share) for guide, share in self.voted_down if own(guide)],
            pairs=[pair for pair in self.pairs if own(pair.first) or own(pair.second)],
            dead_links=[dead for dead in self.dead_links if own(dead.guide)],
            owners={name: count for name, count in self.owners.items() if _alike(name, owner)},
            left_out=[],
            not_indexed=[each for each in self.not_indexed if _alike(each.owner, owner)],
            taught=[each for each in self.taught if own(each.guide)],
        )

    def as_fields(self) -> dict[str, Any]:
        """Everything as plain names, texts and numbers."""
        out = [
            {"title": each.title, "source": each.source, "since": each.at.isoformat()}
            for each in self.left_out
        ]
        taught = [each.as_fields() for each in self.taught]
        found = asdict(replace(self, left_out=[], taught=()))
        return found | {"left_out": out, "taught": taught}


def content_health(
    snapshot: Snapshot,
    encoder: Encoder,
    record: Record,
    now: datetime,
    days: int,
    minimum: Minimum,
    answers: Callable[[str], bool] | None = None,
) -> ContentHealth:
    """The state of the guides; web links are tried with `answers` if it is given."""
    guides = health.guides_of(snapshot)
    today = now.astimezone(UTC).date()
    reviews = Reviews(days, lambda: today)
    stale = [guide for guide in guides if reviews.wanted(guide.reviewed, guide.kind)]
    used = {each.source: each for each in record.guide_statistics.uses(*counted_days(now, days))}
    dead = health.dead_links(snapshot)
    if answers is not None:
        dead += [
            DeadLink(guide, url)
            for url, linking in health.web_links(snapshot).items()
            if not answers(url)
            for guide in linking
        ]
    return ContentHealth(
        guides=len(guides),
        days=days,
        stale=health.by_owner(stale),
        never_cited=[guide for guide in guides if guide.source not in used],
        voted_down=[
            (guide, use.shown(minimum).thumbs_down)
            for guide, use in voted_down(guides, used, minimum)
        ],
        pairs=health.pairs_of(snapshot, encoder),
        dead_links=dead,
        owners=dict(Counter(guide.owner for guide in guides)),
        left_out=record.guide_decisions.excluded(),
    )


def counted_days(now: datetime, days: int) -> tuple[datetime, datetime]:
    """So many whole days up to yesterday: the first moment, and the first one after."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days), today


def voted_down(
    guides: Sequence[Guide], used: Mapping[str, GuideUse], minimum: Minimum
) -> list[tuple[Guide, GuideUse]]:
    """Guides under whose answers half of the thumbs went down, of enough people, the worst first.

    From how few on a guide is named would otherwise show that nobody else's thumb is down.
    """
    down = [
        (guide, use)
        for guide in guides
        if (use := used.get(guide.source)) and use.did_not_help(minimum)
    ]
    return sorted(down, key=lambda each: -(each[1].shown(minimum).thumbs_down.value or 0.0))


def _alike(name: str, other: str) -> bool:
    return name.strip().casefold() == other.strip().casefold()


def link_answers(private: frozenset[str]) -> Callable[[str], bool]:
    """Whether something is at a web address, asked as carefully as a source is read."""
    from urllib.parse import urlsplit

    from ingest.sources.web import Web, WebLimits

    def answers(url: str) -> bool:
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").rstrip(".")
            named = frozenset({f"{host}:{parts.port}" if parts.port else host})
            web = Web(named | {host}, private, WebLimits(seconds=10.0))
            return web.get(url).status not in (404, 410)
        except (SourceFailed, ValueError) as error:
            # Too large or of another host than at first: something is there.
            return "more than" in str(error) or "leads to" in str(error)

    return answers
