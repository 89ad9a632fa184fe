"""The report's tables, for its appendix and its CSV file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from adoption.measures import Range
from adoption.measures.outcomes import MINUTES_A_DAY, MONTHS_OF_USE
from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.privacy.groups import OTHERS
from adoption.reports.report.model import GroupReport, Report
from adoption.reports.rich_text import (
    EXAMPLE,
    RichText,
    Section,
    Table,
    UntrustedText,
    percent,
    section_as_data,
    sections_as_csv,
)
from adoption.reports.targets import MEASURES, Dimension

_MOST_REASONS = 5
NOT_ENOUGH = "not enough data"
_TITLES = {
    Dimension.ALL: "Everybody",
    Dimension.WAVE: "By wave",
    Dimension.TEAM: "By team",
    Dimension.TOOL: "By tool",
}


def report_as_csv(report: Report) -> str:
    """The report as rows of `section, name, figure, value`; no cell is a formula."""
    return sections_as_csv(report_sections(report))


def report_as_json(report: Report) -> str:
    """The report's tables and lines as one JSON object; hidden figures are `–`."""
    period = {"from": str(report.start), "to": str(report.end), "through": str(report.through)}
    made = [section_as_data(each) for each in report_sections(report)]
    said = period | {"minimum": report.minimum, "company": report.company, "sections": made}
    return json.dumps(said, ensure_ascii=False, indent=2)


def report_sections(report: Report) -> list[Section]:
    """All tables; those without rows are left out."""
    trend = [
        (monday.isoformat(), with_interval(share), str(report.habit_trend.get(monday, HIDDEN)))
        for monday, share in sorted(report.trend.items())
    ]
    made = [Section("targets", "Targets", table=_targets(report))]
    made += [
        Section(dimension.value, title, table=_groups(report.by(dimension), dimension))
        for dimension, title in _TITLES.items()
    ]
    made += [
        Section(
            "funnel",
            "Funnel",
            table=_shares("Stage", [(stage.name, stage.share) for stage in report.funnel]),
        ),
        Section(
            "trend",
            "Week by week",
            table=Table(("Week of", "Weekly active", "Habitual users"), trend),
        ),
        Section(
            "segments",
            "Usage segments over 12 weeks",
            table=_shares("Segment", [(f"{k}s", v) for k, v in report.segments.items()]),
        ),
        Section(
            "transitions",
            "These 28 days, and the 28 days before",
            table=_shares("Transition", [(str(k), v) for k, v in report.transitions.items()]),
        ),
        Section("cohorts", "Still active by weeks since the first use", table=_cohorts(report)),
        Section("overrides", "Why people override", table=_overrides(report)),
        Section("worth", "Onboarding and value", table=_worth(report)),
        Section("value", "Value by wave", lines=_assumptions(report), table=_values(report)),
        Section("places", "Where people ask", table=_places(report)),
        *report.programme,
    ]
    shown = [section for section in made if section.table and section.table.rows]
    example = Section("example", "Example", [(EXAMPLE,)], prose=True)
    return [example, *shown] if report.is_example else shown


def with_interval(share: ShownShare) -> str:
    """A share with its 95 % interval: `74 % (65–82 %)`, or `–`."""
    if share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share} ({low * 100:.0f}–{high * 100:.0f} %)"


def _shares(what: str, rows: Sequence[tuple[str, ShownShare]]) -> Table:
    shown = [(name, with_interval(share)) for name, share in rows if share.value is not None]
    return Table((what, "Share of eligible people"), shown)


def _targets(report: Report) -> Table:
    rows = []
    for judged in report.targets:
        aim = judged.aim
        everybody = aim.dimension is Dimension.ALL
        rows.append(
            (
                "Everybody" if everybody else UntrustedText(f"{aim.dimension} {aim.name}"),
                MEASURES[aim.measure],
                percent(aim.value),
                aim.by.isoformat() if aim.by else "–",
                with_interval(judged.share),
                judged.verdict.value,
            )
        )
    return Table(("Group", "Measure", "Target", "By", "Now", "Verdict"), rows)


