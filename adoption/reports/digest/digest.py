"""The weekly digest: one week beside last week, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from adoption.feedback.models import Vote
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.actions import ActionBook, Point
from adoption.reports.feedback.overrides import ToolOverrides, overrides_by_tool
from adoption.reports.feedback.quotes import (
    Comment,
    DidInstead,
    StoryQuote,
    comments_of,
    done_instead,
    stories_of,
    voices_of,
)
from adoption.reports.feedback.savings import HoursSaved, hours_saved
from adoption.reports.feedback.themes import ThemeOfWeek, themes_of_week
from adoption.reports.guides import GuideOwner, GuideToFix, first_cited, guides_to_fix
from adoption.reports.key_figures import KeyFigure, key_figures
from adoption.reports.places import asked_in, places_of
from adoption.reports.programme import programme_parts
from adoption.reports.programme.part import Span
from adoption.reports.questions import (
    Embed,
    Gap,
    QuestionFigures,
    Tally,
    gaps_of,
    hand_offs,
    most,
    question_figures,
)
from adoption.reports.recommendations import (
    NOT_OVER,
    Recommendation,
    by_weight,
    findings,
    headline,
    may_be_named,
    recommendations,
    too_few,
)
from adoption.reports.rich_text import RichText, Section
from adoption.reports.targets import Targets
from adoption.reports.use import WeeklyUse, weekly_use
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader


@dataclass(frozen=True)
class Digest:
    """One week beside last week.

    Attributes:
        headline: the one sentence to take away.
        key_figures: the four figures that sum up the week, with their change and target; none of
            a week that isn't over.
        places: from where questions were asked.
        topics: titles of the guides that answered, by the first source of each answer.
        gaps: questions without an answer, those asked most often first.
        reasons: why answers did not help.
        did_instead: what people did instead of a recommendation.
        followed: last week's recommendations, and what was done.
        programme: how training, pulse, rollout and nudges stand.
        recommendations: what to do this week.
        is_example: whether all of it is made up.
    """

    week: Week
    headline: RichText = ()
    questions: QuestionFigures = field(default_factory=QuestionFigures)
    before: QuestionFigures = field(default_factory=QuestionFigures)
    use: WeeklyUse = field(default_factory=WeeklyUse)
    key_figures: Sequence[KeyFigure] = ()
    recommendations: Sequence[Recommendation] = ()
    gaps: Sequence[Gap] = ()
    places: Sequence[Tally] = ()
    topics: Sequence[Tally] = ()
    overrides: Sequence[ToolOverrides] = ()
    did_instead: Sequence[DidInstead] = ()
    themes: Sequence[ThemeOfWeek] = ()
    comments: Sequence[Comment] = ()
    stories: Sequence[StoryQuote] = ()
    saved: HoursSaved | None = None
    reasons: Sequence[Tally] = ()
    guides: Sequence[GuideToFix] = ()
    followed: Sequence[Point] = ()
    programme: Sequence[Section] = ()
    is_example: bool = False


def weekly_digest(
    record: Record,
    week: Week,
    zone: ZoneInfo,
    minimum: Minimum | None = None,
    embed: Embed | None = None,
    guide_owners: Mapping[str, GuideOwner] | None = None,
    label: Callable[[str], str] = str,
    named: Mapping[str, str] | None = None,
    features_off: Collection[str] = (),
    is_over: bool = True,
) -> Digest:
    """The digest of `week`, which begins and ends by the clocks of `zone`.

    Reads the rows of two weeks of questions and five of overrides, and roll-ups for the rest.

    Args:
        minimum: the smallest group that is shown; 5 people where it is left out.
        embed: turns texts into vectors of length 1; without it there are no themes, and gaps are
            merged only where they differ in case or marks.
        guide_owners: who owns each guide, by its source.
        label: what people read for the code of an override reason.
        named: the titles of guides that may be named, by their sources; all without it.
        features_off: parts of the programme that are switched off.
        is_over: whether the week is over; one that isn't has its lists and no figures.
    """
    minimum = minimum or Minimum()
    why_none = too_few(minimum, record.roster.size()) if is_over else NOT_OVER
    minimum = minimum if is_over else minimum.unreachable
    engine, reader = record.engine, UseReader(record.engine)
    names = reader.names()
    this, last = week.bounds(zone), week.previous.bounds(zone)
    asked, thumbs = record.questions.between(*this), record.feedback.votes(*this)
    now = question_figures(asked, thumbs, hand_offs(engine, *this), minimum)
    before = question_figures(
        record.questions.between(*last),
        record.feedback.votes(*last),
        hand_offs(engine, *last),
        minimum,
    )
    use = weekly_use(reader, week.sunday, minimum) if is_over else WeeklyUse()
    overrides = overrides_by_tool(engine, *this, minimum, label)
    gaps = gaps_of(asked, names, minimum, embed, record.dismissed_questions.all()).open
    guides = guides_to_fix(asked, thumbs, minimum, guide_owners, named)
    span = Span(week.monday, week.sunday, zone)
    parts = programme_parts(reader, span, minimum, features_off) if is_over else []
    found = by_weight(
        findings(use, overrides, now, before, gaps, guides, reader.owners()),
        *(part.findings for part in parts),
    )
    reads = embed if is_over else None
    voices = voices_of(engine, *this, asked, thumbs, names) if reads else []
    return Digest(
        week=week,
        headline=headline(found, use, now, why_none),
        questions=now,
        before=before,
        use=use,
        key_figures=key_figures(use, now, before, Targets(engine).all()) if is_over else (),
        recommendations=recommendations(found),
        gaps=gaps,
        places=places_of(asked_in(asked), minimum),
        topics=most(
            ((cited.title, row.person_id) for row in asked if (cited := first_cited(row, named))),
            minimum,
        ),
        overrides=overrides,
        did_instead=done_instead(engine, *this, names, label),
        themes=themes_of_week(engine, week, voices, reads, minimum) if reads else [],
        comments=comments_of(engine, *this, names),
        stories=stories_of(engine, *this, names),
        saved=hours_saved(engine, *this, minimum),
        reasons=most(
            (
                (row.reason.value, row.person_id)
                for row in thumbs
                if row.vote is Vote.NEGATIVE and row.reason
            ),
            minimum,
        ),
        guides=guides,
        followed=[
            point
            for point in ActionBook(engine).of(week.previous)
            if may_be_named(point.subject, None if named is None else named.values())
        ],
        programme=[part.section for part in parts if part.section],
        is_example=record.notices.is_example(),
    )
