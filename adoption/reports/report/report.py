"""Builds the adoption report from roll-ups, for any period."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from adoption.feedback.models import CheckInRow
from adoption.measures import (
    Person,
    Segment,
    Share,
    Transition,
    activated_within,
    completion_share,
    days_to_first_use,
    habit_rate,
    habitual,
    retention,
    segments,
    time_to_first_value,
    transitions,
)
from adoption.measures.use import HABIT_WINDOW, MONTH, WEEK, Days, of_people
from adoption.people.notices import Notices
from adoption.privacy.disclosure import HIDDEN, ShownShare, show_share, show_share_of_many
from adoption.privacy.groups import Minimum, groups, how_many
from adoption.reports.actions import ActionBook
from adoption.reports.feedback.overrides import overrides_by_tool
from adoption.reports.feedback.quotes import quotes_of, stories_of
from adoption.reports.feedback.savings import hours_saved
from adoption.reports.known_use import KnownDays
from adoption.reports.places import asked_between, places_of
from adoption.reports.programme import programme_parts
from adoption.reports.programme.part import Span
from adoption.reports.recommendations import too_few
from adoption.reports.report.model import GroupReport, Judged, Onboarding, Report, Stage, narrowing
from adoption.reports.rich_text import plain
from adoption.reports.targets import Aim, Dimension, Targets, share_of
from adoption.reports.use import (
    Decided,
    UseFigures,
    figures,
    known_days,
    shown_decisions,
    shown_intensity,
    shown_tools,
    total,
    weekly_trend,
)
from adoption.reports.value import reports_between, value_of_waves, worth_of_tools
from adoption.reports.weeks import Week
from adoption.usage.queries import Roster, UseReader, Uses

# As many weeks fit into a trend that can be read.
_MOST_WEEKS = 50
_COHORT_WEEKS = 12
_MOST_QUOTES, _MOST_ACTIONS = 2, 6
# From so many people on, rounded parts that add up to everybody do not determine each other.
_COMPLETE_FROM = 500
_Part = TypeVar("_Part", Segment, Transition)


@dataclass(frozen=True)
class _Read:
    """What the record holds about a period.

    Attributes:
        actions: events of each person in the last 12 weeks.
        end: the Sunday of the last complete week.
        moments: the period's first moment, and the first one after it.
    """

    roster: Roster
    uses: Uses
    days: Days
    firsts: Mapping[str, date]
    actions: Mapping[str, int]
    known: KnownDays
    start: date
    end: date
    moments: tuple[datetime, datetime]
    minimum: Minimum

    @property
    def people(self) -> Sequence[Person]:
        return self.roster.people

    @property
    def may(self) -> frozenset[str]:
        """Everybody who is eligible at the end."""
        return self.roster.eligible(self.end)

    def shown(self, people: AbstractSet[str]) -> ShownShare:
        """Some of the eligible people, as a share that may be shown."""
        return show_share(Share.of(people & self.may, self.may), self.minimum)

    def shown_of_many(self, people: AbstractSet[str]) -> ShownShare:
        """The same of parts of everybody, which say too much of one another where few are."""
        return show_share_of_many(Share.of(people & self.may, self.may), self.minimum)


def adoption_report(
    engine: Engine,
    start: date,
    end: date,
    zone: ZoneInfo,
    minimum: Minimum | None = None,
    hour_worth: float | None = None,
    company: str = "",
    label: Callable[[str], str] = str,
    features_off: Collection[str] = (),
) -> Report:
    """The report from `start` to `end`, both included, as of the last complete week.

    Args:
        minimum: the smallest group that is shown; 5 people where it is left out.
        hour_worth: what an hour of work is worth, for the return on cost.
        label: what people read for the code of an override reason.
        features_off: parts of the programme that are switched off.

    Raises:
        ValueError: the period ends before it starts.
    """
    if end < start:
        raise ValueError(f"the period ends on {end}, before it starts on {start}")
    reader, targets = UseReader(engine), Targets(engine).all()
    read = _read(reader, start, end, zone, minimum or Minimum())
    told = reader.decisions(start, end)
    tools = shown_tools(read.roster, read.uses, told, [read.end], read.minimum)
    decided = shown_decisions(told, reader.deciders(start, end), tools, read.minimum)
    whole = figures(
        read.may,
        read.days,
        read.firsts,
        read.end,
        total(decided),
        read.minimum,
        read.known,
        is_whole=True,
    )
    found = [
        GroupReport(Dimension.ALL, "all", whole),
        *_people_groups(read),
        *_tools(read, decided, tools),
    ]
    names = reader.names()
    parts = programme_parts(reader, Span(start, end, zone), read.minimum, features_off)
    before = max(start - timedelta(days=1), read.end - timedelta(weeks=_MOST_WEEKS))
    return Report(
        start=start,
        end=end,
        through=read.end,
        minimum=read.minimum.people,
        company=company,
        why_none=plain(too_few(read.minimum, len(read.may))),
        figures=whole,
        start_figures=figures(
            read.roster.eligible(before),
            read.days,
            read.firsts,
            before,
            Decided(),
            read.minimum,
            read.known,
        ),
        trend=weekly_trend(
            read.roster, read.days, read.end, _weeks(read), read.minimum, read.known.any_days
        ),
        habit_trend=_habit_trend(read),
        notes=_wave_starts(read),
        funnel=_funnel(read, whole),
        groups=found,
        segments=_segments(read),
        transitions=_transitions(read),
        targets=[_judged(aim, found) for aim in targets],
        overrides=overrides_by_tool(engine, *read.moments, read.minimum, label),
        onboarding=_onboarding(reader, read),
        intensity=_intensity(reader, read),
        check_ins=_check_ins(engine, read),
        worth=worth_of_tools(
            reports_between(engine, *read.moments),
            read.uses,
            read.roster,
            reader.seat_costs(),
            read.end,
            read.minimum,
            hour_worth,
        ),
        values=[]
        if "rollout" in features_off
        else value_of_waves(engine, read.end, read.moments, read.minimum, hour_worth),
        saved=hours_saved(engine, *read.moments, read.minimum),
        quotes=quotes_of(engine, *read.moments, names, _MOST_QUOTES),
        stories=stories_of(engine, *read.moments, names)[:1],
        actions=ActionBook(engine).between(Week.of_day(start), Week.of_day(end), _MOST_ACTIONS),
        places=places_of(asked_between(engine, *read.moments), read.minimum),
        programme=[part.section for part in parts if part.section],
        is_example=Notices(engine).is_example(),
    )


def _read(reader: UseReader, start: date, end: date, zone: ZoneInfo, minimum: Minimum) -> _Read:
    sunday = end - timedelta(days=(end.weekday() + 1) % WEEK)
    first = max(start, sunday - timedelta(days=WEEK * _MOST_WEEKS - 1))
    uses = reader.weekly_uses(_monday(first) - timedelta(weeks=HABIT_WINDOW), sunday)
    moments = (
        datetime.combine(start, time.min, zone),
        datetime.combine(end + timedelta(days=1), time.min, zone),
    )
    return _Read(
        reader.roster(),
        uses,
        uses.any_days,
        uses.any_first_days,
        reader.actions(sunday - timedelta(weeks=HABIT_WINDOW, days=-1), sunday),
        known_days(reader, sunday),
        first,
        sunday,
        moments,
        minimum,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(read: _Read) -> int:
    """How many whole weeks the period has."""
    first = read.start + timedelta(days=-read.start.weekday() % WEEK)
    return max(0, (read.end - first).days + 1) // WEEK


def _figures(
    read: _Read,
    people: frozenset[str],
    days: Days,
    firsts: Mapping[str, date],
    known: KnownDays,
    decided: Decided = Decided(),  # noqa: B008
) -> UseFigures:
    return figures(people, days, firsts, read.end, decided, read.minimum, known)


def _habit_trend(read: _Read) -> dict[date, ShownShare]:
    sundays = [read.end - timedelta(weeks=back) for back in reversed(range(_weeks(read)))]
    # A habit takes twelve weeks of data to tell.
    told = min(read.known.any_days, default=read.end) + timedelta(weeks=HABIT_WINDOW - 1)
    return {
        sunday - timedelta(days=WEEK - 1): show_share(
            habit_rate(read.roster.eligible(sunday), habitual(read.days, sunday)), read.minimum
        )
        for sunday in sundays
        if sunday >= told
    }


def _wave_starts(read: _Read) -> dict[date, str]:
    """The weeks in which waves began that are large enough to be named."""
    starts: dict[str, list[date]] = {}
    for person in read.people:
        wave = read.roster.waves.get(person.id)
        if wave and person.since:
            starts.setdefault(wave, []).append(person.since)
    found: dict[date, str] = {}
    for wave, days in sorted(starts.items()):
        first = min(days)
        if len(days) >= read.minimum.people and read.start <= first <= read.end:
            note = found.get(_monday(first))
            found[_monday(first)] = f"{note}, {wave}" if note else f"{wave} starts"
    return found


def _funnel(read: _Read, whole: UseFigures) -> list[Stage]:
    if not whole.eligible:
        return []
    power = _people_by_segment(read)[Segment.POWER]
    stages = [
        Stage("Eligible", read.shown(read.may)),
        Stage("Activated", share_of("activated", whole)),
        Stage("Monthly active (28 days)", whole.monthly),
        Stage("Habitual users", whole.habitual),
        Stage("Power users", read.shown(power)),
    ]
    return narrowing(stages)


def _people_by_segment(read: _Read) -> Mapping[Segment, set[str]]:
    return segments(read.may, read.days, read.actions, read.end)


def _people_groups(read: _Read) -> list[GroupReport]:
    """Waves and teams; small ones are folded into others."""
    made = []
    for dimension, of in ((Dimension.WAVE, read.roster.waves), (Dimension.TEAM, read.roster.teams)):
        parts = groups({person: of[person] for person in read.may}, read.minimum)
        for name, members in sorted(parts.items()) if len(parts) > 1 else []:
            own = of_people(read.days, members)
            found = _figures(read, members, own, read.firsts, read.known)
            cohort = _cohort(read, own) if dimension is Dimension.WAVE else []
            made.append(GroupReport(dimension, name, found, cohort))
    return made


def _cohort(read: _Read, days: Days) -> list[ShownShare]:
    """The share of a wave active week by week after each person's first week."""
    # Who began before the span that was read would count as a beginner in it.
    first = min(days, default=read.end)
    known = {person for person, began in read.firsts.items() if began >= first}
    rows = retention(of_people(days, known), read.end, _COHORT_WEEKS).values()
    merged = []
    for week in range(_COHORT_WEEKS):
        share = Share.together([row[week] for row in rows if len(row) > week])
        if share.whole < read.minimum.people:
            break
        merged.append(show_share(share, read.minimum))
    return merged


