"""What the report says in words: the verdict, the five cards, and what each chart shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.privacy.groups import title_of
from adoption.reports.report.model import GroupReport, Judged, Report, Stage
from adoption.reports.rich_text import counted, percent
from adoption.reports.targets import Dimension, Verdict

# What is to be decided where most people are lost, by the stage that they don't reach.
_DECISIONS = {
    "Activated": "who invites the people who have not started, and by when",
    "Monthly active (28 days)": "how to win back people who tried a tool and stopped",
    "Habitual users": "which follow-up training turns occasional use into a habit",
    "Power users": "which teams get advanced training next",
}
_STATES = {
    Verdict.MET: ("target met", True),
    Verdict.MISSED: ("below target", False),
    Verdict.OPEN: ("close to target", None),
    Verdict.HIDDEN: ("not shown: too few people, or no data", None),
}


_IS = {
    Verdict.MET: "is met",
    Verdict.MISSED: "is missed",
    Verdict.OPEN: "is too close to call",
    Verdict.HIDDEN: "cannot be judged",
}


@dataclass(frozen=True)
class Card:
    """A figure with its change, a small line, a target and a status in words.

    Attributes:
        good: whether the status is good; None where it is neither.
    """

    name: str
    figure: str
    change: str
    series: Sequence[float | None]
    target: float | None
    status: str
    good: bool | None


@dataclass(frozen=True)
class Loss:
    """The step of the funnel that loses most people, in points of the eligible."""

    before: Stage
    after: Stage
    points: float


def verdict(report: Report) -> tuple[str, str]:
    """Two sentences: how adoption stands, and which decision is needed."""
    weekly = report.figures.weekly
    if report.why_none:
        return report.why_none, "No decision can be read from figures."
    if weekly.value is None:
        return (
            "There is nothing to judge yet: the roster has too few people, or no use was reported.",
            "Import a roster and the usage exports first.",
        )
    judged = _judged(report.targets, "weekly")
    aim = f" The target of {percent(judged.aim.value)} {_IS[judged.verdict]}." if judged else ""
    used = f"{_sentence_case(weekly)} of people used an AI tool in the last week"
    change = _change(weekly, report.start_figures.weekly, report.trend)
    first = f"{', '.join(filter(None, (used, change)))}.{aim}"
    loss = largest_loss(report.funnel)
    if loss is None:
        return first, "No decision is needed now."
    return first, f"Decision needed: {_DECISIONS[loss.after.name]}."


def _change(now: ShownShare, start: ShownShare, series: Mapping[date, ShownShare]) -> str:
    """How a share moved: since the week before where that is clear, or else since the start.

    Empty where there is nothing to compare.
    """
    week_before = ([HIDDEN, HIDDEN] + [share for _, share in sorted(series.items())])[-2]
    shown = [(week_before, "the week before"), (start, "at the start")]
    known = [(was, when) for was, when in shown if None not in (was.value, now.value)]
    for was, when in known:
        if moved := was.change_to(now):
            return f"{'up' if moved > 0 else 'down'} from {was} {when}"
    return "no clear change" if known else ""


def largest_loss(funnel: Sequence[Stage]) -> Loss | None:
    """The step that loses most people; None where no step loses any."""
    losses = [
        Loss(before, after, (before.share.value or 0) - (after.share.value or 0))
        for before, after in pairwise(funnel)
        if before.share.value is not None and after.share.value is not None
    ]
    worst = max(losses, key=lambda loss: loss.points, default=None)
    return worst if worst is not None and worst.points > 0 else None


def funnel_title(report: Report) -> str:
    """What the funnel shows."""
    loss = largest_loss(report.funnel)
    if loss is None:
        return "From eligible to power user"
    return f"Most people are lost between {_inside(loss.before)} and {_inside(loss.after)}"


def _inside(stage: Stage) -> str:
    """A stage's name inside a sentence."""
    return stage.name[0].lower() + stage.name[1:]


def teams_title(report: Report) -> str:
    """What the teams show."""
    known = [g for g in report.by(Dimension.TEAM) if g.figures.monthly.value is not None]
    if len(known) < 2:
        return "Monthly active by team"
    first, last = known[0], known[-1]
    if not last.figures.monthly.change_to(first.figures.monthly):
        return "There is no clear difference between teams"
    return (
        f"{title_of(first.name)} leads with {first.figures.monthly}; "
        f"{title_of(last.name)} has {last.figures.monthly}"
    )


def tools_title(report: Report) -> str:
    """What the tools show."""
    known = [g for g in report.by(Dimension.TOOL) if g.figures.monthly.value is not None]
    if not known:
        return "Monthly active by tool"
    return f"{known[0].name} is used most: {known[0].figures.monthly} of those who may use it"


def segments_title(report: Report) -> str:
    """What the usage segments show."""
    known = {name: s for name, s in report.segments.items() if s.value is not None}
    if not known:
        return "Usage segments"
    largest = max(known, key=lambda name: known[name].value or 0)
    return f"The largest segment: {largest}s, {known[largest]}"


def cards(report: Report) -> list[Card]:
    """Weekly active, habitual users, activation, acceptance, time saved."""
    now, was = report.figures, report.start_figures
    within = report.onboarding.within_30_days
    first = report.onboarding.first_use
    return [
        _card(report, "Weekly active", "weekly", was.weekly, now.weekly, report.trend),
        _card(report, "Habitual users", "habitual", was.habitual, now.habitual, report.habit_trend),
        Card(
            "Activated in 30 days",
            str(within),
            "" if first is None else f"median {counted(round(first), 'day')} to the first use",
            (),
            None,
            "",
            None,
        ),
        _card(report, "Recommendations accepted", "acceptance", ShownShare(), now.acceptance, {}),
        _value_card(report),
    ]


def _card(
    report: Report,
    name: str,
    measure: str,
    was: ShownShare,
    now: ShownShare,
    series: Mapping[date, ShownShare],
) -> Card:
    judged = _judged(report.targets, measure)
    status, good = _STATES[judged.verdict] if judged else ("no target set", None)
    target = judged.aim.value if judged else None
    values = [share.value for _, share in sorted(series.items())]
    return Card(name, str(now), _change(now, was, series), values, target, status, good)


def _value_card(report: Report) -> Card:
    low = sum(worth.saved.low for worth in report.worth)
    high = sum(worth.saved.high for worth in report.worth)
    figure = f"{low:,.0f}–{high:,.0f} h" if report.worth else "–"
    change = "a week, as people report" if report.worth else "no check-ins reported"
    return Card("Time saved", figure, change, (), None, "estimate" if report.worth else "", None)


def _judged(targets: Sequence[Judged], measure: str) -> Judged | None:
    wanted = (measure, Dimension.ALL)
    return next((j for j in targets if (j.aim.measure, j.aim.dimension) == wanted), None)


def _sentence_case(share: ShownShare) -> str:
    text = str(share)
    return text[0].upper() + text[1:]


def against_company(group: GroupReport, report: Report) -> str:
    """A group's monthly active share beside everybody's, in words."""
    moved = report.figures.monthly.change_to(group.figures.monthly)
    return ("no clear difference", "above average", "below average")[moved]
