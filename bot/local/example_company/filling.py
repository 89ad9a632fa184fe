"""Fills a record with the example company, subject by subject."""

from __future__ import annotations

from collections.abc import Callable

from adoption.record import Record
from bot.local.example_company import (
    actions,
    check_ins,
    comments,
    overrides,
    people,
    questions,
    stories,
    use,
)
from bot.local.example_company.company import Company, Planted
from bot.local.example_company.programme import follow_ups, nudges, pulse, rollout, training

# In this order: who works there goes first.
SUBJECTS: tuple[Callable[[Record, Company], None], ...] = (
    people.fill,
    use.fill,
    nudges.fill,
    overrides.fill,
    stories.fill,
    questions.fill,
    comments.fill,
    check_ins.fill,
    rollout.fill,
    pulse.fill,
    training.fill,
    follow_ups.fill,
    actions.fill,
)


def fill(record: Record, company: Company) -> Planted:
    """Fills an empty record with everything; returns what is hidden in the last week."""
    record.notices.mark_as_example(company.now)
    for subject in SUBJECTS:
        subject(record, company)
    return company.planted
