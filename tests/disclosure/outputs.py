"""Everything that a company is shown in a week, as the text that people read."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from adoption.guides.statistics import GuideUse
from adoption.nudges.preview import standing_of
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_csv, digest_as_json
from adoption.reports.programme.nudges import effects_of
from adoption.reports.programme.part import Span
from adoption.reports.report.html import report_as_html
from adoption.reports.report.model import Report
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv
from adoption.reports.weeks import Week
from bot.features.guides.blocks import GuideFacts, guide_dialog, votes_text
from bot.features.nudges.blocks import Course, home_part
from bot.slack.messages import as_json
from tests.disclosure.company import ZONE
from tests.support.slack import strings

REPORT_WEEKS = 4


class Row(NamedTuple):
    """A row of a CSV file: section, name, figure, value."""

    section: str
    name: str
    figure: str
    value: str


@dataclass(frozen=True)
class Shown:
    """What is shown of a week.

    Attributes:
        digest, report: the rows of their CSV files.
        json: the digest as JSON.
        lines: the lines of the programme on the report's page.
        nudges: an admin's Home about campaigns.
        guide: the dialog about the guide that answers everything.
    """

    digest: Sequence[Row]
    json: str
    report: Sequence[Row]
    lines: Sequence[str]
    nudges: Sequence[str]
    guide: Sequence[str]
    built: Report = field(repr=False)


def shown_in(record: Record, week: Week, least: int) -> Shown:
    """What a week's digest, report, Home and dialogs show."""
    minimum = record.minimum(least)
    digest = weekly_digest(record, week, ZONE, minimum)
    report = _report(record, week, minimum)
    return Shown(
        rows(digest_as_csv(digest)),
        digest_as_json(digest),
        rows(report_as_csv(report)),
        lines(report_as_html(report)),
        _nudges(record, week, minimum),
        _guide(record, week, minimum),
        report,
    )


def _report(record: Record, week: Week, minimum: Minimum) -> Report:
    start = week.monday - timedelta(weeks=REPORT_WEEKS - 1)
    return adoption_report(record.engine, start, week.sunday, ZONE, minimum)


def rows(text: str) -> list[Row]:
    """The rows of a CSV file without its heading."""
    return [Row(*each) for each in csv.reader(io.StringIO(text))][1:]


def lines(page: str) -> list[str]:
    """The items of a page's lists."""
    items = re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", "", item)) for item in items]


def _nudges(record: Record, week: Week, minimum: Minimum) -> list[str]:
    effects = effects_of(record.engine, Span(week.monday, week.sunday, ZONE), minimum)
    courses = [
        Course(each, standing_of(record.nudges.picks(each.campaign.id), minimum), "a day")
        for each in effects
    ]
    return "\n".join(strings(as_json(home_part(courses)))).split("\n")


def _guide(record: Record, week: Week, minimum: Minimum) -> list[str]:
    since = week.bounds(ZONE)[0]
    use = next(iter(record.guide_statistics.uses(since)), GuideUse("asking.md"))
    said = record.guide_statistics.complaints(use.source, since, frozenset(), minimum, 5)
    facts = GuideFacts(
        "id", "Asking", "guide", "", "", "asking.md", "", 7, use.shown(minimum), said
    )
    return [*strings(guide_dialog(facts).to_dict()), votes_text(use.shown(minimum), 7)]
