"""The digest's pictures as PNG, for messages where Slack refuses its own charts."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adoption.privacy.disclosure import ShownShare
from adoption.privacy.groups import title_of
from adoption.reports.digest.digest import Digest
from adoption.reports.rich_text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NOW, _BEFORE = "#0b5f8a", "#76747a"
_MOST_BARS = 10


def use_picture(digest: Digest) -> bytes | None:
    """Weekly active by team (by tool where there are no teams), this week and last; or None."""
    groups = digest.use.teams or digest.use.tools
    known = [group for group in groups if group.now.weekly.value is not None][:_MOST_BARS]
    if not known:
        return None
    now, before = [g.now.weekly for g in known], [g.before.weekly for g in known]
    what = "team" if digest.use.teams else "tool"
    return _picture([title_of(g.name) for g in known], now, before, f"Weekly active by {what}")


def overrides_picture(digest: Digest) -> bytes | None:
    """Why one tool is overridden: one whose reason grew, or else the most overridden; or None."""
    told = [tool for tool in digest.overrides if tool.reasons]
    if not told:
        return None
    grown = [tool for tool in told if any(reason.direction > 0 for reason in tool.reasons)]
    tool = (grown or told)[0]
    reasons = tool.reasons[:_MOST_BARS]
    title = f"Why people override {one_line(tool.tool)[:40]}"
    names = [reason.reason for reason in reasons]
    return _picture(names, [r.share for r in reasons], [r.before for r in reasons], title)


def _picture(
    names: Sequence[str], now: Sequence[ShownShare], before: Sequence[ShownShare], title: str
) -> bytes:
    """Bars for this week, with a diamond for before: told apart without colour as well."""

    def draw(axes: Axes) -> None:
        rows = list(range(len(names)))
        axes.barh(rows, [each.value or 0.0 for each in now], color=_NOW, label="this week")
        then = [(s.value, row) for row, s in zip(rows, before, strict=True) if s.value is not None]
        axes.plot(
            [value for value, _ in then],
            [row for _, row in then],
            "D",
            markerfacecolor="white",
            color=_BEFORE,
            label="before",
        )
        axes.set_yticks(rows, [_label(name) for name in names])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
        axes.legend(loc="upper right", bbox_to_anchor=(1, -0.08), ncols=2, frameon=False)

    return _drawn(draw, len(names), title)


def _label(name: str) -> str:
    """A name as a label: short, on one line, and no formula, which a dollar sign would begin."""
    return one_line(name)[:40].replace("$", r"\$")


def _drawn(draw: Callable[[Axes], None], rows: int, title: str) -> bytes:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": 10, "font.family": ["sans-serif"]}):
        figure = Figure(figsize=(7, 1.4 + 0.38 * rows), layout="constrained", facecolor="white")
        axes = figure.subplots()
        axes.set_title(_label(title), loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=144)
    return out.getvalue()
