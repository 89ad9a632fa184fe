"""What people said in a week, redacted: stories, quotes, texts for themes, content to mend."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.feedback.models import CheckInRow, OverrideRow, Vote, VoteRow
from adoption.handoffs.models import HandoffRow
from adoption.privacy.redaction import redact
from adoption.questions.models import Interaction
from adoption.reports.themes import Voice
from adoption.reports.weeks import Week
from adoption.submissions.schemas import STORY, StoryFields
from adoption.submissions.submissions import Submissions
from adoption.tracking.models import FollowUp

_MOST = 5
_LONGEST_QUOTE = 280


@dataclass(frozen=True)
class StoryTold:
    """A story that may be shown, with what it saves a week in minutes where that was told."""

    text: str
    tool: str | None
    minutes: tuple[float, float] | None


@dataclass(frozen=True)
class Kept:
    """What is known of who keeps a guide.

    Attributes:
        owner: empty if unknown.
        overdue: says that its review is too long ago; empty if it is not.
    """

    owner: str
    overdue: str = ""


@dataclass(frozen=True)
class ToMend:
    """A guide whose answers did not help, or that answered though its review is too long ago.

    Attributes:
        thumbs_down: how many thumbs down answers from it got; `reason` is the most frequent.
        owner: who keeps it; empty if unknown.
        answers: how many answers cited it first.
        overdue: says that its review is too long ago; empty if it is not.
    """

    title: str
    thumbs_down: int
    reason: str | None
    owner: str = ""
    answers: int = 0
    overdue: str = ""


@dataclass(frozen=True)
class Followed:
    """What last week's digest recommended, and what was done about it."""

    subject: str
    said: str
    owner: str | None
    did: str | None


def stories_of(
    engine: Engine, start: datetime, end: datetime, names: Collection[str]
) -> list[StoryTold]:
    """The stories published in a span that people agreed to have quoted, newest first."""
    published = Submissions(engine, STORY).published_between(start, end)
    return [_story(each.fields, names) for each in published if each.fields.consent][:_MOST]


def _story(story: StoryFields, names: Collection[str]) -> StoryTold:
    minutes = story.minutes_a_week
    return StoryTold(
        quote(story.text, names),
        story.tool or None,
        None if minutes is None else (minutes, minutes),
    )


def voices_of(
    engine: Engine,
    start: datetime,
    end: datetime,
    questions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    names: Collection[str],
) -> list[Voice]:
    """Everything that people wrote in a span; only overrides and check-ins may be quotable."""
    overrides = select(OverrideRow.text, OverrideRow.consent).where(
        OverrideRow.at >= start, OverrideRow.at < end, OverrideRow.text.is_not(None)
    )
    check_ins = select(CheckInRow.comment, CheckInRow.consent).where(
        CheckInRow.done_at >= start, CheckInRow.done_at < end, CheckInRow.comment.is_not(None)
    )
    with engine.connect() as connection:
        told = [*connection.execute(overrides), *connection.execute(check_ins)]
    found = [Voice(quote(text or "", names), consent) for text, consent in told]
    found += [Voice(quote(row.question, names)) for row in questions]
    found += [Voice(quote(row.comment, names)) for row in feedback if row.comment]
    return [voice for voice in found if voice.text]


def to_mend(
    questions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    kept: Mapping[str, Kept] | None = None,
) -> list[ToMend]:
    """Guides with two thumbs down or more in a span, the worst first, then those overdue.

    Args:
        kept: who keeps each guide, by its source.
    """
    title = {row.id: row.citations[0].title for row in questions if row.citations}
    answers = Counter(title.values())
    keeper = {
        row.citations[0].title: (kept or {})[row.citations[0].source]
        for row in questions
        if row.citations and row.citations[0].source in (kept or {})
    }
    down: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for row in feedback:
        if row.vote is Vote.NEGATIVE and row.interaction_id in title:
            guide = title[row.interaction_id]
            down[guide] += 1
            if row.reason:
                reasons.setdefault(guide, Counter())[row.reason.value] += 1
    overdue = [guide for guide, each in keeper.items() if each.overdue]
    wanted = {guide for guide, count in down.items() if count > 1}.union(overdue)
    ranked = sorted(wanted, key=lambda guide: (-down[guide], -answers[guide], guide))
    unknown = Kept("")
    return [
        ToMend(
            guide,
            down[guide],
            _first(reasons.get(guide)),
            keeper.get(guide, unknown).owner,
            answers[guide],
            keeper.get(guide, unknown).overdue,
        )
        for guide in ranked[:_MOST]
    ]


def followed_up(engine: Engine, week: Week) -> list[Followed]:
    """What the digest of the week before recommended, and what came of it."""
    query = (
        select(FollowUp.subject, FollowUp.text, FollowUp.owner, FollowUp.outcome)
        .where(FollowUp.week == str(week.previous))
        .order_by(FollowUp.outcome.is_(None), FollowUp.subject)
    )
    with engine.connect() as connection:
        return [Followed(*row) for row in connection.execute(query)]


def handed_on(
    engine: Engine, start: datetime, end: datetime
) -> dict[str, tuple[datetime, datetime | None]]:
    """The questions handed to a person in a span, by id, and when they were answered."""
    query = select(HandoffRow.interaction_id, HandoffRow.asked_at, HandoffRow.answered_at).where(
        HandoffRow.asked_at >= start, HandoffRow.asked_at < end
    )
    with engine.connect() as connection:
        return {id: (asked, answered) for id, asked, answered in connection.execute(query)}


def quote(text: str, names: Collection[str]) -> str:
    """A text as it may stand in a digest: on one line, redacted, at most 280 characters."""
    line = redact(" ".join(text.split()), names)
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _first(counted: Counter[str] | None) -> str | None:
    return min(counted, key=lambda name: (-counted[name], name)) if counted else None
