"""In a company of few people no figure about them is shown, and every output says why."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_json, digest_as_markdown, digest_as_text
from adoption.reports.home import admin_home
from adoption.reports.report.html import report_as_html
from adoption.reports.report.report import adoption_report
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from tests.adoption.factories import NOON, fresh_record

WEEK, ZONE = Week(2026, 47), ZoneInfo("UTC")
WHY = "The roster has fewer than 20 people. Figures about so few would show what somebody did"


def company(folder: Path, people: int) -> Record:
    """So many people, all of whom used a tool in the week and in the one before."""
    record = fresh_record(folder)
    rows = [
        RosterRow(f"p{n}", "Sales", eligible_since=WEEK.monday - timedelta(90))
        for n in range(people)
    ]
    record.roster.store(rows, NOON)
    days = [WEEK.sunday - timedelta(days=n) for n in range(28)]
    used = [
        Usage("s", "Helper", day, Event.SHOWN, 1, f"p{n}") for n in range(people) for day in days
    ]
    record.usage.store(used, NOON, [Covered("Helper", "s", day) for day in days])
    return record


def said(record: Record) -> list[str]:
    """What digest, Home and report say."""
    minimum = record.minimum(5)
    digest = weekly_digest(record, WEEK, ZONE, minimum)
    home = admin_home(record, UseReader(record.engine), NOON + timedelta(days=7), ZONE, minimum)
    start = WEEK.monday - timedelta(weeks=3)
    report = adoption_report(record.engine, start, WEEK.sunday, ZONE, minimum)
    digests = [each(digest) for each in (digest_as_text, digest_as_markdown, digest_as_json)]
    return [*digests, plain(home.headline), report_as_html(report)]


@pytest.mark.parametrize("people", [1, 19])
def test_a_company_under_four_times_the_minimum_is_told_why_there_are_no_figures(
    tmp_path: Path, people: int
):
    record = company(tmp_path, people)
    for text in said(record):
        assert WHY in text
        assert not re.search(r"\d %\s+of people|weekly active \d", text)
    record.close()


@pytest.mark.parametrize("people", [0, 20])
def test_a_larger_company_and_one_without_a_roster_are_told_nothing_of_it(
    tmp_path: Path, people: int
):
    record = company(tmp_path, people)
    assert not any("Figures about so few" in text for text in said(record))
    record.close()
