"""Guides to fix: their answers did not help, or their review is overdue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adoption.feedback.models import Vote, VoteRow
from adoption.privacy.disclosure import show_count
from adoption.privacy.groups import Minimum, how_many
from adoption.questions.models import Interaction

_MOST = 5


@dataclass(frozen=True)
class GuideOwner:
    """Who owns a guide.

    Attributes:
        owner: empty if unknown.
        overdue: says that its review is too long ago; empty if it is not.
    """

    owner: str
    overdue: str = ""


@dataclass(frozen=True)
class GuideToFix:
    """A guide whose answers did not help, or that answers though its review is overdue.

    Attributes:
        is_disliked: whether its answers got thumbs down of as many people as may be shown.
        thumbs_down: how many, rounded; None where it is overdue only. `reason` is the most
            frequent of those that as many people gave as may be shown; None where none is.
        answers: how many answers cited it first, rounded; None where too few people got them.
    """

    title: str
    is_disliked: bool
    thumbs_down: int | None
    reason: str | None
    owner: str = ""
    answers: int | None = None
    overdue: str = ""

    @property
    def thumbs(self) -> str:
        """Its thumbs down, as people read it."""
        return f"about {self.thumbs_down} thumbs down"

    @property
    def cited(self) -> str:
        """How often it was cited, as people read it."""
        return f"cited by about {self.answers} answers" if self.answers else "cited by answers"


def guides_to_fix(
    questions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    minimum: Minimum,
    owners: Mapping[str, GuideOwner] | None = None,
    named: Mapping[str, str] | None = None,
) -> list[GuideToFix]:
    """Guides with thumbs down of enough people in a span, the worst first, then those overdue.

    From how few on a guide is named would otherwise show that nobody else's thumb is down. Their
    order is that of what is shown.

    Args:
        owners: who owns each guide, by its source.
        named: the titles of guides that may be named, by their sources; all without it, by the
            titles that they had.
    """
    first = {row.id: found for row in questions if (found := first_cited(row, named))}
    answers: dict[str, list[str]] = {}
    for asked in questions:
        if asked.id in first:
            answers.setdefault(first[asked.id].title, []).append(asked.person_id)
    known = {c.title: owner for c in first.values() if (owner := (owners or {}).get(c.source))}
    down: dict[str, list[str]] = {}
    reasons: dict[str, dict[str, list[str]]] = {}
    for row in feedback:
        if row.vote is Vote.NEGATIVE and row.interaction_id in first:
            guide = first[row.interaction_id].title
            down.setdefault(guide, []).append(row.person_id)
            if row.reason:
                given = reasons.setdefault(guide, {}).setdefault(row.reason.value, [])
                given.append(row.person_id)
    overdue = {guide for guide, owner in known.items() if owner.overdue}
    disliked = {guide for guide, people in down.items() if how_many(people) >= minimum.people}
    made = []
    for guide in disliked | overdue:
        owner = known.get(guide, GuideOwner(""))
        made.append(
            GuideToFix(
                guide,
                guide in disliked,
                show_count(down[guide], minimum) if guide in disliked else None,
                _most_frequent(reasons.get(guide, {}), minimum),
                owner.owner,
                show_count(answers[guide], minimum),
                owner.overdue,
            )
        )
    return sorted(made, key=lambda g: (-(g.thumbs_down or 0), -(g.answers or 0), g.title))[:_MOST]


@dataclass(frozen=True)
class CitedGuide:
    """A guide that an answer cites, by the title that may be shown."""

    source: str
    title: str


def first_cited(question: Interaction, named: Mapping[str, str] | None = None) -> CitedGuide | None:
    """The guide that an answer cites first, if it may be named.

    It is named as it is called now: when it was cited, it may have been another, for few.
    """
    if not question.citations:
        return None
    found = question.citations[0]
    title = found.title if named is None else named.get(found.source)
    return None if title is None else CitedGuide(found.source, title)


def _most_frequent(given: Mapping[str, Sequence[str]], minimum: Minimum) -> str | None:
    """The reason given most often, by who gave each; None where too few gave any one reason."""
    shown = [(-count, why) for why, who in given.items() if (count := show_count(who, minimum))]
    return min(shown)[1] if shown else None
