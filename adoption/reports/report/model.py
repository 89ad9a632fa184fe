"""The adoption report as data: everything that its page, its CSV and its appendix show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from adoption.measures import Segment, Transition
from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.reports.actions import Point
from adoption.reports.feedback.overrides import ToolOverrides
from adoption.reports.feedback.quotes import Comment, StoryQuote
from adoption.reports.feedback.savings import HoursSaved
from adoption.reports.questions import Tally
from adoption.reports.rich_text import Section
from adoption.reports.targets import Aim, Dimension, Verdict
from adoption.reports.use import UseFigures
from adoption.reports.value import WaveValue, Worth


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel, with its share of the eligible."""

    name: str
    share: ShownShare


def narrowing(stages: Iterable[Stage]) -> list[Stage]:
    """The stages, none above one before it: each share was rounded by itself, up or down."""
    made, most = [], 1.0
    for stage in stages:
        share = stage.share
        if share.value is not None:
            most = min(most, share.value)
            share = replace(share, value=most)
        made.append(Stage(stage.name, share))
    return made


@dataclass(frozen=True)
class GroupReport:
    """A wave, team or tool at the end of the period.

    Attributes:
        cohort: the share still active by weeks since each person's first use.
    """

    dimension: Dimension
    name: str
    figures: UseFigures
    cohort: Sequence[ShownShare] = ()


@dataclass(frozen=True)
class Judged:
    """A target and how things stand to it; the share is hidden where the group is."""

    aim: Aim
    share: ShownShare
    verdict: Verdict


@dataclass(frozen=True)
class Onboarding:
    """How fast people begin.

    Attributes:
        within_30_days: first use within 30 days, of those whose 30 days are over.
        first_use, first_value: median days from eligible to the first use, and to the first
            recommendation accepted or edited.
    """

    within_30_days: ShownShare = HIDDEN
    first_use: float | None = None
    first_value: float | None = None


@dataclass(frozen=True)
class Report:
    """How adoption stands at the end of a period, and how it got there.

    Attributes:
        through: the last day of the last complete week, which all figures refer to.
        minimum: the smallest group that is shown.
        why_none: why there are no figures about people; empty where there are.
        start_figures: figures at the beginning of the period.
        trend, habit_trend: by Monday, the weekly active and habitual share.
        notes: by Monday, what happened in that week.
        acceptance: by Monday, the share of recommendations accepted.
        intensity: active days of an active person in 28 days.
        check_ins: check-ins due in the period that were done.
        values: what each wave is worth.
        places: from where people asked their questions in the period.
        programme: how training, pulse, rollout and nudges stand.
        is_example: whether all of it is made up.
    """

    start: date
    end: date
    through: date
    minimum: int
    company: str = ""
    why_none: str = ""
    figures: UseFigures = field(default_factory=UseFigures)
    start_figures: UseFigures = field(default_factory=UseFigures)
    trend: Mapping[date, ShownShare] = field(default_factory=dict)
    habit_trend: Mapping[date, ShownShare] = field(default_factory=dict)
    notes: Mapping[date, str] = field(default_factory=dict)
    funnel: Sequence[Stage] = ()
    groups: Sequence[GroupReport] = ()
    segments: Mapping[Segment, ShownShare] = field(default_factory=dict)
    transitions: Mapping[Transition, ShownShare] = field(default_factory=dict)
    targets: Sequence[Judged] = ()
    overrides: Sequence[ToolOverrides] = ()
    onboarding: Onboarding = field(default_factory=Onboarding)
    intensity: float | None = None
    check_ins: ShownShare = HIDDEN
    worth: Sequence[Worth] = ()
    values: Sequence[WaveValue] = ()
    saved: HoursSaved | None = None
    quotes: Sequence[Comment] = ()
    stories: Sequence[StoryQuote] = ()
    actions: Sequence[Point] = ()
    places: Sequence[Tally] = ()
    programme: Sequence[Section] = ()
    is_example: bool = False

    def by(self, dimension: Dimension) -> list[GroupReport]:
        """The groups of a dimension, those with most monthly active people first."""
        found = [group for group in self.groups if group.dimension is dimension]
        return sorted(found, key=lambda g: (-(g.figures.monthly.value or -1.0), g.name))

    def target(self, measure: str) -> float | None:
        """What a measure should reach for everybody, 0 to 1; None where no target is set."""
        for judged in self.targets:
            if judged.aim.measure == measure and judged.aim.dimension is Dimension.ALL:
                return judged.aim.value
        return None
