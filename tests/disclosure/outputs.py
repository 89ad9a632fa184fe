"""Everything that a company is shown in a week, as the text that people read."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import NamedTuple

import numpy as np

from adoption.follow_ups.counts import Upcoming, upcoming
from adoption.guides.statistics import GuideUse
from adoption.nudges.preview import preview_of, standing_of
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
from bot.conversation.question import Question
from bot.features.follow_ups import blocks as follow_up_blocks
from bot.features.guides.blocks import GuideFacts, guide_dialog, votes_text
from bot.features.nudges.blocks import Course, home_part, preview_dialog
from bot.features.nudges.message import Nudge
from bot.jobs.engine import Backlog
from bot.observability import question_metrics
from bot.observability.metrics import Metrics
from bot.slack.messages import as_json
from tests.disclosure.company import QUESTION, WORDS, ZONE
from tests.support.slack import strings

REPORT_WEEKS = 4
HOLDOUT = 0.2
_DAYS_AHEAD = 28
# Themes are made anew each week since so many weeks ago.
THEME_WEEKS = 4


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
        previews: by tool, what an admin reads of a message before it is approved, on the Sunday.
        upcoming: by team, what its champion reads in Home of follow-ups, on the Sunday.
        guide: the dialog about the guide that answers everything.
        metrics: what Prometheus reads, as far as it came to it in the week.
    """

    digest: Sequence[Row]
    json: str
    report: Sequence[Row]
    lines: Sequence[str]
    nudges: Sequence[str]
    previews: Mapping[str, Sequence[str]]
    upcoming: Mapping[str, Sequence[Upcoming]]
    guide: Sequence[str]
    metrics: str
    built: Report = field(repr=False)


def shown_in(record: Record, week: Week, least: int) -> Shown:
    """What a week's digest, report, Home and dialogs show."""
    minimum = record.minimum(least)
    digest = weekly_digest(record, week, ZONE, minimum, by_words)
    report = _report(record, week, minimum)
    return Shown(
        rows(digest_as_csv(digest)),
        digest_as_json(digest),
        rows(report_as_csv(report)),
        lines(report_as_html(report)),
        _nudges(record, week, minimum),
        {tool: _preview(record, tool, week, minimum) for tool in record.nudges.tools()},
        {team: _upcoming(record, team, week, minimum) for team in record.waves.teams().values()},
        _guide(record, week, minimum),
        _metrics(record, week),
        report,
    )


def begin_themes(record: Record, week: Week, least: int) -> None:
    """Makes the digests of the weeks before, in which themes begin."""
    past = [week]
    while len(past) <= THEME_WEEKS:
        past.append(past[-1].previous)
    for each in reversed(past[2:]):
        weekly_digest(record, each, ZONE, record.minimum(least), by_words)


def by_words(texts: Sequence[str]) -> np.ndarray:
    """Vectors of texts of which no two are alike unless they are the same."""
    places = {text: n for n, text in enumerate((QUESTION, *WORDS.values()))}
    return np.eye(len(places), dtype=np.float32)[[places[text] for text in texts]]


def _metrics(record: Record, week: Week) -> str:
    metrics = Metrics()
    for each in record.questions.between(*week.bounds(ZONE)):
        at = each.asked_at.timestamp()
        asked = Question(each.id, "T1:U", each.surface, "C1", "1", each.question, at)
        metrics.taken(asked)
        course = question_metrics.Course(each.outcome.value, None, "v1", 0, 0, 0, 0)
        metrics.ended(asked, course)
    return metrics.page(lambda: Backlog(0, 0), lambda: "v1").decode()


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


def _preview(record: Record, tool: str, week: Week, minimum: Minimum) -> list[str]:
    # New people get messages here, too: else who they are would be part of the question.
    noon = datetime.combine(week.sunday, time(12), ZONE)
    audience = record.nudges.audience(tool, noon, week.sunday, grace_days=0)
    shown = preview_dialog(preview_of(tool, audience, minimum), HOLDOUT, "9", Nudge("", tool))
    return strings(shown.to_dict())


def _upcoming(record: Record, team: str, week: Week, minimum: Minimum) -> list[Upcoming]:
    found = upcoming(record.engine, team, week.sunday, _DAYS_AHEAD, minimum)
    shown = "\n".join(strings(as_json(follow_up_blocks.team(found))))
    assert shown.count("people") == len(found), shown
    return found


def _guide(record: Record, week: Week, minimum: Minimum) -> list[str]:
    span = week.bounds(ZONE)[0], datetime.max.replace(tzinfo=ZONE)
    use = next(iter(record.guide_statistics.uses(*span)), GuideUse("asking.md"))
    said = record.guide_statistics.complaints(use.source, span, frozenset(), minimum, 5)
    facts = GuideFacts(
        "id", "Asking", "guide", "", "", "asking.md", "", 7, use.shown(minimum), said
    )
    return [*strings(guide_dialog(facts).to_dict()), votes_text(use.shown(minimum), 7)]
