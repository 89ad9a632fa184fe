"""Success stories, published over the months; one awaits review, as does an entry of a FAQ."""

from __future__ import annotations

from datetime import timedelta

from adoption.record import Record
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, StoryFields
from adoption.submissions.submissions import Decision
from bot.local.example_company.company import TOOLS, Company

# About one story in so many weeks; the last week has one.
_EVERY = 3
_PUBLISHED = (
    StoryFields(
        title="The minutes of our Monday round write themselves",
        tool=TOOLS[1],
        team="Sales",
        hard="One of us typed for an hour, and the names were still wrong.",
        changed="I only check the names and send them before lunch.",
        figure="1.5",
        unit="hours",
        measured="the calendar of four weeks",
        quote="I listen again instead of typing.",
        consent=True,
    ),
    StoryFields(
        title="The month's closing in three days instead of five",
        tool=TOOLS[2],
        team="Finance",
        hard="Four of us compared the plan with the ledger by hand.",
        changed="It lists every difference above 500 euros with where it comes from.",
        figure="6",
        unit="hours",
        measured="the time sheets of two months",
        quote="I was home for dinner on the last day.",
        consent=True,
    ),
    StoryFields(
        title="Tests for the old price module in an afternoon",
        tool=TOOLS[0],
        team="Engineering",
        hard="Nobody dared to touch it, because nothing was tested.",
        changed="It drafted the cases, we struck out a third and kept the rest.",
        figure="2",
        unit="days",
        measured="the estimate beside the ticket",
        quote="We found two faults on the way.",
        consent=True,
    ),
    StoryFields(
        title="Answers to customers that read like one hand wrote them",
        tool=TOOLS[2],
        team="Support",
        hard="Eleven people wrote in eleven ways.",
        changed="We agreed on one prompt with our tone, and everybody starts from it.",
        figure="4",
        unit="errors",
        measured="complaints about tone, before and after",
        quote="New colleagues sound like us in their first week.",
        consent=True,
    ),
)
_AWAITING = StoryFields(
    title="Site reports from voice notes",
    tool=TOOLS[1],
    team="Operations",
    hard="Reports were written in the evening, from memory.",
    changed="We speak on the way back to the car, and correct the draft at the desk.",
    figure="2",
    unit="hours",
    measured="I timed ten reports",
    quote="The details are still fresh.",
    consent=True,
)
_FAQ = FaqFields(
    question="Where do I order a licence for GitHub Copilot?",
    answer="In the service portal under Software. Your lead approves it within a day.",
    tool=TOOLS[0],
)


def fill(record: Record, company: Company) -> None:
    """Stores the stories, and what awaits review."""
    # Each story once, in the last weeks.
    for monday, fields in zip(company.mondays[::-1][::_EVERY], _PUBLISHED, strict=False):
        chance = company.chance("stories", monday)
        id, at = f"story:{monday}", company.moment(chance, monday)
        own = [each for each in company.cast if each.team == fields.team]
        author = (own or company.active_people)[0].account
        record.stories.submit_fields(id, author, fields, True, at)
        record.stories.decide(id, Decision(State.PUBLISHED, id, _admin(company), at))
    at = company.now - timedelta(days=3)
    if company.champions:
        author = company.champions[-1].account
        record.stories.submit_fields("story:awaiting", author, _AWAITING, True, at)
        record.faqs.submit_fields("faq:awaiting", author, _FAQ, True, at)


def _admin(company: Company) -> str:
    return next((each.account.split(":")[1] for each in company.admins), "UADMIN")
