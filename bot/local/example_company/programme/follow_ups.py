"""Follow-ups after people got the tools, and two weeks after a training of a few of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, select

from adoption.follow_ups.follow_ups import FollowUps
from adoption.follow_ups.models import Feeling, Obstacle
from adoption.follow_ups.occasions import TOOLS, TRAINING, Occasion
from adoption.people.models import Person
from adoption.record import Record
from adoption.training.models import Tier
from bot.local.example_company.company import Company

# One person in so many is followed up, at most so many; and so many had the training.
_SAMPLE, _MOST, _TRAINED = 7, 60, 24
_ANSWER = 0.7
_FEELINGS = {Feeling.WELL: 5, Feeling.MIXED: 4, Feeling.STUCK: 1}
_OBSTACLES = {
    Obstacle.TIME: 5,
    Obstacle.KNOW_HOW: 3,
    Obstacle.RESULTS: 2,
    Obstacle.FIT: 2,
    Obstacle.ACCESS: 1,
}


def fill(record: Record, company: Company) -> None:
    """Asks those who are due, day by day, and stores what most of them answer."""

    def occasions(connection: Connection, since: date) -> Iterator[Occasion]:
        return _occasions(connection, company, since)

    follow_ups, chance = FollowUps(record.engine, occasions), company.chance("follow-ups")
    answered: set[str] = set()
    for day in _days(company):
        for id in follow_ups.open_due(day):
            follow_ups.set_sent(id)
            account = (found.account if (found := follow_ups.get(id)) else "") or ""
            if chance.random() >= _ANSWER or id in answered:
                continue
            answered.add(id)
            how = chance.choices(list(_FEELINGS), list(_FEELINGS.values()))[0]
            obstacle = Obstacle.NOTHING
            if how is not Feeling.WELL:
                obstacle = chance.choices(list(_OBSTACLES), list(_OBSTACLES.values()))[0]
            follow_ups.answer(id, account, how, obstacle, day, f"example {id}")


def _trained_on(company: Company) -> date:
    """A Tuesday, so that the follow-up is due in the last week."""
    return company.last.monday - timedelta(weeks=2) + timedelta(days=1)


def _days(company: Company) -> list[date]:
    """The days on which somebody is due."""
    got = {each.start for each in company.people} | {_trained_on(company)}
    due = {day + timedelta(weeks=weeks) for day in got for weeks in (2, 6)}
    return sorted(day for day in due if day <= company.last.sunday)


def _occasions(connection: Connection, company: Company, since: date) -> Iterator[Occasion]:
    query = select(Person.account, Person.id).where(Person.account.is_not(None))
    ids: dict[str, str] = {account: id for account, id in connection.execute(query) if account}
    sample = company.people[:: max(_SAMPLE, company.size // _MOST)]
    for each in sample:
        if each.start >= since:
            yield Occasion(ids[each.account], TOOLS, each.start)
    trained = [each for each in company.active_people if each not in sample][:_TRAINED]
    for each in trained:
        yield Occasion(ids[each.account], f"{TRAINING} {Tier.HANDS_ON}", _trained_on(company))
