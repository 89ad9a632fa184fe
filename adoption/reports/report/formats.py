"""The adoption report as one HTML file and as comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from adoption.csv_safety import safe_cell
from adoption.measures import Range
from adoption.privacy.groups import OTHERS
from adoption.reports.digest.html import page, section_as_html
from adoption.reports.report.pictures import (
    cohort_picture,
    funnel_picture,
    pareto_picture,
    trend_picture,
)
from adoption.reports.report.report import GroupReport, Report
from adoption.reports.targets import MEASURES, Dimension
from adoption.reports.wording import (
    Section,
    Table,
    Words,
    joined,
    one_line,
    percent,
    share_in_words,
)


def report_as_html(report: Report) -> str:
    """The report as one page that needs nothing else."""
    pictures = {
        "funnel": funnel_picture(report),
        "cohorts": cohort_picture(report),
        "trend": trend_picture(report),
        "overrides": pareto_picture(report),
    }
    parts = [section_as_html(part, pictures.get(part.key)) for part in report_sections(report)]
    return page(f"Adoption from {report.start} to {report.end}", parts)


def report_as_csv(report: Report) -> str:
    """The report as rows of `section, name, figure, value`; no cell is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["section", "name", "figure", "value"])

    def write(*cells: object) -> None:
        writer.writerow([safe_cell(cell) for cell in cells])

    for section in report_sections(report):
        if section.table is not None:
            for name, *cells in section.table.rows:
                for column, cell in zip(section.table.columns[1:], cells, strict=True):
                    write(section.key, one_line(name), column, cell)
        for number, line in enumerate(section.lines, start=1):
            write(section.key, number, "", joined(line))
    return out.getvalue()


def report_sections(report: Report) -> list[Section]:
    """The parts of the report in the order in which they are read."""
    made = []
    if report.targets:
        made.append(Section("targets", "Against the targets", table=_targets(report)))
    if report.funnel:
        rows = [(stage.name, share_in_words(stage.share)) for stage in report.funnel]
        made.append(
            Section("funnel", "From eligible to champion", table=Table(("", "people"), rows))
        )
    trend = [(monday.isoformat(), share_in_words(share)) for monday, share in report.trend.items()]
    made.append(Section("trend", "Active week by week", table=Table(("week of", "active"), trend)))
    for dimension, title in (
        (Dimension.WAVE, "By wave"),
        (Dimension.TEAM, "By team"),
        (Dimension.TOOL, "By tool"),
    ):
        groups = [group for group in report.groups if group.dimension is dimension]
        if groups:
            made.append(Section(dimension.value, title, table=_groups(dimension, groups)))
    cohorts = [group for group in report.groups if group.cohort]
    if cohorts:
        made.append(Section("cohorts", "Who stays, week by week", table=_cohorts(cohorts)))
    if report.overrides:
        rows = [
            (Words(f"{tool.tool}: {reason.reason}"), share_in_words(reason.share))
            for tool in report.overrides
            for reason in tool.reasons
        ]
        made.append(Section("overrides", "Why people override", table=Table(("", "share"), rows)))
    made.append(Section("worth", "What it is worth", table=_worth(report)))
    return made


def _targets(report: Report) -> Table:
    rows = []
    for judged in report.targets:
        aim = judged.aim
        who = "all" if aim.dimension is Dimension.ALL else Words(f"{aim.dimension} {aim.name}")
        rows.append(
            (
                who,
                MEASURES[aim.measure],
                percent(aim.value),
                aim.by.isoformat() if aim.by else "–",
                share_in_words(judged.share) if judged.share else "–",
                judged.verdict.value,
            )
        )
    return Table(("", "measure", "target", "by", "now", "verdict"), rows)


def _groups(dimension: Dimension, groups: Sequence[GroupReport]) -> Table:
    decided = dimension is Dimension.TOOL
    columns = ["", "eligible", "active in 28 days", "habit", "dormant", "never used"]
    rows = []
    for group in groups:
        found = group.figures
        row = [
            group.name if group.name == OTHERS else Words(group.name),
            str(found.eligible) if found.eligible else "–",
            *map(share_in_words, (found.adoption, found.habit, found.dormant, found.never_used)),
        ]
        if decided:
            row += [share_in_words(found.acceptance), share_in_words(found.overrides)]
        rows.append(row)
    return Table(columns + (["accepted", "overridden"] if decided else []), rows)


def _cohorts(groups: Sequence[GroupReport]) -> Table:
    weeks = max(len(group.cohort) for group in groups)
    rows = []
    for group in groups:
        cells = [percent(share.value) for share in group.cohort]
        rows.append([Words(group.name), *cells, *["–"] * (weeks - len(cells))])
    return Table(["", *(f"week {week}" for week in range(weeks))], rows)


def _worth(report: Report) -> Table:
    first = "–" if report.first_value is None else f"{report.first_value:.0f} days"
    often = "–" if report.intensity is None else f"{report.intensity:.1f}"
    rows = [
        ("days to the first thing taken from a tool (median)", first),
        ("active days of an active person in 28 days", often),
        ("check-ins done", share_in_words(report.check_ins)),
    ]
    for worth in report.worth:
        hours = f"{worth.saved.low:,.0f}–{worth.saved.high:,.0f} h a week"
        rows.append(
            (
                Words(f"{worth.tool}: time saved, as {worth.reports} people told"),
                hours if worth.back is None else f"{hours}; return on cost {_times(worth.back)}",
            )
        )
    return Table(("", "value"), rows)


def _times(back: Range) -> str:
    return f"{back.low * 100:,.0f} to {back.high * 100:,.0f} %"
