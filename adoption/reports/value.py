"""What the tools are worth, by tool and by wave: hours saved, what they cost, and the return.

Hours are ranges: what people report in check-ins, and what a model makes of the days of use that
exports report. Both come from rounded counts, so that they show no exact number of people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TypeVar

from sqlalchemy import Engine, select

from adoption.feedback.models import CheckInRow
from adoption.measures import (
    Costs,
    Range,
    active,
    cost_a_month,
    modelled_time_saved,
    return_on_cost,
    time_saved,
)
from adoption.measures.use import MONTH, MONTH_WEEKS, Days, of_people
from adoption.privacy.disclosure import show_count, show_people
from adoption.privacy.groups import Minimum, groups
from adoption.reports.rollout.figures import by_wave, told_apart, waves_of_eligible
from adoption.reports.targets import Verdict, compared
from adoption.rollout.wave import Wave
from adoption.rollout.waves import Waves
from adoption.usage.queries import Roster, UseReader, Uses

_T = TypeVar("_T")

# By tool, what each person reported last, in minutes a week.
Reports = Mapping[str, Mapping[str, Range]]


@dataclass(frozen=True)
class Worth:
    """What people say a tool saves, hours a week, and what a month of it gives back."""

    tool: str
    reports: int
    saved: Range
    back: Range | None


@dataclass(frozen=True)
class _Known:
    """What is known in the span that a wave's value is read from."""

    reports: Reports
    uses: Uses
    roster: Roster
    seat_costs: Mapping[str, float]
    through: date
    minimum: Minimum
    hour_worth: float | None


@dataclass(frozen=True)
class WaveValue:
    """What a wave is worth; None where there is not enough data.

    Attributes:
        reported, modelled: hours saved a week.
        promised: hours a week that were promised; None where nothing was.
        cost: what its seats and the programme cost a month.
        back: the return on that cost; from what was reported, or else from the model.
    """

    wave: str
    reported: Range | None
    modelled: Range | None
    promised: float | None
    cost: float | None
    back: Range | None

    @property
    def saved(self) -> Range | None:
        """What people reported, or else what the model says."""
        return self.reported or self.modelled

    @property
    def verdict(self) -> Verdict:
        """Whether the hours are as many as were promised."""
        saved = self.saved
        return compared((saved.low, saved.high) if saved else None, self.promised or 0.0)


def reports_between(engine: Engine, start: datetime, end: datetime) -> dict[str, dict[str, Range]]:
    """What people said in check-ins, by tool and person, in a span."""
    query = select(
        CheckInRow.tool, CheckInRow.person_id, CheckInRow.minutes_low, CheckInRow.minutes_high
    )
    query = query.where(CheckInRow.done_at >= start, CheckInRow.done_at < end)
    found: dict[str, dict[str, Range]] = {}
    with engine.connect() as connection:
        for tool, person, low, high in connection.execute(query.order_by(CheckInRow.done_at)):
            if tool is not None and low is not None and high is not None:
                found.setdefault(tool, {})[person] = Range(min(low, high), max(low, high))
    return found


def worth_of_tools(
    reports: Reports,
    uses: Uses,
    roster: Roster,
    seat_costs: Mapping[str, float],
    end: date,
    minimum: Minimum,
    hour_worth: float | None,
) -> list[Worth]:
    """What each tool is worth that enough people use and reported on, by name.

    Args:
        hour_worth: what an hour of work is worth; None leaves the return out.
    """
    made = []
    for tool, told in sorted(reports.items()):
        may, days = roster.with_seat(tool, end, minimum), uses.days.get(tool, {})
        saved = _reported(told, of_people(days, may) if may else days, end, minimum)
        if saved is not None:
            seats = show_people(may, minimum) or 0
            back = _back(saved, seat_costs.get(tool, 0.0) * seats, hour_worth)
            made.append(Worth(tool, show_people(told, minimum) or 0, saved, back))
    return made


def value_of_waves(
    engine: Engine,
    through: date,
    moments: tuple[datetime, datetime],
    minimum: Minimum,
    hour_worth: float | None,
) -> list[WaveValue]:
    """What each wave is worth that has begun, as of a Sunday, by go-live.

    Args:
        moments: begin and end of the span whose check-ins count.
    """
    begun = [wave for wave in Waves(engine).all() if wave.plan.go_live <= through]
    if not begun:
        return []
    reader = UseReader(engine)
    known = _Known(
        reports_between(engine, *moments),
        reader.uses(through - timedelta(days=MONTH - 1), through),
        reader.roster(),
        reader.seat_costs(),
        through,
        minimum,
        hour_worth,
    )
    wave_of = waves_of_eligible(known.roster, through)
    shown = groups(wave_of, minimum)
    users = set().union(*known.uses.any_days.values())
    active = told_apart(by_wave(wave_of, users), wave_of, minimum)
    return [
        _value(
            wave,
            shown.get(wave.name, frozenset()),
            wave.name in shown and wave.name in active,
            known,
        )
        for wave in begun
    ]


def _value(wave: Wave, members: frozenset[str], is_active: bool, known: _Known) -> WaveValue:
    reported = _reported_by(members, known) if is_active else None
    seen = of_people(known.uses.any_days, members)
    days = show_count([*chain.from_iterable(seen.values())], known.minimum)
    modelled = modelled_time_saved(days or 0, MONTH_WEEKS) if is_active else None
    seats = _seats(members, known)
    cost = None if seats is None else cost_a_month(seats, wave.plan.cost or 0.0)
    saved = reported or modelled
    back = _back(saved, cost, known.hour_worth) if saved and cost is not None else None
    return WaveValue(wave.name, reported, modelled, wave.plan.hours_promised, cost, back)


def _reported_by(members: frozenset[str], known: _Known) -> Range | None:
    """The sum over the tools that enough people of a wave use and reported on."""
    found = []
    for tool, told in known.reports.items():
        days = of_people(known.uses.days.get(tool, {}), members)
        saved = _reported(_only(told, members), days, known.through, known.minimum)
        found += [saved] if saved else []
    if not found:
        return None
    return Range(sum(each.low for each in found), sum(each.high for each in found))


def _reported(told: Mapping[str, Range], days: Days, end: date, minimum: Minimum) -> Range | None:
    users = show_people(active(days, end, MONTH), minimum)
    if not users or len(told) < minimum.people:
        return None
    return time_saved(list(told.values()), users)


def _seats(members: Collection[str], known: _Known) -> float | None:
    """What the seats of some people cost a month; None where no cost of theirs is known.

    Seats of a tool that too few of them have are left out.
    """
    seats, costs = known.roster.seats, known.seat_costs
    held = {tool: seats[tool] & set(members) for tool in costs if tool in seats}
    if not any(held.values()):
        return None
    return sum(costs[tool] * (show_people(who, known.minimum) or 0) for tool, who in held.items())


def _back(saved: Range, cost: float, hour_worth: float | None) -> Range | None:
    return None if hour_worth is None else return_on_cost(saved, Costs(cost, hour_worth))


def _only(found: Mapping[str, _T], members: Collection[str]) -> dict[str, _T]:
    return {person: each for person, each in found.items() if person in members}
