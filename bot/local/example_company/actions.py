"""What the digests recommended in the weeks before the last, and what was done about it."""

from __future__ import annotations

from datetime import timedelta

from adoption.record import Record
from adoption.reports.actions import ActionBook
from adoption.reports.recommendations import Recommendation
from bot.local.example_company.company import TOOLS, Company

# So many weeks before the last one; what was recommended, and what was done.
_DONE = (
    (
        1,
        Recommendation(
            "guide:faq/getting-help-and-training.md",
            ("Review the guide Getting help and training.",),
            ("most of its thumbs are down",),
            "AI programme team",
        ),
        "The dates of the spring sessions are in it.",
    ),
    (
        3,
        Recommendation(
            f"tool:{TOOLS[0]}",
            ("Ask the owner of GitHub Copilot why use does not grow.",),
            ("weekly active, no clear change",),
            f"Owner of {TOOLS[0]}",
        ),
        "Ten seats moved from people who never used it to those on the waiting list.",
    ),
    (
        6,
        Recommendation(
            "team:Support",
            ("Ask the champion and the lead of Support what changed.",),
            ("weekly active fell",),
            "AI programme team",
        ),
        "They had the new phone system. The champion sat with them for a morning.",
    ),
)


def fill(record: Record, company: Company) -> None:
    """Stores what was recommended, and what the admins did."""
    book, admins = ActionBook(record.engine), company.admins
    for back, recommended, did in _DONE if admins else ():
        week = company.last
        for _ in range(back):
            week = week.previous
        book.recommend(week, [recommended])
        done = company.now - timedelta(weeks=back - 1, days=4)
        book.finish(str(week), recommended.subject, admins[0].account, did, done)
