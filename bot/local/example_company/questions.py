"""Questions with their answers' sources and thumbs, and those handed to a person."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from adoption.feedback.models import Reason, Vote
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from bot.local.example_company.company import Company

_GUIDES = ("Asking well", "When to override", "What may go in", "Meeting notes", "Sums in tables")
_GAPS = ("Which tool may see customer data?", "How do I book a training?", "Where is my licence?")


def fill(record: Record, company: Company) -> None:
    """Stores the questions of all weeks."""
    for monday in company.mondays:
        chance = company.chance("questions", monday)
        for number in range(3 + company.size // 60):
            _ask(record, company, chance, monday, number)


def _ask(
    record: Record, company: Company, chance: random.Random, monday: date, number: int
) -> None:
    known, guide = chance.random() < 0.8, chance.choice(_GUIDES)
    id, at = f"C1:{monday}:{number}", company.moment(chance, monday)
    asker = chance.choice(company.active_people).account
    asked = Asked(
        id=id,
        account=asker,
        asked_at=at,
        surface=Surface.CHANNEL,
        channel="C1",
        question=f"How does it go with {guide.lower()}?" if known else chance.choice(_GAPS),
        outcome=Outcome.ANSWERED if known else Outcome.ABSTAINED,
        answer="Like this." if known else "",
        index_version="1",
        citations=[Cited(1, "p", guide, "", "g.md")] if known else [],
    )
    record.questions.add(asked)
    if chance.random() >= 0.5:
        return
    if known:
        _vote(record, company, chance, id, at)
    else:
        _hand_over(record, chance, id, asker, at)


def _vote(record: Record, company: Company, chance: random.Random, id: str, at: datetime) -> None:
    voter = chance.choice(company.active_people).account
    if chance.random() < 0.75:
        record.feedback.set_vote(id, voter, Vote.POSITIVE, at)
        return
    record.feedback.set_vote(id, voter, Vote.NEGATIVE, at)
    record.feedback.set_reason(id, voter, chance.choice(list(Reason)), None, at)


def _hand_over(record: Record, chance: random.Random, id: str, asker: str, at: datetime) -> None:
    record.handoffs.open(id, asker, at, ("C1", "1"))
    if chance.random() < 0.8:
        record.handoffs.solve(id, "U-helper", at + timedelta(hours=chance.randint(1, 30)))
