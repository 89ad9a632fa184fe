"""The adoption report as one HTML file: two pages and an appendix when printed."""

from __future__ import annotations

from adoption.reports.pages import known_points, render, trend_title
from adoption.reports.report import verdict as words
from adoption.reports.report.model import Report
from adoption.reports.report.sections import report_sections, returned
from adoption.reports.targets import Dimension

_MOST_TEAMS, _MOST_REASONS = 12, 3
# Of each part of the programme; the others are in the appendix.
_LINES_FIRST = 3


def report_as_html(report: Report) -> str:
    """The report as one page that needs nothing else."""
    trend = known_points(report.trend)
    return render(
        "report.html.j2",
        report=report,
        verdict=words.verdict(report),
        cards=words.cards(report),
        trend=trend,
        trend_title=trend_title("Weekly active", trend),
        target=report.target("weekly"),
        loss=words.largest_loss(report.funnel),
        funnel_title=words.funnel_title(report),
        segments_title=words.segments_title(report),
        teams=[
            (group, words.against_company(group, report))
            for group in report.by(Dimension.TEAM)
            if group.figures.monthly.value is not None
        ][:_MOST_TEAMS],
        teams_title=words.teams_title(report),
        tools=[group for group in report.by(Dimension.TOOL) if group.figures.eligible],
        tools_title=words.tools_title(report),
        reasons={tool.tool: tool.reasons[:_MOST_REASONS] for tool in report.overrides},
        returned=returned,
        lines_first=_LINES_FIRST,
        sections=report_sections(report),
    )
