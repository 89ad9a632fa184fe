"""The digest's pictures, as SVG for a page and as PNG for a message."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from adoption.measures import Share
from adoption.reports.digest.digest import Digest
from adoption.reports.digest.use_section import GroupUse
from adoption.reports.wording import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Drawn in a colour that nothing else has, and turned into the page's own text colour.
INK = "#010203"
# Told apart by shape as well, so that they can be read without colour.
NOW, BEFORE = "#0b6e99", "#8a8f98"
_MOST_BARS = 10
_INKED = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")

Kind = Literal["svg", "png"]


def use_picture(digest: Digest, kind: Kind = "svg") -> bytes | None:
    """Weekly use by team (by tool where there are no teams) with its intervals, beside last week.

    None where nothing is known of it.
    """
    groups = digest.use.teams or digest.use.tools
    known = [group for group in groups if group.now.weekly.value is not None][:_MOST_BARS]
    if not known:
        return None
    return drawn(lambda axes: _use(axes, known), len(known), "Active this week", kind)


def overrides_picture(digest: Digest, kind: Kind = "svg") -> bytes | None:
    """Why one tool is overridden: the one with a reason that grew, or else the most overridden.

    None without overrides.
    """
    told = [tool for tool in digest.overrides if tool.reasons]
    if not told:
        return None
    grown = [tool for tool in told if any(reason.direction > 0 for reason in tool.reasons)]
    tool = (grown or told)[0]
    reasons = tool.reasons[:_MOST_BARS]
    names = [reason.reason for reason in reasons]
    shares = [reason.share for reason in reasons]
    before = [reason.before for reason in reasons]
    title = f"Why {one_line(tool.tool)[:40]} is overridden"
    return drawn(lambda axes: _bars(axes, names, shares, before), len(names), title, kind)


def _use(axes: Axes, groups: Sequence[GroupUse]) -> None:
    names = [one_line(group.name)[:28] for group in groups]
    _bars(axes, names, [g.now.weekly for g in groups], [g.before.weekly for g in groups])


def _bars(
    axes: Axes, names: Sequence[str], shares: Sequence[Share], before: Sequence[Share]
) -> None:
    rows = list(range(len(names)))
    values, below, above = whiskers(shares)
    axes.errorbar(
        values, rows, xerr=[below, above], fmt="o", color=NOW, capsize=3, label="this week"
    )
    then = [(s.value, row) for row, s in zip(rows, before, strict=True) if s.value is not None]
    axes.plot(
        [value for value, _ in then],
        [row for _, row in then],
        linestyle="",
        marker="D",
        markerfacecolor="none",
        color=BEFORE,
        label="before",
    )
    axes.set_yticks(rows, [plain_label(name) for name in names])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    axes.legend(
        loc="upper right", bbox_to_anchor=(1, -0.08), ncols=2, frameon=False, labelcolor=INK
    )


def whiskers(shares: Sequence[Share]) -> tuple[list[float], list[float], list[float]]:
    """The values of shares, and how far their intervals reach below and above."""
    values = [share.value or 0.0 for share in shares]
    ends = [share.interval or (0.0, 0.0) for share in shares]
    below = [max(0.0, value - low) for value, (low, _) in zip(values, ends, strict=True)]
    above = [max(0.0, high - value) for value, (_, high) in zip(values, ends, strict=True)]
    return values, below, above


def plain_label(name: str) -> str:
    """A name as a label: short, on one line, and no formula, which a dollar sign would begin."""
    return one_line(name)[:40].replace("$", r"\$")


def drawn(draw: Callable[[Axes], None], rows: int, title: str, kind: Kind) -> bytes:
    """A picture of some rows, whose ink takes the colour of the page it stands in."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    style: Any = dict.fromkeys(_INKED, INK) | {
        "svg.hashsalt": "uptake",
        "svg.fonttype": "none",
        "font.size": 10,
        "font.family": ["sans-serif"],
    }
    with rc_context(style):
        figure = Figure(figsize=(7, 1.4 + 0.38 * rows), layout="constrained")
        axes = figure.subplots()
        axes.set_title(plain_label(title), loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        out = io.BytesIO()
        # A page shows through; a message may be dark, and the ink is not.
        back: Any = {"facecolor": "white"} if kind == "png" else {"transparent": True}
        metadata = {"Date": None} if kind == "svg" else {}
        figure.savefig(out, format=kind, dpi=144, metadata=metadata, **back)
    made = out.getvalue()
    return made.replace(INK.encode(), b"currentColor") if kind == "svg" else made
