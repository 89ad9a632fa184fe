"""Check-ins two weeks after somebody got the tools."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from adoption.feedback.feedback import CheckIn
from adoption.record import Record
from bot.local.example_company.company import TOOLS, Company


def fill(record: Record, company: Company) -> None:
    """Stores the check-ins of every fifth person."""
    record.feedback.add_check_ins(list(_check_ins(company)), company.now)


def _check_ins(company: Company) -> Iterator[CheckIn]:
    chance = company.chance("check-ins")
    for each in company.people[::5]:
        done = chance.random() < 0.7
        low = chance.randrange(10, 60)
        yield CheckIn(
            id=f"check-in:{each.number}",
            account=each.account,
            due_on=each.start + timedelta(weeks=2),
            tool=chance.choice(TOOLS[1:]),
            done_at=company.now - timedelta(days=2) if done else None,
            minutes_low=low if done else None,
            minutes_high=low + 30 if done else None,
        )
