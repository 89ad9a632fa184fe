"""The state of the guides: what the index holds, beside what the record tells of their use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from adoption.content import Use, uses
from adoption.record import Record
from ingest.errors import SourceFailed
from knowledge import health
from knowledge.health import DeadLink, Guide, Pair
from knowledge.snapshot import Snapshot

# Thumbs down from which a guide is looked at: one may be anyone's bad day.
_LEAST_DOWN = 2


@dataclass(frozen=True)
class ContentHealth:
    """What should be looked at.

    Attributes:
        guides: how many guides the index holds.
        stale: those whose review is too long ago or unknown, by owner.
        never_cited: those that no answer of the last `days` cited.
        voted_down: those under whose answers more thumbs went down than up.
    """

    guides: int
    days: int
    stale: dict[str, list[Guide]]
    never_cited: list[Guide]
    voted_down: list[tuple[Guide, Use]]
    pairs: list[Pair]
    dead_links: list[DeadLink]

    def as_fields(self) -> dict[str, Any]:
        """Everything as plain names, texts and numbers."""
        return asdict(self)


def content_health(
    snapshot: Snapshot,
    record: Record,
    now: datetime,
    days: int,
    answers: Callable[[str], bool] | None = None,
) -> ContentHealth:
    """The state of the guides; web links are tried with `answers` if it is given."""
    guides = health.guides_of(snapshot)
    today = now.astimezone(UTC).date()
    stale = [guide for guide in guides if health.is_stale(guide.reviewed, today, days)]
    used = {each.source: each for each in uses(record, now - timedelta(days=days))}
    down = [
        (guide, used[guide.source])
        for guide in guides
        if guide.source in used
        and used[guide.source].down >= _LEAST_DOWN
        and used[guide.source].down > used[guide.source].up
    ]
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
        voted_down=sorted(down, key=lambda each: each[1].up - each[1].down),
        pairs=health.pairs_of(snapshot),
        dead_links=dead,
    )


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
