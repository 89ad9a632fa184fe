"""The waves of the rollout with what was agreed and decided; the third one should pause.

Its people override far more in the last four weeks than was agreed, which only its gate shows: it
is due on the Monday after the last week. A fifth wave is planned, with a checklist half done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adoption.readiness.items import Item
from adoption.record import Record
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.rollout.models import Advice, MessageKind
from adoption.rollout.wave import WaveDecision, WavePlan
from bot.local.example_company.company import WAVES, Company, Employee

# Counted from 0: the wave that should pause, and how much more its people override on a day of use.
PAUSES, _MORE, _FOR_WEEKS = 2, 3, 4
SHOULD_PAUSE = f"Wave {PAUSES + 1}"
PLANNED = f"Wave {WAVES + 1}"
_HABITUAL, _OVERRIDES, _HELPFUL = 0.2, 0.25, 0.5
_COST_A_HEAD, _HOURS_A_HEAD = 40.0, 0.5
_GATE = timedelta(weeks=12)
_REASONS = (
    "Use and overrides are as agreed, and the team leads want to go on.",
    "All gates are passed. The guides for finance came late; the next wave gets them first.",
)
_DONE = {
    Item.OUTCOME: "Offers out within a day: 38 % today, written down with the head of sales.",
    Item.SPONSOR: "Said in the town hall; the recording is in the intranet.",
    Item.PRIVACY: "The works council agreed, and the guide “Privacy and data” says it.",
}


@dataclass(frozen=True)
class _Planned:
    """A wave by name with its go-live, and when its gate is."""

    name: str
    go_live: date
    gate_on: date
    people: int


def more_overrides(company: Company, each: Employee, day: date) -> int:
    """How much more often somebody overrides on a day of use, in the wave that should pause."""
    since = company.last.next.monday - timedelta(weeks=_FOR_WEEKS)
    return _MORE if each.wave == PAUSES and day >= since else 0


def fill(record: Record, company: Company) -> None:
    """Stores the waves, their targets and decisions, and the checklist of the planned one."""
    owner = company.admins[0].account if company.admins else ""
    for number, wave in enumerate(_waves(company)):
        record.waves.create(wave.name, wave.name, _plan(wave, owner))
        for measure, value in (("habitual", _HABITUAL), ("overrides", _OVERRIDES)):
            aim = Aim(measure, Dimension.WAVE, wave.name, value, wave.gate_on)
            Targets(record.engine).put(aim)
        if wave.name == PLANNED:
            continue
        record.waves.launch(wave.name, "example", wave.go_live)
        for kind in MessageKind:
            record.wave_calendar.set_sent(wave.name, kind, company.now)
        if number < PAUSES:
            record.waves.decide(wave.name, _go(wave, number, owner))
    for item, evidence in _DONE.items():
        record.readiness.mark_done(PLANNED, item, evidence, company.now)


def _waves(company: Company) -> Iterator[_Planned]:
    """Those of the roster, in order, and one more that is planned."""
    today = company.last.next.monday
    for number in range(WAVES):
        people = [each for each in company.people if each.wave == number]
        start = min(each.start for each in people)
        gate = min(start + _GATE, today - timedelta(weeks=1))
        late = {PAUSES: today, WAVES - 1: today + timedelta(weeks=3)}
        yield _Planned(f"Wave {number + 1}", start, late.get(number, gate), len(people))
    go_live = today + timedelta(weeks=4)
    yield _Planned(PLANNED, go_live, go_live + _GATE, company.size // WAVES)


def _plan(wave: _Planned, owner: str) -> WavePlan:
    return WavePlan(
        go_live=wave.go_live,
        gate_on=wave.gate_on,
        owner=owner,
        helpful_least=_HELPFUL,
        cost=wave.people * _COST_A_HEAD,
        hours_promised=round(wave.people * _HOURS_A_HEAD, 0),
    )


def _go(wave: _Planned, number: int, owner: str) -> WaveDecision:
    return WaveDecision(
        gate_on=wave.gate_on,
        key=f"example {wave.name}",
        decision=Advice.GO,
        advice=Advice.GO,
        figures="",
        reason=_REASONS[number % len(_REASONS)],
        delay=0,
        account=owner,
        at=datetime.combine(wave.gate_on, time(9), UTC),
    )
