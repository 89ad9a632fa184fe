"""What the tools report day by day; in the last week one team falls silent.

One wave overrides more than the others (`rollout.py`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from adoption.record import Record
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from bot.local.example_company.company import Company, Employee
from bot.local.example_company.programme.rollout import more_overrides
from bot.local.example_company.programme.training import first_days

# People take some months to get into a habit.
_WEEKS_TO_HABIT = 22
# How often each thing happens on a day of use, at most.
_MOST = {
    Event.SHOWN: 9,
    Event.ACCEPTED: 6,
    Event.EDITED: 2,
    Event.OVERRIDDEN: 1,
    Event.IGNORED: 2,
}


def fill(record: Record, company: Company) -> None:
    """Stores the use of all weeks."""
    through, begins = company.through or company.last.sunday, first_days(company)
    for monday in [*company.mondays, company.last.next.monday]:
        chance = company.chance("use", monday)
        days = [monday + timedelta(days=number) for number in range(7)]
        days = [day for day in days if day <= through]
        facts = [fact for day in days for fact in _facts(company, chance, day, begins)]
        record.usage.store(facts, company.now)


def _facts(
    company: Company, chance: random.Random, day: date, begins: Mapping[int, date]
) -> Iterator[Usage]:
    """The use of a day.

    Args:
        begins: from which day on those use the tools who begin later than they may, by number.
    """
    for each in company.people:
        likely = _likely(company, each, day) if day >= begins.get(each.number, day) else 0.0
        if chance.random() >= likely:
            continue
        tool = each.tools[(each.number + day.toordinal() // 3) % len(each.tools)]
        for event, most in _MOST.items():
            count = chance.randint(0, most)
            if event is Event.OVERRIDDEN:
                count += more_overrides(company, each, day)
            if count:
                yield Usage("halfyear", tool, day, event, count, each.address)


def _likely(company: Company, each: Employee, day: date) -> float:
    """How likely it is that somebody uses a tool on a day."""
    if day < each.start or (each.left_on is not None and day > each.left_on):
        return 0.0
    learned = min(1.0, (day - each.start).days // 7 / _WEEKS_TO_HABIT)
    habit = company.first_habit + (1 - company.first_habit) * learned
    likely = each.keenness * habit * (0.75 if day.weekday() < 5 else 0.03)
    planted = company.planted
    return likely * 0.08 if each.team == planted.team and day >= planted.week.monday else likely
