"""A campaign of nudges four weeks ago, and how many more began because of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from adoption.nudges.models import Reaction
from adoption.nudges.nudges import Campaign, Rules
from adoption.privacy.groups import LEAST_MINIMUM
from adoption.record import Record
from adoption.usage.facts import Usage
from adoption.usage.models import Event, PersonDay
from bot.local.example_company.company import TOOLS, Company

TOOL = TOOLS[1]
# How many more began within two weeks of those who got the message than of those held out, as a
# share of each: 0 to 1. It is planted exactly, whoever is held out.
EFFECT = 0.3
_HOLDOUT, _GRACE_DAYS, _WEEKS_AGO = 0.3, 14, 4
_WILL_TRY = 0.2
_DAYS = 14
_ID = "example"


def fill(record: Record, company: Company) -> None:
    """Stores the campaign, its messages, and the use that followed."""
    monday = company.last.next.monday - timedelta(weeks=_WEEKS_AGO)
    if monday - timedelta(days=_GRACE_DAYS) < company.monday:
        return
    at = datetime.combine(monday, time(9), UTC)
    admin = company.admins[0].account if company.admins else "T1:U-admin"
    campaign = Campaign(_ID, TOOL, _HOLDOUT, admin, at)
    rules = Rules(_GRACE_DAYS, _HOLDOUT, LEAST_MINIMUM)
    if record.nudges.approve(campaign, monday, rules, lambda account: at) is None:
        return
    accounts = _sent(record, company, at)
    record.usage.store(list(_use(record, company, accounts, monday)), company.now)


def _sent(record: Record, company: Company, at: datetime) -> set[str]:
    """Sends everything; who got it."""
    chance = company.chance("nudges")
    sent = [each.account for each in record.nudges.planned(_ID)]
    for account in sent:
        record.nudges.set_sent(_ID, account, at)
        if chance.random() < _WILL_TRY:
            record.nudges.react(_ID, account, Reaction.WILL_TRY)
    return set(sent)


def _use(record: Record, company: Company, sent: set[str], monday: date) -> Iterator[Usage]:
    """Use of the tool by so many who got the message, on some days of the two weeks."""
    chance = company.chance("nudges use")
    audience = record.nudges.audience(TOOL, company.now, monday, 0)
    picked = record.nudges.picks(_ID).keys() & audience.holders.keys()
    began = _began(record, monday)
    got = {id for id in picked if audience.holders[id].account in sent}
    held = picked - got
    share = EFFECT + (len(held & began) / len(held) if held else 0.0)
    more = max(0, round(len(got) * share) - len(got & began))
    idle = sorted(audience.holders[id].account for id in got - began)
    by_account = {each.account: each.address for each in company.people}
    for account in chance.sample(idle, min(more, len(idle))):
        for after in chance.sample(range(_DAYS), 3):
            day = monday + timedelta(days=after)
            yield Usage("halfyear", TOOL, day, Event.ACCEPTED, 1, by_account[account])


def _began(record: Record, monday: date) -> set[str]:
    """Those who use the tool in the two weeks without any message."""
    query = select(PersonDay.person_id).where(
        PersonDay.tool == TOOL,
        PersonDay.day >= monday,
        PersonDay.day < monday + timedelta(days=_DAYS),
    )
    with record.engine.connect() as connection:
        return set(connection.scalars(query))
