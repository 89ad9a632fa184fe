"""The guides that a caller may read: the list of them, and each as one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adoption.guides.decisions import guide_id
from bot.answering.scopes import audiences_for
from bot.container import Container
from bot.mcp.caller import Caller
from bot.mcp.tool import CallRefused
from bot.slack.errors import SlackError
from bot.slack.messages import PUBLIC
from bot.texts import texts
from bot.tools import known_audiences
from knowledge.errors import IndexEmpty, IndexUnavailable
from knowledge.guides.health import Guide
from knowledge.guides.reviews import Reviews, overdue_in_words
from knowledge.index.passages import Passage
from knowledge.index.snapshot import Snapshot

# Passages of these roles are no part of what a guide says.
_NO_CONTENT = frozenset({"navigation", "boilerplate"})


@dataclass(frozen=True)
class GuideText:
    """A guide with its whole text, as Markdown."""

    id: str
    guide: Guide
    text: str


def readable_audiences(container: Container, caller: Caller) -> frozenset[str]:
    """The audiences of the guides that a caller may read.

    Raises:
        CallRefused: Slack does not say now who they are.
    """
    if caller.is_local:
        return known_audiences(container.index) | PUBLIC
    if not caller.is_person:
        return PUBLIC
    try:
        return audiences_for(container, caller.account)
    except SlackError:
        raise CallRefused(texts("mcp")["slack_silent"]) from None


def readable_guides(container: Container, caller: Caller) -> list[Guide]:
    """The guides that a caller may read, by title.

    Raises:
        CallRefused: as `readable_audiences`.
    """
    audiences = readable_audiences(container, caller)
    found = [each for each in container.guides.guides() if each.audience in audiences]
    return sorted(found, key=lambda each: (each.title.casefold(), each.source))


def readable_guide(container: Container, caller: Caller, wanted: str) -> GuideText:
    """A guide with its text, by its id or its title.

    Raises:
        CallRefused: there is none that the caller may read, or the index cannot be read.
    """
    guides = readable_guides(container, caller)
    named = wanted.strip().casefold()
    guide = next((g for g in guides if guide_id(g.source) == wanted), None) or next(
        (g for g in guides if g.title.strip().casefold() == named), None
    )
    if guide is None:
        raise CallRefused(texts("mcp")["unknown_guide"])
    try:
        passages = _passages_of(container.index.snapshot(), guide)
    except (IndexEmpty, IndexUnavailable):
        raise CallRefused(texts("mcp")["unavailable"]) from None
    return GuideText(guide_id(guide.source), guide, _as_markdown(guide.title, passages))


def warning_about(container: Container, reviewed: str, kind: str) -> str:
    """What the reader should know of a guide's age; empty where there is nothing."""
    reviews = Reviews(container.settings.review_after, lambda: container.now().date())
    return overdue_in_words(reviewed) if reviews.overdue(reviewed, kind) else ""


def _passages_of(snapshot: Snapshot, guide: Guide) -> Sequence[Passage]:
    rows = (snapshot.passage(row) for row in range(len(snapshot)))
    own = [
        each
        for each in rows
        if each.source == guide.source
        and each.audience == guide.audience
        and each.role not in _NO_CONTENT
    ]
    return sorted(own, key=lambda each: each.position)


def _as_markdown(title: str, passages: Sequence[Passage]) -> str:
    parts = [f"# {title}"]
    above: tuple[str, ...] = ()
    for each in passages:
        headings = tuple(heading for heading in each.headings if heading != title)
        if headings != above and headings:
            parts.append(f"## {' › '.join(headings)}")
        above = headings
        parts.append(each.text)
    return "\n\n".join(parts)
