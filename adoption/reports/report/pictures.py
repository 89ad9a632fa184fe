"""The adoption report's pictures: funnel, cohorts, trend, Pareto of override reasons."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from adoption.reports.digest.pictures import INK, NOW, drawn, plain_label, whiskers
from adoption.reports.report.report import Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_REASONS = 10


def funnel_picture(report: Report) -> bytes | None:
    """Bars from eligible to champions; None without people."""
    if not report.funnel:
        return None

    def draw(axes: Axes) -> None:
        names = [stage.name for stage in report.funnel]
        values = [stage.share.value or 0.0 for stage in report.funnel]
        bars = axes.barh(names, values, color=NOW)
        axes.bar_label(bars, [str(stage.share.part) for stage in report.funnel], padding=4)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.1)
        axes.xaxis.set_major_formatter(_per_cent)

    return drawn(draw, len(report.funnel), "From eligible to champion", "svg")


def cohort_picture(report: Report) -> bytes | None:
    """A heat map with its figures written in: waves by weeks since the first use."""
    groups = [group for group in report.groups if group.cohort]
    if not groups:
        return None
    weeks = max(len(group.cohort) for group in groups)

    def draw(axes: Axes) -> None:
        nothing = float("nan")
        cells = [
            [share.value if share.value is not None else nothing for share in group.cohort]
            + [nothing] * (weeks - len(group.cohort))
            for group in groups
        ]
        axes.imshow(cells, aspect="auto", cmap="Blues", vmin=0, vmax=1)
        axes.set_yticks(range(len(groups)), [plain_label(group.name) for group in groups])
        axes.set_xticks(range(weeks))
        axes.set_xlabel("weeks since the first use")
        for row, values in enumerate(cells):
            for column, value in enumerate(values):
                if value == value:
                    axes.text(
                        column,
                        row,
                        f"{value * 100:.0f}",
                        ha="center",
                        va="center",
                        color="white" if value > 0.55 else "#0b2a3a",
                    )

    return drawn(draw, len(groups) + 1, "Still active, per cent of each wave", "svg")


def trend_picture(report: Report) -> bytes | None:
    """The share active week by week with its interval; None with less than two weeks."""
    if len(report.trend) < 2:
        return None

    def draw(axes: Axes) -> None:
        mondays = [monday.toordinal() for monday in report.trend]
        values, below, above = whiskers(list(report.trend.values()))
        lows = [value - down for value, down in zip(values, below, strict=True)]
        highs = [value + up for value, up in zip(values, above, strict=True)]
        axes.fill_between(mondays, lows, highs, color=NOW, alpha=0.25, linewidth=0)
        axes.plot(mondays, values, color=NOW, marker="o", markersize=3)
        step = max(1, len(mondays) // 8)
        labels = [monday.strftime("%d %b") for monday in report.trend]
        axes.set_xticks(mondays[::step], labels[::step])
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(_per_cent)

    return drawn(draw, 5, "Active week by week, with 95 % intervals", "svg")


def pareto_picture(report: Report) -> bytes | None:
    """Override reasons over all tools, the most frequent first, with their running sum."""
    counts: dict[str, int] = {}
    for tool in report.overrides:
        for reason in tool.reasons:
            counts[reason.reason] = counts.get(reason.reason, 0) + reason.share.part
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_REASONS]
    whole = sum(counts.values())
    if not whole:
        return None

    def draw(axes: Axes) -> None:
        names = [plain_label(name) for name, _ in ranked]
        values = [count / whole for _, count in ranked]
        axes.barh(names, values, color=NOW)
        axes.plot(list(accumulate(values)), names, color=INK, marker="o", label="running sum")
        axes.invert_yaxis()
        axes.set_xlim(0, 1.02)
        axes.xaxis.set_major_formatter(_per_cent)
        axes.legend(loc="upper right", bbox_to_anchor=(1, -0.08), frameon=False, labelcolor=INK)

    return drawn(draw, len(ranked), "Why people override, all tools", "svg")


def _per_cent(value: float, _: object) -> str:
    return f"{value * 100:.0f} %"
