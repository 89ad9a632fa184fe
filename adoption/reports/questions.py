"""A week of questions in figures, and the gaps: questions that the guides don't answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from adoption.feedback.models import Vote, VoteRow
from adoption.handoffs.models import HandoffRow
from adoption.measures import answered_share, helpful_share, resolved_share, time_to_answer
from adoption.privacy.disclosure import (
    HIDDEN,
    ShownShare,
    show_count,
    show_people,
    show_share,
    show_time,
)
from adoption.privacy.groups import Minimum, how_many
from adoption.privacy.redaction import redact
from adoption.questions.dismissed import Dismissed, alike
from adoption.questions.models import Interaction, Outcome

# As many lines as people read in a message before they stop.
MOST_LISTED = 10
# By whoever asked, before there was an end to count.
_GIVEN_UP = frozenset({Outcome.STOPPED, Outcome.WITHDRAWN})
# Two questions nearer than this ask the same (cosine of all-MiniLM-L6-v2).
_SAME = 0.8

Vectors = NDArray[np.float32]
# Gives one vector of length 1 for each text.
Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class HandedOn:
    """Whose question was handed to a person when, and when it was answered."""

    person: str
    asked_at: datetime
    answered_at: datetime | None


# By question.
HandOffs = Mapping[str, HandedOn]


@dataclass(frozen=True)
class Tally:
    """Something and about how often it came up; None where by fewer people than the minimum."""

    name: str
    count: int | None


@dataclass(frozen=True)
class Gap:
    """A question that the guides don't answer.

    Attributes:
        count: how often it was asked, rounded; None where fewer people than the minimum did.
        wordings: all its wordings, the most frequent first.
    """

    name: str
    count: int | None
    wordings: Sequence[str] = ()


@dataclass(frozen=True)
class DismissedGap:
    """A question that the guides don't answer, and the account that dismissed it."""

    gap: Gap
    by: str


@dataclass(frozen=True)
class Gaps:
    """What the guides don't answer: what needs an answer, and what was dismissed."""

    open: Sequence[Gap] = ()
    dismissed: Sequence[DismissedGap] = ()


@dataclass(frozen=True)
class QuestionFigures:
    """One week of questions.

    Attributes:
        questions: how many were asked, rounded; None where by fewer people than the minimum.
        people: how many people asked, rounded; None where they are fewer than the minimum.
        answered: answered with sources, “not sure” too, of all that their askers left standing.
        resolved: answered and not handed to a person, of the same.
        helpful: thumbs up of all thumbs; each person's last one counts.
        handed_on: questions handed to a person in the week; `waiting` have no answer yet. Both
            are rounded; None where they are of fewer people than the minimum.
        to_answer: median time from handing on to a person's answer; None where too few people's
            questions have one.
    """

    questions: int | None = 0
    people: int | None = 0
    answered: ShownShare = HIDDEN
    resolved: ShownShare = HIDDEN
    helpful: ShownShare = HIDDEN
    handed_on: int | None = 0
    waiting: int | None = 0
    to_answer: timedelta | None = None


def question_figures(
    questions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    handed_on: HandOffs,
    minimum: Minimum,
) -> QuestionFigures:
    """The figures of a week, as they may be shown, from its rows."""
    standing = [row for row in questions if row.outcome not in _GIVEN_UP]
    asked, votes = _people(standing), _people(feedback)
    answered = {row.id: row.person_id for row in standing if is_answered(row)}
    positive = _people(row for row in feedback if row.vote is Vote.POSITIVE)
    answered_by_people = [each for each in handed_on.values() if each.answered_at is not None]
    waiting = [each.person for each in handed_on.values() if each.answered_at is None]
    return QuestionFigures(
        questions=show_count(_people(questions), minimum),
        people=show_people(set(_people(questions)), minimum),
        answered=show_share(answered_share(answered.values(), asked), minimum, how_many(asked)),
        resolved=show_share(resolved_share(answered, handed_on, asked), minimum, how_many(asked)),
        helpful=show_share(helpful_share(positive, votes), minimum, how_many(votes)),
        handed_on=show_count([each.person for each in handed_on.values()], minimum),
        waiting=show_count(waiting, minimum),
        to_answer=_to_answer(answered_by_people, minimum),
    )


def _to_answer(handed_on: Sequence[HandedOn], minimum: Minimum) -> timedelta | None:
    if how_many(each.person for each in handed_on) < minimum.people:
        return None
    return show_time(time_to_answer((each.asked_at, each.answered_at) for each in handed_on))


def _people(rows: Iterable[Interaction | VoteRow]) -> list[str]:
    """The pseudonym behind each question or thumb."""
    return [row.person_id for row in rows]


