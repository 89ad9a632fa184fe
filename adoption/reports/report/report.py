"""The adoption report over any period: funnel, groups against targets, cohorts, trend, worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from adoption.feedback.models import CheckInRow
from adoption.feedback.overrides import ToolOverrides, overrides_by_tool
from adoption.measures import (
    Costs,
    Decisions,
    Range,
    Share,
    active,
    champions,
    completion_share,
    eligible,
    habitual,
    intensity,
    monthly_active,
    retention,
    return_on_cost,
    time_saved,
    time_to_first_value,
)
from adoption.measures.use import MONTH, WEEK
from adoption.privacy.groups import Minimum, disclose
from adoption.reports.digest.use_section import (
    NO_SHARE,
    UseFigures,
    figures,
    shown_decisions,
    shown_tools,
)
from adoption.reports.targets import Aim, Dimension, Targets, Verdict, share_of
from adoption.usage.queries import PersonDays, Roster, UseReader, Uses

_COHORT_WEEKS = 12


@dataclass(frozen=True)
class Stage:
    """A stage of the funnel, with its share of the eligible."""

    name: str
    share: Share


@dataclass(frozen=True)
class GroupReport:
    """A wave, team or tool on the last day of the period."""

    dimension: Dimension
    name: str
    figures: UseFigures
    cohort: Sequence[Share] = field(default_factory=tuple)


@dataclass(frozen=True)
class Judged:
    """A target and how things stand to it; no share where the group is not shown."""

    aim: Aim
    share: Share | None
    verdict: Verdict


@dataclass(frozen=True)
class Worth:
    """What people say a tool saves, hours a week, and what a month of it gives back."""

    tool: str
    reports: int
    saved: Range
    back: Range | None


@dataclass(frozen=True)
class Report:
    """How adoption stands at the end of a period, and how it came there.

    Attributes:
        trend: by Monday, the share of the eligible who were active in that week.
        first_value: median days from eligible to the first thing taken from a tool.
        intensity: active days of an active person in 28 days.
        check_ins: check-ins due in the period that were done.
    """

    start: date
    end: date
    funnel: Sequence[Stage]
    groups: Sequence[GroupReport]
    targets: Sequence[Judged]
    trend: Mapping[date, Share]
    overrides: Sequence[ToolOverrides]
    worth: Sequence[Worth]
    first_value: float | None
    intensity: float | None
    check_ins: Share


def adoption_report(
    engine: Engine,
    start: date,
    end: date,
    zone: ZoneInfo,
    minimum: Minimum | None = None,
    hour_worth: float | None = None,
) -> Report:
    """The report from `start` to `end`, both included, from roll-ups alone.

    Args:
        minimum: the smallest group that is shown; 5 people where it is left out.
        hour_worth: what an hour of work is worth, for the return on cost.

    Raises:
        ValueError: the period ends before it starts.
    """
    if end < start:
        raise ValueError(f"the period ends on {end}, before it starts on {start}")
    minimum = minimum or Minimum()
    reader = UseReader(engine)
    roster = reader.roster()
    uses = reader.uses(min(start, end - timedelta(days=2 * MONTH)), end)
    days, firsts = uses.any_days, uses.any_first_days
    told = reader.decisions(start, end)
    tools = shown_tools(roster, uses, told, [end], minimum)
    decided = shown_decisions(told, uses, tools, end, (end - start).days + 1, minimum)
    whole = figures(roster.people, days, firsts, end, sum(decided.values(), Decisions()), minimum)
    groups = [
        GroupReport(Dimension.ALL, "all", whole),
        *_people_groups(roster, days, firsts, end, minimum),
        *_tools(roster, uses, decided, tools, end, minimum),
    ]
    shown = whole.eligible > 0
    moments = _moments(start, end, zone)
    return Report(
        start=start,
        end=end,
        funnel=_funnel(roster, reader, days, whole, end) if shown else [],
        groups=groups,
        targets=[_judged(aim, groups) for aim in Targets(engine).all()],
        trend=_trend(roster, days, start, end, minimum),
        overrides=overrides_by_tool(engine, *moments, minimum),
        worth=_worth(engine, reader, roster, uses, moments, end, minimum, hour_worth),
        first_value=time_to_first_value(roster.people, uses.any_first_values, end)
        if shown
        else None,
        intensity=intensity(days, end) if monthly_active(days, end) >= minimum.people else None,
        check_ins=_check_ins(engine, start, end),
    )


def _funnel(
    roster: Roster, reader: UseReader, days: PersonDays, whole: UseFigures, end: date
) -> list[Stage]:
    may = eligible(roster.people, end)
    month = reader.person_decisions(end - timedelta(days=MONTH - 1), end)
    actions = {person: found.actions for person, found in month.items()}
    size = len(may)
    return [
        Stage("eligible", Share(size, size)),
        Stage("activated", share_of("activated", whole)),
        Stage("active in 28 days", whole.adoption),
        Stage("habitual", Share(len(may & habitual(days, end)), size)),
        Stage("champions", Share(len(may & champions(days, actions, end)), size)),
    ]


def _people_groups(
    roster: Roster, days: PersonDays, firsts: dict[str, date], end: date, minimum: Minimum
) -> list[GroupReport]:
    """Waves and teams, folded so that neither alone nor together they give few people away."""
    may = eligible(roster.people, end)
    shown = disclose(
        {
            Dimension.TEAM: {person: roster.teams[person] for person in may},
            Dimension.WAVE: {person: roster.waves[person] for person in may},
        },
        minimum,
    )
    made = []
    for dimension in (Dimension.WAVE, Dimension.TEAM):
        parts = shown.get(dimension, {})
        for name, members in sorted(parts.items()) if len(parts) > 1 else []:
            own = {person: days[person] for person in members if person in days}
            found = figures(roster.only(members), own, firsts, end, Decisions(), minimum)
            cohort = _cohort(own, firsts, end, minimum) if dimension is Dimension.WAVE else []
            made.append(GroupReport(dimension, name, found, cohort))
    return made


def _cohort(days: PersonDays, firsts: dict[str, date], end: date, minimum: Minimum) -> list[Share]:
    """The share of a wave active week by week after each person's first; small ends are cut."""
    # Who began before the span that was read would count as a beginner in it.
    known = {person: seen for person, seen in days.items() if firsts.get(person) == min(seen)}
    rows = retention(known, end, _COHORT_WEEKS).values()
    merged = []
    for week in range(_COHORT_WEEKS):
        shares = [row[week] for row in rows if len(row) > week]
        whole = sum(share.whole for share in shares)
        if whole < minimum.people:
            break
        merged.append(Share(sum(share.part for share in shares), whole))
    return merged


