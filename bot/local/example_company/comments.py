"""Comments on the tools and on the programme."""

from __future__ import annotations

from adoption.feedback.feedback import Comment
from adoption.record import Record
from bot.local.example_company.company import TOOLS, Company

_COMMENTS = (
    ("The summaries of long threads are what I use every day.", TOOLS[1]),
    ("It takes the old logo for every slide. Can somebody change the template?", TOOLS[1]),
    ("The half day with our own cases helped more than all the videos.", None),
    ("I would like a list of prompts for tenders.", TOOLS[2]),
    ("It suggests functions that we removed last year.", TOOLS[0]),
    ("Please say earlier when a tool changes. I read it in the news.", None),
)
_A_WEEK = 2


def fill(record: Record, company: Company) -> None:
    """Stores the comments of all weeks."""
    for week, monday in enumerate(company.mondays):
        chance = company.chance("comments", monday)
        for number in range(_A_WEEK):
            text, tool = _COMMENTS[(week * _A_WEEK + number) % len(_COMMENTS)]
            author = chance.choice(company.active_people).account
            at = company.moment(chance, monday)
            id = f"comment:{monday}:{number}"
            record.feedback.add_comment(Comment(id, author, at, text, tool))
