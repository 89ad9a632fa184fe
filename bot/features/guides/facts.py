"""What an admin is shown of guides, from the index and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from adoption.guides.decisions import GuideStatus, guide_id
from adoption.guides.statistics import GuideUse
from bot.container import Container
from bot.features.guides.blocks import GuideFacts, GuideLine, votes_text
from bot.slack.identity import mention
from bot.texts import texts
from knowledge.guides.health import Guide
from knowledge.guides.reviews import day_of, overdue_in_words

_MOST_COMPLAINTS = 5


def facts_of(container: Container, id: str) -> GuideFacts | None:
    """What is known of a guide of the live index; None if there is none with that id."""
    guide, guides, now = guide_named(container, id), container.guides, container.now()
    if guide is None:
        return None
    use = guides.use(now).used.get(guide.source, GuideUse(guide.source))
    complaints = container.record.guide_statistics.complaints(
        guide.source,
        guides.span(now),
        container.record.name_hashes(),
        container.minimum,
        _MOST_COMPLAINTS,
    )
    return GuideFacts(
        id=id,
        title=guide.title,
        kind=guide.kind,
        owner=guide.owner,
        review=_review(guide),
        where=Path(guide.source).name,
        link=guide.link,
        days=guides.days,
        use=use.shown(container.minimum),
        complaints=complaints,
    )


def guide_lists(container: Container) -> Mapping[str, Sequence[GuideLine]]:
    """The guides that need an admin, by what is the matter with them."""
    say, guides, now = texts("guides"), container.guides, container.now()
    days = guides.days
    unused = say["never_used"].format(days=days)
    return {
        "stale": [_line(each, overdue_in_words(each.reviewed)) for each in guides.overdue()],
        "voted_down": [
            _line(each, votes_text(use.shown(container.minimum), days))
            for each, use in guides.voted_down(now, container.minimum)
        ],
        "unused": [_line(each, unused) for each in guides.unused(now)],
        "excluded": [_excluded(each) for each in container.record.guide_decisions.excluded()],
    }


def guide_named(container: Container, id: str) -> Guide | None:
    """The guide of the live index with that id, or None."""
    return next((each for each in container.guides.guides() if guide_id(each.source) == id), None)


def _line(guide: Guide, says: str) -> GuideLine:
    return GuideLine(guide_id(guide.source), guide.title, says, guide.owner)


def _excluded(status: GuideStatus) -> GuideLine:
    says = texts("guides")["excluded_by"].format(admin=mention(status.by))
    return GuideLine(guide_id(status.source), status.title, says)


def _review(guide: Guide) -> str:
    day = day_of(guide.reviewed)
    if day is None:
        return overdue_in_words(guide.reviewed)
    return texts("guides")["reviewed"].format(day=f"{day.day} {day:%b %Y}")