def hand_offs(engine: Engine, start: datetime, end: datetime) -> HandOffs:
    """The questions handed to a person in a span."""
    row = HandoffRow
    query = select(row.interaction_id, row.person_id, row.asked_at, row.answered_at).where(
        row.asked_at >= start, row.asked_at < end
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return {id: HandedOn(person, asked, answered) for id, person, asked, answered in rows}


def is_answered(row: Interaction) -> bool:
    """Whether a question got an answer with sources, be it a hesitant one."""
    return row.outcome in (Outcome.ANSWERED, Outcome.UNSURE)


def is_unanswered(row: Interaction) -> bool:
    """Whether a question has no answer, and its asker still wants one."""
    return row.outcome in (Outcome.ABSTAINED, Outcome.FAILED) and bool(row.question)


def most(named: Iterable[tuple[str, str]], minimum: Minimum) -> list[Tally]:
    """The ten names that come up most often, each given with the pseudonym of a person.

    They are in the order of what is shown: that of the exact counts would say which is larger.
    """
    by_name: dict[str, list[str]] = {}
    for name, person in named:
        by_name.setdefault(name, []).append(person)
    shown = [Tally(name, show_count(people, minimum)) for name, people in by_name.items()]
    return sorted(shown, key=lambda each: (-(each.count or 0), each.name))[:MOST_LISTED]


@dataclass
class _Asked:
    wordings: list[str]
    people: list[str] = field(default_factory=list)

    def take_in(self, other: _Asked) -> None:
        self.wordings += other.wordings
        self.people += other.people


def same_meaning(question: str, others: Sequence[str], embed: Embed) -> list[bool]:
    """Which of `others` ask the same, as gaps are merged: in the same words, or near in meaning."""
    if not others:
        return []
    vectors = embed([question, *others])
    near = vectors[1:] @ vectors[0]
    return [
        alike(other) == alike(question) or float(cosine) >= _SAME
        for other, cosine in zip(others, near, strict=True)
    ]


def gaps_of(
    questions: Iterable[Interaction],
    names: Collection[str],
    minimum: Minimum,
    embed: Embed | None = None,
    dismissed: Sequence[Dismissed] = (),
) -> Gaps:
    """The ten questions asked most often without an answer, redacted, as far as is shown.

    Args:
        names: hashes of name words, for redaction.
        embed: merges wordings with the same meaning; without it only those alike but for case.
        dismissed: what needs no answer, in the same words or with the same meaning.
    """
    asked: dict[str, _Asked] = {}
    for row in filter(is_unanswered, questions):
        each = asked.setdefault(alike(row.question), _Asked([" ".join(row.question.split())]))
        each.people.append(row.person_id)
    merged = _merged(sorted(asked.values(), key=_rank), embed)
    gaps = [
        Gap(
            redact(each.wordings[0], names),
            show_count(each.people, minimum),
            [redact(wording, names) for wording in each.wordings],
        )
        for each in merged
    ]
    gaps.sort(key=lambda gap: (-(gap.count or 0), gap.name))
    return _without_dismissed(gaps, dismissed, embed)


def _without_dismissed(
    gaps: Sequence[Gap], dismissed: Sequence[Dismissed], embed: Embed | None
) -> Gaps:
    who = _dismissals(gaps, dismissed, embed) if dismissed else [None] * len(gaps)
    pairs = list(zip(gaps, who, strict=True))
    found = [DismissedGap(gap, by) for gap, by in pairs if by is not None]
    return Gaps([gap for gap, by in pairs if by is None][:MOST_LISTED], found[:MOST_LISTED])


def _dismissals(
    gaps: Sequence[Gap], dismissed: Sequence[Dismissed], embed: Embed | None
) -> list[str | None]:
    """For each gap, the account that dismissed it; None where nobody did."""
    by_words = {alike(each.question): each.by for each in dismissed}
    found = [
        next((by_words[alike(w)] for w in gap.wordings if alike(w) in by_words), None)
        for gap in gaps
    ]
    if embed is None or not gaps:
        return found
    asked, closed = (
        embed(texts) for texts in ([g.name for g in gaps], [d.question for d in dismissed])
    )
    for number, near in enumerate(asked @ closed.T):
        best = int(np.argmax(near))
        if found[number] is None and near[best] >= _SAME:
            found[number] = dismissed[best].by
    return found


def _rank(asked: _Asked) -> tuple[int, str]:
    return -len(asked.people), asked.wordings[0]


def _merged(ranked: list[_Asked], embed: Embed | None) -> list[_Asked]:
    """Merges each question into the most frequent one with the same meaning."""
    if embed is None or len(ranked) < 2:
        return ranked
    vectors = embed([each.wordings[0] for each in ranked])
    kept: list[int] = []
    for number, each in enumerate(ranked):
        near = [place for place in kept if float(vectors[place] @ vectors[number]) >= _SAME]
        if near:
            ranked[near[0]].take_in(each)
        else:
            kept.append(number)
    return [ranked[place] for place in kept]
