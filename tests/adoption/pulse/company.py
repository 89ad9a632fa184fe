"""Small companies that answer a round of the pulse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.pulse.answers import Answer, Outcome, PulseAnswers
from adoption.pulse.models import RoundState
from adoption.pulse.rounds import Plan, PulseRounds
from adoption.record import Record

SECRET, ZONE = b"xoxb-secret", ZoneInfo("Europe/Berlin")
PLAN = Plan(date(2026, 11, 16), 7)
OPENS, _, CLOSES = PLAN.moments(ZONE)
DURING, AFTER = OPENS + timedelta(days=1), CLOSES + timedelta(hours=1)
MINIMUM = Minimum(5)


def account(number: int) -> str:
    return f"T1:U{number}"


def enrol(record: Record, places: Sequence[tuple[str | None, str | None]]) -> None:
    """A roster with a person at each place, a team and a wave."""
    rows = [
        RosterRow(f"p{n}@example.com", team, wave=wave, account=account(n))
        for n, (team, wave) in enumerate(places)
    ]
    record.roster.store(rows, OPENS)


def opened(
    record: Record, id: str = "r1", minimum: Minimum = MINIMUM
) -> tuple[PulseRounds, PulseAnswers]:
    """An open round."""
    rounds, answers = record.pulse_rounds(SECRET), record.pulse_answers(SECRET)
    assert rounds.plan(id, PLAN, ZONE, "T1:UADMIN")
    assert rounds.open(id, MINIMUM, OPENS, PLAN.first_on) is RoundState.OPEN
    return rounds, answers


def answered(
    answers: PulseAnswers,
    scores: Mapping[int, Sequence[int]],
    at: datetime = DURING,
    id: str = "r1",
) -> None:
    """Each of these people gives their scores."""
    for number, given in scores.items():
        assert answers.add(id, account(number), Answer(given), at) is Outcome.COUNTED
