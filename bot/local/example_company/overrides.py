"""Overrides of recommendations; in the last week one reason grows behind those of one tool."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from adoption.feedback.feedback import Override
from adoption.feedback.models import DETAILS, OverrideReason, Weight
from adoption.record import Record
from bot.local.example_company.company import TOOLS, Company

_REASONS = [reason for reason in OverrideReason if reason is not OverrideReason.DECLINED]


@dataclass(frozen=True)
class _Case:
    """What somebody wrote about an override."""

    text: str
    recommended: str
    did_instead: str


_CASES: Mapping[OverrideReason, tuple[_Case, ...]] = {
    OverrideReason.WRONG_DATA: (
        _Case(
            "it worked from last year's price list again",
            "Offer the frame contract at 42 euros a seat.",
            "Offered 46 euros, from this year's list.",
        ),
        _Case(
            "the two newest stores are missing in its data",
            "Order 400 pieces for week 12.",
            "Ordered 520, with the two new stores.",
        ),
    ),
    OverrideReason.DISAGREES: (
        _Case(
            "I know this customer and would not write it so",
            "Open the letter with the late payment.",
            "Rang them first; they had changed banks.",
        ),
    ),
    OverrideReason.DOES_NOT_APPLY: (
        _Case(
            "our case is not covered by the rule it quotes",
            "Decline the return after 30 days.",
            "Took it back: the goods were damaged on arrival.",
        ),
    ),
    OverrideReason.NOT_POSSIBLE: (
        _Case(
            "I have no access to the system it wants me to use",
            "Update the record in the warehouse system.",
            "Sent the change to the warehouse by mail.",
        ),
    ),
    OverrideReason.BAD_MOMENT: (
        _Case(
            "it came after I had sent the offer",
            "Add the training package to the offer.",
            "Kept it for the next round.",
        ),
    ),
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
        case = chance.choice(_CASES[reason]) if number % 3 == 0 else None
        yield Override(
            id=f"{monday}:{number}",
            account=chance.choice(people).account,
            tool=tool,
            at=company.moment(chance, monday),
            reason=reason,
            detail=detail,
            text=case.text if case else None,
            recommended=case.recommended if case else None,
            did_instead=case.did_instead if case else None,
            weight=chance.choice(list(Weight)),
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
