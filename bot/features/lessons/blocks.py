"""The dialog of what people taught, and its line in Home."""

from __future__ import annotations

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.feedback.models import LessonDecision
from adoption.reports.rich_text import day_in_words
from bot.guides.taught import Taught, TaughtList
from bot.slack.blocks import actions, button, context, modal, section
from bot.slack.identity import mention
from bot.slack.mrkdwn import plain
from bot.texts import texts

DIALOG, OPEN = "lessons", "lessons_open"
APPROVE, REVOKE, UNDO = "lesson_approve", "lesson_revoke", "lesson_undo"
# Of what waits, and of the rest.
_MOST = 15


def lessons_dialog(taught: TaughtList) -> View:
    """What people taught, with what an admin can do about each; those that wait first."""
    say = texts("lessons")
    blocks: list[Block] = [section(say["lead"] if taught.lessons else say["nothing"])]
    for listed in (taught.waiting, taught.settled):
        for each in listed[:_MOST]:
            blocks += _lesson(each)
        if len(listed) > _MOST:
            blocks.append(context(say["more"].format(count=len(listed) - _MOST)))
    return modal(DIALOG, say["title"], blocks, close=say["close"])


def home_line(taught: TaughtList) -> list[Block]:
    """How much people taught and how much waits; nothing where they taught nothing."""
    if not taught.lessons:
        return []
    say = texts("lessons")
    text = say["home"].format(count=len(taught.lessons), waiting=len(taught.waiting))
    return [section(text, button(say["open"], OPEN))]


def _lesson(each: Taught) -> list[Block]:
    say = texts("lessons")
    where = " › ".join(plain(part, 200) for part in (each.guide.title, each.heading) if part)
    text = say["lesson"].format(question=plain(each.question, 400), section=where)
    if each.decided is not None:
        buttons = [button(say["undo"], UNDO, each.lesson)]
    else:
        approve = [] if each.counts else [button(say["approve"], APPROVE, each.lesson, "primary")]
        buttons = [*approve, button(say["revoke"], REVOKE, each.lesson)]
    return [section(text), context(_state(each)), actions(*buttons, block_id=each.lesson)]


def _state(each: Taught) -> str:
    say = texts("lessons")
    if each.decided is None:
        return say["counts"] if each.counts else say["waits"]
    approved = each.decided.decision is LessonDecision.APPROVED
    return say["approved" if approved else "revoked"].format(
        admin=mention(each.decided.by), day=day_in_words(each.decided.at.date())
    )
