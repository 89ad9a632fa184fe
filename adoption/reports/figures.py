"""A week of questions in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from adoption.feedback.models import Vote, VoteRow
from adoption.measures import Share, answered_share, contained_share
from adoption.questions.models import Interaction, Outcome

# As many lines as people read in a message before they stop.
MOST_LISTED = 10
# By whoever asked, before there was an end to count.
_GIVEN_UP = frozenset({Outcome.STOPPED, Outcome.WITHDRAWN})


@dataclass(frozen=True)
class Tally:
    """Something and how often it came up."""

    name: str
    count: int


@dataclass(frozen=True)
class Figures:
    """One week in numbers.

    Attributes:
        questions: asked in the week.
        people: different people who asked.
        answered: questions answered, also with “not sure”, of all that were left to be answered:
            what its asker stopped or took back is neither.
        helpful: thumbs up of all thumbs under the week's answers; each person's last one counts.
        contained: answered and not handed to a person, of the same.
        handed_on: questions handed to a person in the week, and how many of them `waiting`.
        to_answer: median time from handing on to a person's answer.
    """

    questions: int
    people: int
    answered: Share
    helpful: Share
    contained: Share = Share(0, 0)  # noqa: RUF009
    handed_on: int = 0
    waiting: int = 0
    to_answer: timedelta | None = None


def figures_of(
    interactions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    handed_on: Collection[str] = (),
) -> Figures:
    """The numbers of a week from its rows; `handed_on` are ids of questions."""
    answered = [row.id for row in interactions if is_answered(row)]
    left = sum(row.outcome not in _GIVEN_UP for row in interactions)
    positive = sum(row.vote is Vote.POSITIVE for row in feedback)
    return Figures(
        questions=len(interactions),
        people=len({row.person_id for row in interactions}),
        answered=answered_share(len(answered), left),
        helpful=Share(positive, len(feedback)),
        contained=contained_share(answered, handed_on, left),
        handed_on=len(handed_on),
    )


def is_answered(row: Interaction) -> bool:
    """Whether a question got an answer with sources, be it a hesitant one."""
    return row.outcome in (Outcome.ANSWERED, Outcome.UNSURE)


def is_unanswered(row: Interaction) -> bool:
    """Whether a question was left without an answer, and its asker still stands by it."""
    return row.outcome in (Outcome.ABSTAINED, Outcome.FAILED) and bool(row.question)


def most(names: Iterable[str]) -> list[Tally]:
    """The ten most frequent names."""
    counted = Counter(names)
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Tally(name, count) for name, count in ranked[:MOST_LISTED]]


def alike(question: str) -> str:
    """What questions have in common that differ only in case, spaces or a final mark."""
    return " ".join(question.split()).rstrip("?!. ").casefold()


def most_alike(questions: Iterable[str]) -> list[Tally]:
    """Counts questions that differ only in case, spaces or a final mark as one."""
    wording: dict[str, str] = {}
    keys = []
    for question in questions:
        key = alike(question)
        wording.setdefault(key, " ".join(question.split()))
        keys.append(key)
    return [Tally(wording[tally.name], tally.count) for tally in most(keys)]
