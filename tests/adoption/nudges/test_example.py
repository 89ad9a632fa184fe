"""In a company of 2,000 people the digest shows the effect that was planted."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from adoption.privacy.groups import Minimum
from adoption.reports.programme.nudges import effects_of, nudges_part
from adoption.reports.programme.part import Span
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from bot.local.example_company import people, use
from bot.local.example_company.company import Company
from bot.local.example_company.programme import nudges
from tests.adoption.factories import fresh_record

WEEK = Week(2026, 46)
SPAN = Span(WEEK.monday, WEEK.sunday, ZoneInfo("UTC"))


def test_the_interval_holds_the_effect_that_was_planted(tmp_path: Path):
    record = fresh_record(tmp_path)
    company = Company(size=2000, weeks=9, last=WEEK, seed=7)
    for fill in (people.fill, use.fill, nudges.fill):
        fill(record, company)
    (effect,) = effects_of(record.engine, SPAN, Minimum())
    assert effect.difference is not None
    _, low, high = effect.difference
    assert 0 < low < nudges.EFFECT < high
    section = nudges_part(UseReader(record.engine), SPAN, Minimum()).section
    assert section is not None
    assert plain(section.lines[0]).endswith("it helped.")
    record.close()
