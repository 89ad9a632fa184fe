"""Overrides of recommendations; in the last week one reason grows behind those of one tool."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from adoption.feedback.feedback import Override
from adoption.feedback.models import DETAILS, OverrideReason
from adoption.record import Record
from bot.local.example_company.company import TOOLS, Company

_REASONS = [reason for reason in OverrideReason if reason is not OverrideReason.DECLINED]
_TEXTS = {
    OverrideReason.WRONG_DATA: "it worked from last year's price list again",
    OverrideReason.DISAGREES: "I know this customer and would not write it so",
    OverrideReason.DOES_NOT_APPLY: "our case is not covered by the rule it quotes",
    OverrideReason.NOT_POSSIBLE: "I have no access to the system it wants me to use",
    OverrideReason.BAD_MOMENT: "it came after I had sent the offer",
}


def fill(record: Record, company: Company) -> None:
    """Stores the overrides of all weeks."""
    for monday in company.mondays:
        record.feedback.add_overrides(list(_of_week(company, monday)))


def _of_week(company: Company, monday: date) -> Iterator[Override]:
    chance, people = company.chance("overrides", monday), company.active_people
    for number in range(company.size // 3):
        tool = chance.choice(TOOLS)
        reason, detail = _reason(company, chance, monday, tool)
        yield Override(
            id=f"{monday}:{number}",
            account=chance.choice(people).account,
            tool=tool,
            at=company.moment(chance, monday),
            reason=reason,
            detail=detail,
            text=_TEXTS[reason] if number % 3 == 0 else None,
            consent=number % 6 == 0,
        )


def _reason(
    company: Company, chance: random.Random, monday: date, tool: str
) -> tuple[OverrideReason, str]:
    planted = company.planted
    if monday == planted.week.monday and tool == planted.tool and chance.random() < 0.6:
        return OverrideReason.WRONG_DATA, "missing data"
    reason = chance.choice(_REASONS)
    return reason, chance.choice(DETAILS[reason])
