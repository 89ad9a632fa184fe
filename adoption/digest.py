"""The weekly digest: what was asked, what could not be answered, what people made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from adoption.measures import Share
from adoption.models import Feedback, Interaction, Outcome, Vote
from adoption.record import Record
from adoption.weeks import Week

# As many lines as people read in a message before they stop.
MOST_LISTED = 10


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
        answered: questions answered, also with “not sure”, of all asked.
        helpful: thumbs up of all thumbs under the week's answers; each person's last one counts.
    """

    questions: int
    people: int
    answered: Share
    helpful: Share


@dataclass(frozen=True)
class Digest:
    """One week beside the one before.

    Attributes:
        topics: titles of the guides that answered, by the first source of each answer.
        unanswered: questions that got no answer, those asked most often first.
        reasons: why answers did not help, as people said it.
    """

    week: Week
    figures: Figures
    before: Figures
    topics: Sequence[Tally]
    unanswered: Sequence[Tally]
    reasons: Sequence[Tally]


def weekly_digest(record: Record, week: Week, zone: ZoneInfo) -> Digest:
    """The digest of `week`, which begins and ends by the clocks of `zone`."""
    this, last = week.bounds(zone), week.previous.bounds(zone)
    return digest_of(
        week,
        record.interactions(*this),
        record.feedback(*this),
        record.interactions(*last),
        record.feedback(*last),
    )


def digest_of(
    week: Week,
    interactions: Sequence[Interaction],
    feedback: Sequence[Feedback],
    interactions_before: Sequence[Interaction],
    feedback_before: Sequence[Feedback],
) -> Digest:
    """The digest of rows that are already at hand."""
    return Digest(
        week=week,
        figures=figures_of(interactions, feedback),
        before=figures_of(interactions_before, feedback_before),
        topics=_most(row.citations[0].title for row in interactions if row.citations),
        unanswered=_most_alike(row.question for row in interactions if not is_answered(row)),
        reasons=_most(
            row.reason.value for row in feedback if row.vote is Vote.NEGATIVE and row.reason
        ),
    )


def figures_of(interactions: Sequence[Interaction], feedback: Sequence[Feedback]) -> Figures:
    """The numbers of a week from its rows."""
    answered = sum(map(is_answered, interactions))
    positive = sum(row.vote is Vote.POSITIVE for row in feedback)
    return Figures(
        questions=len(interactions),
        people=len({row.person_id for row in interactions}),
        answered=Share(answered, len(interactions)),
        helpful=Share(positive, len(feedback)),
    )


def is_answered(row: Interaction) -> bool:
    """Whether a question got an answer with sources, be it a hesitant one."""
    return row.outcome in (Outcome.ANSWERED, Outcome.UNSURE)


def _most(names: Iterable[str]) -> list[Tally]:
    counted = Counter(names)
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Tally(name, count) for name, count in ranked[:MOST_LISTED]]


def _most_alike(questions: Iterable[str]) -> list[Tally]:
    """Counts questions that differ only in case, spaces or a final mark as one."""
    wording: dict[str, str] = {}
    keys = []
    for question in questions:
        key = " ".join(question.split()).rstrip("?!. ").casefold()
        wording.setdefault(key, " ".join(question.split()))
        keys.append(key)
    return [Tally(wording[tally.name], tally.count) for tally in _most(keys)]
