"""What people wrote, redacted: stories, quotes, comments, and what they did instead."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Executable, case, select

from adoption.feedback.models import CheckInRow, CommentRow, OverrideRow, VoteRow, Weight
from adoption.privacy.redaction import redact
from adoption.questions.models import Interaction
from adoption.reports.feedback.themes import Voice
from adoption.submissions.schemas import STORY
from adoption.submissions.submissions import Submissions

_MOST = 5
_LONGEST_QUOTE = 280
_IMPORTANCE = case({Weight.HIGH: 0, Weight.MEDIUM: 1}, value=OverrideRow.weight, else_=2)


@dataclass(frozen=True)
class StoryQuote:
    """A story whose author agreed to be quoted, with the minutes it saves a week, if reported."""

    text: str
    tool: str | None
    minutes: float | None


@dataclass(frozen=True)
class Comment:
    """A comment on a tool, or on the programme where there is no tool."""

    text: str
    tool: str | None


@dataclass(frozen=True)
class DidInstead:
    """What a tool recommended and what somebody did instead, who agreed to be quoted."""

    tool: str
    recommended: str
    did: str
    reason: str


def stories_of(
    engine: Engine, start: datetime, end: datetime, names: Collection[str]
) -> list[StoryQuote]:
    """The stories published in a span that people agreed to have quoted, newest first."""
    published = [each.fields for each in Submissions(engine, STORY).published_between(start, end)]
    return [
        StoryQuote(quote(story.text, names), story.tool or None, story.minutes_a_week)
        for story in published
        if story.consent
    ][:_MOST]


def comments_of(
    engine: Engine, start: datetime, end: datetime, names: Collection[str]
) -> list[Comment]:
    """The comments of a span on tools and the programme, newest first."""
    query = (
        select(CommentRow.text, CommentRow.tool)
        .where(CommentRow.at >= start, CommentRow.at < end, CommentRow.text != "")
        .order_by(CommentRow.at.desc(), CommentRow.id)
        .limit(_MOST)
    )
    return [Comment(quote(text, names), tool) for text, tool in _rows(engine, query)]


def done_instead(
    engine: Engine,
    start: datetime,
    end: datetime,
    names: Collection[str],
    label: Callable[[str], str] = str,
) -> list[DidInstead]:
    """What people did instead of recommendations, those that mattered most first."""
    query = (
        select(
            OverrideRow.tool,
            OverrideRow.recommended,
            OverrideRow.did_instead,
            OverrideRow.reason,
            OverrideRow.detail,
        )
        .where(OverrideRow.at >= start, OverrideRow.at < end, OverrideRow.consent)
        .where(OverrideRow.did_instead.is_not(None))
        .order_by(_IMPORTANCE, OverrideRow.at.desc(), OverrideRow.id)
    )
    return [
        DidInstead(
            tool,
            quote(recommended or "", names),
            quote(did, names),
            label(f"{reason.value}: {detail}" if detail else reason.value),
        )
        for tool, recommended, did, reason, detail in _rows(engine, query.limit(_MOST))
    ]


def quotes_of(
    engine: Engine, start: datetime, end: datetime, names: Collection[str], most: int
) -> list[Comment]:
    """What people wrote about tools in overrides and agreed to be quoted, newest first."""
    query = (
        select(OverrideRow.text, OverrideRow.tool)
        .where(
            OverrideRow.at >= start,
            OverrideRow.at < end,
            OverrideRow.consent,
            OverrideRow.text != "",
        )
        .order_by(OverrideRow.at.desc(), OverrideRow.id)
    )
    found: dict[str, Comment] = {}
    for text, tool in _rows(engine, query.limit(most * 10)):
        found.setdefault(quote(text, names), Comment(quote(text, names), tool))
    return list(found.values())[:most]


def voices_of(
    engine: Engine,
    start: datetime,
    end: datetime,
    questions: Sequence[Interaction],
    feedback: Sequence[VoteRow],
    names: Collection[str],
) -> list[Voice]:
    """Everything that people wrote in a span; only overrides and check-ins may be quotable."""
    overrides = select(OverrideRow.text, OverrideRow.person_id, OverrideRow.consent).where(
        OverrideRow.at >= start, OverrideRow.at < end, OverrideRow.text.is_not(None)
    )
    check_ins = select(CheckInRow.comment, CheckInRow.person_id, CheckInRow.consent).where(
        CheckInRow.done_at >= start, CheckInRow.done_at < end, CheckInRow.comment.is_not(None)
    )
    remarks = select(CommentRow.text, CommentRow.person_id, CommentRow.id.is_(None)).where(
        CommentRow.at >= start, CommentRow.at < end
    )
    found = [
        Voice(quote(text or "", names), person, bool(consent))
        for query in (overrides, check_ins, remarks)
        for text, person, consent in _rows(engine, query)
    ]
    found += [Voice(quote(row.question, names), row.person_id) for row in questions]
    found += [Voice(quote(row.comment or "", names), row.person_id) for row in feedback]
    return [voice for voice in found if voice.text]


def quote(text: str, names: Collection[str]) -> str:
    """A text as it may be shown: on one line, redacted, at most 280 characters."""
    line = redact(" ".join(text.split()), names)
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def _rows(engine: Engine, query: Executable) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(query))
