"""Four rounds of the pulse; one team and one wave have a barrier in the newest ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from adoption.privacy.groups import Minimum
from adoption.pulse.answers import Answer
from adoption.pulse.rounds import Plan
from adoption.pulse.statements import ELEMENTS, HIGHEST, LOWEST, Element
from adoption.record import Record
from adoption.reports.weeks import Week
from bot.local.example_company.company import Company, Employee
from bot.local.example_company.programme.rollout import PAUSES

TEAM, TEAM_BARRIER = "Support", Element.KNOWLEDGE
WAVE, WAVE_BARRIER = PAUSES, Element.ABILITY
_ROUNDS, _MOST_WEEKS_APART, _DAYS = 4, 6, 4
_MEANS = (4.1, 3.9, 3.7, 3.6, 3.4)
_BARRIER, _SPREAD, _GROWTH = 2.2, 0.9, 0.1
# Nobody's in particular: the rounds are over, and their receipts are gone.
_SECRET, _ZONE = b"example", ZoneInfo("UTC")
_ANSWER, _COMMENT = 0.7, 0.04
_COMMENTS = (
    "The hands-on hour helped more than any mail.",
    "I would like to see how others write their prompts.",
    "It is good at drafts, and less so with our own numbers.",
    "More examples from our own work, please.",
    "Our weekly exchange keeps me at it.",
    "I still copy the figures by hand, and would rather not.",
)


def fill(record: Record, company: Company) -> None:
    """Holds the rounds; the last one closes on the Friday of the last week."""
    apart = max(1, min(_MOST_WEEKS_APART, (company.weeks - 1) // _ROUNDS))
    for number in range(_ROUNDS):
        monday = company.last.monday - timedelta(weeks=apart * (_ROUNDS - 1 - number))
        if monday >= company.monday:
            _hold(record, company, number, Plan(monday, _DAYS, every=apart))


def _hold(record: Record, company: Company, number: int, plan: Plan) -> None:
    id = f"example-{Week.of_day(plan.first_on)}"
    by = company.admins[0].account if company.admins else ""
    opens, _, closes = plan.moments(_ZONE)
    rounds, answers = record.pulse_rounds(_SECRET), record.pulse_answers(_SECRET)
    rounds.plan(id, plan, _ZONE, by)
    rounds.open(id, Minimum(), opens, plan.first_on)
    answers.add_all(id, dict(_answers(company, number, plan)), opens + timedelta(hours=1))
    rounds.close(id, Minimum(), closes)


def _answers(company: Company, number: int, plan: Plan) -> Iterator[tuple[str, Answer]]:
    chance = company.chance("pulse", plan.first_on)
    for each in company.people:
        if each.left_on is None and each.start <= plan.first_on and chance.random() < _ANSWER:
            comment = chance.choice(_COMMENTS) if chance.random() < _COMMENT else ""
            scores = [_score(chance, each, element, number) for element in ELEMENTS]
            yield each.account, Answer(scores, comment)


def _score(chance: random.Random, each: Employee, element: Element, number: int) -> int:
    mean = _MEANS[ELEMENTS.index(element)] + _GROWTH * number
    is_new = number >= _ROUNDS // 2
    if is_new and (
        (each.team == TEAM and element is TEAM_BARRIER)
        or (each.wave == WAVE and element is WAVE_BARRIER)
    ):
        mean = _BARRIER
    return min(max(round(chance.gauss(mean, _SPREAD)), LOWEST), HIGHEST)