def _tools(read: _Read, decided: Mapping[str, Decided], tools: Sequence[str]) -> list[GroupReport]:
    return [
        GroupReport(
            Dimension.TOOL,
            tool,
            _figures(
                read,
                read.roster.with_seat(tool, read.end, read.minimum),
                read.uses.days.get(tool, {}),
                read.uses.first_days.get(tool, {}),
                read.known.of(tool),
                decided.get(tool, Decided()),
            ),
        )
        for tool in tools
    ]


def _segments(read: _Read) -> dict[Segment, ShownShare]:
    found = {name: read.shown_of_many(who) for name, who in _people_by_segment(read).items()}
    if not read.known.covers_every_week(read.end):
        found[Segment.NON_USER] = HIDDEN
    return _without(found, Segment.HABITUAL, Segment.NON_USER)


def _transitions(read: _Read) -> dict[Transition, ShownShare]:
    found = transitions(read.may, read.days, read.firsts, read.end)
    shown = {name: read.shown_of_many(who) for name, who in found.items()}
    if not read.known.covers_every_week(read.end):
        shown[Transition.NEVER] = shown[Transition.INACTIVE] = HIDDEN
    return _without(shown, Transition.RETAINED, Transition.INACTIVE)


def _without(parts: dict[_Part, ShownShare], *withheld: _Part) -> dict[_Part, ShownShare]:
    """Withholds what would make parts of everybody add up, unless they are many people."""
    if any(share.size >= _COMPLETE_FROM for share in parts.values()):
        return parts
    return {name: share for name, share in parts.items() if name not in withheld}


