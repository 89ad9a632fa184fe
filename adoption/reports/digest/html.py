"""The digest as one HTML file."""

from __future__ import annotations

from adoption.reports.digest.digest import Digest
from adoption.reports.digest.sections import sections
from adoption.reports.pages import known_points, render, trend_title


def digest_as_html(digest: Digest) -> str:
    """The digest as one page that needs nothing else."""
    trend = known_points(digest.use.trend)
    return render(
        "digest.html.j2",
        digest=digest,
        sections=sections(digest),
        trend=trend,
        trend_title=trend_title("Weekly active", trend),
        target=digest.key_figures[0].target if digest.key_figures else None,
    )
