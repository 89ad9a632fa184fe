"""The weekly digest: what changed, why, what people said, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adoption.feedback.models import Vote, VoteRow
from adoption.feedback.overrides import ToolOverrides, overrides_by_tool
from adoption.measures import time_to_answer
from adoption.privacy.groups import Minimum
from adoption.privacy.redaction import redact
from adoption.questions.models import Interaction
from adoption.record import Record
from adoption.reports.digest.said_section import (
    Followed,
    Kept,
    StoryTold,
    ToMend,
    followed_up,
    handed_on,
    stories_of,
    to_mend,
    voices_of,
)
from adoption.reports.digest.use_section import UseSection, use_section
from adoption.reports.figures import (
    MOST_LISTED,
    Figures,
    Tally,
    figures_of,
    is_answered,
    is_unanswered,
    most,
    most_alike,
)
from adoption.reports.recommendations import Action, actions, findings, headline
from adoption.reports.themes import Embed, Said, themes_of_week
from adoption.reports.weeks import Week
from adoption.reports.wording import Line
from adoption.usage.queries import UseReader

__all__ = [
    "MOST_LISTED",
    "Digest",
    "Figures",
    "Kept",
    "Tally",
    "digest_of",
    "figures_of",
    "is_answered",
    "weekly_digest",
]


@dataclass(frozen=True)
class Digest:
    """One week beside the one before, in the order in which it is read.

    Attributes:
        headline: three sentences on what changed and matters.
        topics: titles of the guides that answered, by the first source of each answer.
        unanswered: questions that got no answer, those asked most often first.
        reasons: why answers did not help, as people said it.
        followed: last week's recommendations, and what was done.
    """

    week: Week
    figures: Figures
    before: Figures
    topics: Sequence[Tally]
    unanswered: Sequence[Tally]
    reasons: Sequence[Tally]
    headline: Sequence[Line] = field(default_factory=tuple)
    use: UseSection = field(default_factory=UseSection)
    overrides: Sequence[ToolOverrides] = field(default_factory=tuple)
    themes: Sequence[Said] = field(default_factory=tuple)
    stories: Sequence[StoryTold] = field(default_factory=tuple)
    mend: Sequence[ToMend] = field(default_factory=tuple)
    followed: Sequence[Followed] = field(default_factory=tuple)
    actions: Sequence[Action] = field(default_factory=tuple)


def weekly_digest(
    record: Record,
    week: Week,
    zone: ZoneInfo,
    minimum: Minimum | None = None,
    embed: Embed | None = None,
    kept: Mapping[str, Kept] | None = None,
) -> Digest:
    """The digest of `week`, which begins and ends by the clocks of `zone`.

    Reads the rows of two weeks of questions and five of overrides, and roll-ups for the rest.

    Args:
        minimum: the smallest group that is shown; 5 people where it is left out.
        embed: turns texts into vectors of length 1; without it there are no themes.
        kept: who keeps each guide, by its source.
    """
    minimum = minimum or Minimum()
    engine, reader = record.engine, UseReader(record.engine)
    names = reader.names()
    this, last = week.bounds(zone), week.previous.bounds(zone)
    asked, thumbs = record.questions.between(*this), record.feedback.votes(*this)
    asked_before, thumbs_before = record.questions.between(*last), record.feedback.votes(*last)
    digest = digest_of(week, asked, thumbs, asked_before, thumbs_before)
    voices = voices_of(engine, *this, asked, thumbs, names) if embed else []
    made = replace(
        digest,
        figures=_handed_on(figures_of(asked, thumbs, on := handed_on(engine, *this)), on),
        before=_handed_on(
            figures_of(asked_before, thumbs_before, on := handed_on(engine, *last)), on
        ),
        unanswered=[Tally(redact(gap.name, names), gap.count) for gap in digest.unanswered],
        use=use_section(reader, week.monday + timedelta(days=6), minimum),
        overrides=overrides_by_tool(engine, *this, minimum),
        themes=themes_of_week(engine, week, voices, embed) if embed else [],
        stories=stories_of(engine, *this, names),
        mend=to_mend(asked, thumbs, kept),
        followed=followed_up(engine, week),
    )
    return _advised(made, reader.owners())


def _handed_on(
    figures: Figures, questions: Mapping[str, tuple[datetime, datetime | None]]
) -> Figures:
    middle, waiting = time_to_answer(questions.values())
    return replace(figures, waiting=waiting, to_answer=middle)


def _advised(digest: Digest, owners: Mapping[str, str]) -> Digest:
    found = findings(
        digest.use,
        digest.overrides,
        digest.figures,
        digest.before,
        digest.unanswered,
        digest.mend,
        owners,
    )
    return replace(
        digest,
        headline=headline(found, digest.use, digest.figures),
        actions=actions(found),
    )


def digest_of(
    week: Week,
    interactions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    interactions_before: Sequence[Interaction],
    feedback_before: Sequence[VoteRow],
) -> Digest:
    """The digest of questions that are already at hand, without the use of the tools."""
    return Digest(
        week=week,
        figures=figures_of(interactions, feedback),
        before=figures_of(interactions_before, feedback_before),
        topics=most(row.citations[0].title for row in interactions if row.citations),
        unanswered=most_alike(row.question for row in interactions if is_unanswered(row)),
        reasons=most(
            row.reason.value for row in feedback if row.vote is Vote.NEGATIVE and row.reason
        ),
    )
