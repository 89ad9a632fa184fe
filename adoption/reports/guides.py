"""Guides to fix: their answers did not help, or their review is overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from adoption.feedback.models import Vote, VoteRow
from adoption.privacy.groups import Minimum
from adoption.questions.models import CitationRow, Interaction

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
        thumbs_down: how many thumbs down its answers got; None where several, from fewer people
            than the minimum. `reason` is the most frequent.
        answers: how many answers cited it first.
    """

    title: str
    thumbs_down: int | None
    reason: str | None
    owner: str = ""
    answers: int = 0
    overdue: str = ""

    @property
    def is_disliked(self) -> bool:
        """Whether it got two thumbs down or more."""
        return self.thumbs_down is None or self.thumbs_down > 1

    @property
    def thumbs(self) -> str:
        """Its thumbs down, as people read it."""
        return f"{self.thumbs_down or ''} thumbs down".lstrip()


def guides_to_fix(
    questions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    minimum: Minimum,
    owners: Mapping[str, GuideOwner] | None = None,
    named: Collection[str] | None = None,
) -> list[GuideToFix]:
    """Guides with two thumbs down or more in a span, the worst first, then those overdue.

    Args:
        owners: who owns each guide, by its source.
        named: the sources of guides that may be named; all without it.
    """
    first = {row.id: found for row in questions if (found := first_cited(row, named))}
    answers = Counter(cited.title for cited in first.values())
    known = {c.title: owner for c in first.values() if (owner := (owners or {}).get(c.source))}
    down: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    for row in feedback:
        if row.vote is Vote.NEGATIVE and row.interaction_id in first:
            guide = first[row.interaction_id].title
            down[guide] += 1
            people.setdefault(guide, set()).add(row.person_id)
            if row.reason:
                reasons.setdefault(guide, Counter())[row.reason.value] += 1
    overdue = {guide for guide, owner in known.items() if owner.overdue}
    wanted = {guide for guide, count in down.items() if count > 1} | overdue
    ranked = sorted(wanted, key=lambda guide: (-down[guide], -answers[guide], guide))
    made = []
    for guide in ranked[:_MOST]:
        owner = known.get(guide, GuideOwner(""))
        reason = _most_frequent(reasons.get(guide, Counter()))
        few = down[guide] > 1 and len(people[guide]) < minimum.people
        thumbs = None if few else down[guide]
        made.append(GuideToFix(guide, thumbs, reason, owner.owner, answers[guide], owner.overdue))
    return made


def first_cited(question: Interaction, named: Collection[str] | None = None) -> CitationRow | None:
    """The guide that an answer cites first, if it may be named."""
    found = question.citations[0] if question.citations else None
    return None if found is None or (named is not None and found.source not in named) else found


def _most_frequent(counted: Counter[str]) -> str | None:
    return min(counted, key=lambda name: (-counted[name], name)) if counted else None