def _onboarding(reader: UseReader, read: _Read) -> Onboarding:
    known = [p for p in read.people if p.since and p.eligible_on(read.end)]
    begun = [p for p in known if read.firsts.get(p.id, date.max) <= read.end]
    if len(begun) < read.minimum.people:
        return Onboarding()
    return Onboarding(
        show_share_of_many(activated_within(read.people, read.firsts, read.end), read.minimum),
        days_to_first_use(read.people, read.firsts, read.end),
        time_to_first_value(read.people, reader.first_values(read.end), read.end),
    )


def _intensity(reader: UseReader, read: _Read) -> float | None:
    days = reader.uses(read.end - timedelta(days=MONTH - 1), read.end).any_days
    return shown_intensity(days, read.may, read.end, read.minimum)


def _judged(aim: Aim, found: Sequence[GroupReport]) -> Judged:
    for group in found:
        if group.dimension is aim.dimension and group.name == aim.name:
            share = share_of(aim.measure, group.figures)
            return Judged(aim, share, aim.verdict(share))
    return Judged(aim, ShownShare(), aim.verdict(ShownShare()))


def _check_ins(engine: Engine, read: _Read) -> ShownShare:
    # What is done later changes no report.
    (begin, end), row = read.moments, CheckInRow
    query = select(row.done_at, row.person_id).where(row.due_on >= begin.date())
    with engine.connect() as connection:
        rows = connection.execute(query.where(row.due_on < end.date())).all()
    due = [person for _, person in rows]
    done = [person for at, person in rows if at and at < end]
    return show_share(completion_share(done, due), read.minimum, how_many(due))
