"""Training in three tiers: what was held, who came, and what is planned.

Some people begin to use the tools with a hands-on session only, so training has an effect to find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from adoption.record import Record
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from bot.local.example_company.company import Company, Employee

# So many weeks before the end the hands-on sessions took place.
_HELD = (9, 6, 4)
_ZONE = "Europe/Berlin"
# One person in so many comes to each session; half of them begin with it.
_COMES, _BEGINS = 30, (7, 8, 9)
_USES_ALREADY = (17, 18, 19)
COURSES = (
    Course(
        "start",
        "A first look at our AI tools",
        Tier.AWARENESS,
        "Two hours: what the tools can do, what may go in, and when to override them.",
        materials=("Writing good requests", "Privacy and data"),
    ),
    Course(
        "own-work",
        "AI in your own work",
        Tier.HANDS_ON,
        "Half a day in a small group. Bring a task of your own; you leave with it done.",
        materials=("Writing good requests",),
    ),
    Course(
        "coaching",
        "Coaching for champions",
        Tier.ADVANCED,
        "An hour with the AI lead: how to help your team with its hardest cases.",
        roles=("champion",),
    ),
)


def fill(record: Record, company: Company) -> None:
    """Stores the catalogue, who came to what was held, and who signed up for what is to come."""
    record.training.catalogue.put_courses(COURSES)
    for number, weeks in enumerate(_HELD):
        _hold(record, company, number, held_on(company, weeks))
    _plan(record, company)
    # What happened in the example sends no messages today.
    for owed in record.training.notices.owed():
        notice = record.training.notices.notice(owed, company.now)
        if notice is not None:
            record.training.notices.set_told(owed, notice, _ZONE, company.now)


def first_days(company: Company) -> Mapping[int, date]:
    """From which day on those use the tools who begin with a session, by number."""
    return {
        each.number: held_on(company, weeks) + timedelta(days=1)
        for weeks, rest in zip(_HELD, _BEGINS, strict=True)
        for each in _those(company, rest)
    }


def held_on(company: Company, weeks: int) -> date:
    """The Tuesday of a week so many weeks before the end."""
    return company.last.next.monday + timedelta(days=1, weeks=-weeks)


def _those(company: Company, rest: int) -> Sequence[Employee]:
    """One person in thirty, of those who are there and in no planted team."""
    return [
        each
        for each in company.active_people
        if each.number % _COMES == rest
        and each.colleague is None
        and each.team != company.planted.team
    ]


def _hold(record: Record, company: Company, number: int, day: date) -> None:
    if day < company.monday:
        return
    begin = datetime.combine(day, time(8), UTC)
    host = company.admins[0].account if company.admins else None
    id = f"own-work-{number + 1}"
    record.training.catalogue.plan(
        Plan(id, "own-work", begin, 240, _ZONE, 15, host, "Training room"), begin
    )
    came = [*_those(company, _BEGINS[number]), *_those(company, _USES_ALREADY[number])]
    # Their addresses, for not everybody has an account in the practice workspace.
    addresses = [each.address for each in came]
    record.training.attendance.mark(id, addresses, begin + timedelta(hours=5))


def _plan(record: Record, company: Company) -> None:
    """Next week's and later sessions; some of the cast have signed up."""
    host = company.admins[0].account if company.admins else None
    link = "https://meet.example.com/ai-training"
    monday = company.last.next.monday + timedelta(weeks=1)
    plans = (
        Plan("start-next", "start", _at(monday, 1, 9), 120, _ZONE, 100, host, link),
        Plan("own-work-next", "own-work", _at(monday, 3, 8), 240, _ZONE, 3, host, "Training room"),
        Plan("own-work-later", "own-work", _at(monday, 10, 8), 240, _ZONE, 15, host, "Site 2"),
        Plan("coaching-next", "coaching", _at(monday, 8, 13), 60, _ZONE, 8, host, link),
    )
    for plan in plans:
        record.training.catalogue.plan(plan, company.now)
    _hold_unmarked(record, company, host)
    champions = [each.account for each in company.champions]
    for number, account in enumerate(champions[:3]):
        at = company.now - timedelta(days=1, minutes=number)
        record.training.seats.sign_up("coaching-next", account, at, company.now)
        record.training.seats.sign_up("own-work-next", account, at, company.now)


def _hold_unmarked(record: Record, company: Company, host: str | None) -> None:
    """This morning's session, to which nobody has marked who came."""
    begin, before = company.now - timedelta(hours=2), company.now - timedelta(days=3)
    plan = Plan("start-today", "start", begin, 90, _ZONE, 100, host, "Canteen")
    record.training.catalogue.plan(plan, before)
    for each in company.cast:
        if not each.is_admin:
            record.training.seats.sign_up(plan.id, each.account, before, before)


def _at(monday: date, days: int, hour: int) -> datetime:
    return datetime.combine(monday + timedelta(days=days), time(hour), UTC)
