"""HTML pages from templates: one file each, no script, all text escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from adoption.privacy.disclosure import ShownShare
from adoption.privacy.groups import title_of
from adoption.reports.rich_text import EXAMPLE, one_line, percent, plain, unbroken

if TYPE_CHECKING:
    from jinja2 import Environment


def _unbroken(value: Any) -> Any:
    if isinstance(value, Markup):
        return value
    return unbroken(str(value))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("adoption.reports.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )
    made.globals["example"] = EXAMPLE
    made.filters |= {
        "plain": plain,
        "one_line": one_line,
        "group": title_of,
        "percent": percent,
        "day": lambda day: f"{day.day} {day:%b %Y}",
        "short_day": lambda day: f"{day.day} {day:%b}",
    }
    return made


def render(template: str, **values: Any) -> str:
    """A page of `templates/` with these values."""
    return _environment().get_template(template).render(values)


Points = Sequence[tuple[date, ShownShare]]


def known_points(series: Mapping[date, ShownShare]) -> Points:
    """A weekly series from its first week with data on; none with fewer than two weeks."""
    ranked = sorted(series.items())
    first = next((at for at, (_, share) in enumerate(ranked) if share.value is not None), None)
    found = ranked[first:] if first is not None else []
    return found if len(found) > 1 else []


def trend_title(name: str, points: Points) -> str:
    """What a chart of a weekly series shows: `Weekly active rose from 40 % to 74 %`.

    A clear change in the last week comes first.
    """
    known = [share for _, share in points if share.value is not None]
    if len(known) < 2:
        return name
    latest = known[-2].change_to(known[-1])
    if latest:
        verb = "rose" if latest > 0 else "fell"
        return f"{name} {verb} from {known[-2]} to {known[-1]} in the last week"
    moved = known[0].change_to(known[-1])
    if not moved:
        return f"{name}: no clear change in {len(points)} weeks, now {known[-1]}"
    verb = "rose" if moved > 0 else "fell"
    return f"{name} {verb} from {known[0]} to {known[-1]} in {len(points)} weeks"
