"""A campaign of nudges four weeks ago, and how many more began because of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from adoption.nudges.models import Reaction
from adoption.nudges.nudges import Campaign, Rules
from adoption.privacy.groups import DEFAULT_MINIMUM
from adoption.record import Record
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from bot.local.example_company.company import TOOLS, Company

TOOL = TOOLS[1]
# Of those who got the message and of those who were held out, who began within two weeks.
BEGAN, BEGAN_ANYWAY = 0.45, 0.15
EFFECT = BEGAN - BEGAN_ANYWAY
_HOLDOUT, _GRACE_DAYS, _WEEKS_AGO = 0.3, 28, 4
_WILL_TRY = 0.2
_ID = "example"


def fill(record: Record, company: Company) -> None:
    """Stores the campaign, its messages, and the use that followed."""
    monday = company.last.next.monday - timedelta(weeks=_WEEKS_AGO)
    if monday - timedelta(days=_GRACE_DAYS) < company.monday:
        return
    at = datetime.combine(monday, time(9), UTC)
    admin = company.admins[0].account if company.admins else "T1:U-admin"
    campaign = Campaign(_ID, TOOL, _HOLDOUT, admin, at)
    rules = Rules(_GRACE_DAYS, _HOLDOUT, DEFAULT_MINIMUM)
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
    """Use of the tool by the shares that are planted, on some days of the two weeks."""
    chance = company.chance("nudges use")
    audience = record.nudges.audience(TOOL, company.now, monday, 0)
    picked = set(record.nudges.picks(_ID))
    by_account = {each.account: each.address for each in company.people}
    accounts = sorted(audience.holders[id].account for id in picked if id in audience.holders)
    for group, share in (
        ([a for a in accounts if a in sent], BEGAN),
        ([a for a in accounts if a not in sent], BEGAN_ANYWAY),
    ):
        for account in chance.sample(group, round(len(group) * share)):
            for day in _days(chance.sample(range(14), 3), monday):
                yield Usage("halfyear", TOOL, day, Event.ACCEPTED, 1, by_account[account])


def _days(after: Sequence[int], monday: date) -> list[date]:
    return [monday + timedelta(days=each) for each in after]