def _tools(
    roster: Roster,
    uses: Uses,
    decided: Mapping[str, Decisions],
    tools: Sequence[str],
    end: date,
    minimum: Minimum,
) -> list[GroupReport]:
    made = []
    for tool in tools:
        found = figures(
            roster.with_seat(tool),
            uses.days.get(tool, {}),
            uses.first_days.get(tool, {}),
            end,
            decided.get(tool, Decisions()),
            minimum,
        )
        made.append(GroupReport(Dimension.TOOL, tool, found))
    return made


def _judged(aim: Aim, groups: Sequence[GroupReport]) -> Judged:
    for group in groups:
        if group.dimension is aim.dimension and group.name == aim.name:
            share = share_of(aim.measure, group.figures)
            return Judged(aim, share, aim.verdict(share))
    return Judged(aim, None, Verdict.HIDDEN)


def _trend(
    roster: Roster, days: PersonDays, start: date, end: date, minimum: Minimum
) -> dict[date, Share]:
    """Whole ISO weeks of the period; weeks with too few eligible people are left out."""
    monday = start + timedelta(days=-start.weekday() % WEEK)
    found = {}
    while monday + timedelta(days=WEEK - 1) <= end:
        sunday = monday + timedelta(days=WEEK - 1)
        may = eligible(roster.people, sunday)
        if len(may) >= minimum.people:
            found[monday] = Share(len(may & active(days, sunday, WEEK)), len(may))
        monday += timedelta(days=WEEK)
    return found


def _worth(
    engine: Engine,
    reader: UseReader,
    roster: Roster,
    uses: Uses,
    moments: tuple[datetime, datetime],
    end: date,
    minimum: Minimum,
    hour_worth: float | None,
) -> list[Worth]:
    query = select(
        CheckInRow.tool, CheckInRow.person_id, CheckInRow.minutes_low, CheckInRow.minutes_high
    )
    query = query.where(CheckInRow.done_at >= moments[0], CheckInRow.done_at < moments[1])
    told: dict[str, dict[str, Range]] = {}
    with engine.connect() as connection:
        for tool, person, low, high in connection.execute(query):
            if tool is not None and low is not None and high is not None:
                told.setdefault(tool, {})[person] = Range(min(low, high), max(low, high))
    costs, made = reader.seat_costs(), []
    for tool, reports in sorted(told.items()):
        users = monthly_active(uses.days.get(tool, {}), end)
        saved = time_saved(list(reports.values()), users)
        if saved is None or min(len(reports), users) < minimum.people:
            continue
        seats = len(eligible(roster.with_seat(tool), end))
        cost = costs.get(tool, 0.0) * seats
        back = return_on_cost(saved, Costs(cost, hour_worth)) if hour_worth is not None else None
        made.append(Worth(tool, len(reports), saved, back))
    return made


def _check_ins(engine: Engine, start: date, end: date) -> Share:
    query = select(CheckInRow.done_at).where(CheckInRow.due_on >= start, CheckInRow.due_on <= end)
    with engine.connect() as connection:
        done = [at is not None for at in connection.execute(query).scalars()]
    return completion_share(sum(done), len(done)) if done else NO_SHARE


def _moments(start: date, end: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return (
        datetime.combine(start, time.min, zone),
        datetime.combine(end + timedelta(days=1), time.min, zone),
    )