def _groups(groups: Sequence[GroupReport], dimension: Dimension) -> Table:
    decided = dimension in (Dimension.TOOL, Dimension.ALL)
    columns = ["Group", "Eligible, about", "Weekly active", "Monthly active (28 days)"]
    columns += ["Habitual users", "Never used"]
    rows = []
    for group in groups:
        found = group.figures
        if not found.eligible and found.acceptance.value is None:
            continue
        shares = (found.weekly, found.monthly, found.habitual, found.never_used)
        row = [
            group.name if group.name == OTHERS else UntrustedText(group.name),
            str(found.eligible) if found.eligible else "–",
            *map(with_interval, shares),
        ]
        if decided:
            row += [with_interval(found.acceptance), with_interval(found.overrides)]
        rows.append(row)
    columns += ["Accepted", "Overridden"] if decided else []
    return Table(columns, rows).without_empty_columns()


def _cohorts(report: Report) -> Table:
    groups = [group for group in report.by(Dimension.WAVE) if group.cohort]
    weeks = max((len(group.cohort) for group in groups), default=0)
    rows = []
    for group in groups:
        cells = [str(share) for share in group.cohort]
        rows.append([UntrustedText(group.name), *cells, *["–"] * (weeks - len(cells))])
    return Table(["Wave", *(f"Week {week}" for week in range(weeks))], rows)


def _overrides(report: Report) -> Table:
    rows = [
        (UntrustedText(f"{tool.tool}: {reason.reason}"), with_interval(reason.share))
        for tool in report.overrides
        for reason in tool.reasons[:_MOST_REASONS]
    ]
    return Table(("Reason", "Share of the tool's overrides"), rows)


def _places(report: Report) -> Table:
    rows = [(UntrustedText(place.name), str(place.count)) for place in report.places]
    return Table(("Place", "Questions, about"), rows)


def _worth(report: Report) -> Table:
    start, often = report.onboarding, report.intensity
    rows = [
        ("Activated within 30 days", with_interval(start.within_30_days)),
        ("Days to the first use, median", _number(start.first_use)),
        ("Days to the first accepted recommendation, median", _number(start.first_value)),
        ("Active days of an active person in 28 days", "–" if often is None else f"{often:.1f}"),
        ("Stickiness (weekly ÷ monthly active)", percent(report.figures.stickiness)),
        ("Check-ins done", with_interval(report.check_ins)),
    ]
    for worth in report.worth:
        hours = f"{worth.saved.low:,.0f}–{worth.saved.high:,.0f} h a week"
        name = UntrustedText(f"{worth.tool}: time saved, about {worth.reports} check-ins")
        rows.append((name, hours if worth.back is None else f"{hours}; {returned(worth.back)}"))
    if report.saved:
        low, high = report.saved.hours.low, report.saved.hours.high
        rows.append(("Time saved by answers in the period", f"{low:,.0f}–{high:,.0f} h"))
    return Table(("Figure", "Value"), [row for row in rows if row[1] != "–"])


def _values(report: Report) -> Table:
    columns = ("Wave", "Reported, a week", "Modelled, a week", "Promised", "Verdict")
    rows = [
        (
            UntrustedText(value.wave),
            hours(value.reported),
            hours(value.modelled),
            "–" if value.promised is None else f"{value.promised:,.0f} h",
            "–" if value.promised is None else value.verdict.value,
            "–" if value.cost is None else f"{value.cost:,.0f}",
            "–" if value.back is None else returned(value.back).removeprefix("return on cost "),
        )
        for value in report.values
    ]
    return Table((*columns, "Cost a month", "Return on cost"), rows)


def _assumptions(report: Report) -> list[RichText]:
    low, high = MINUTES_A_DAY.low, MINUTES_A_DAY.high
    model = f"The model counts {low:.0f} to {high:.0f} minutes for each day of use."
    costs = f"The cost is that of the seats, and of the programme over {MONTHS_OF_USE} months."
    return [(f"{model} {costs}",)] if report.values else []


def hours(saved: Range | None) -> str:
    """Hours a week as people read them."""
    return NOT_ENOUGH if saved is None else f"{saved.low:,.0f}–{saved.high:,.0f} h"


def returned(back: Range) -> str:
    """A return on cost as people read it."""
    return f"return on cost {back.low * 100:,.0f} to {back.high * 100:,.0f} %"


def _number(days: float | None) -> str:
    return "–" if days is None else f"{days:.0f}"
