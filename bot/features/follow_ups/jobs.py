"""Follow-ups: asked when they are due, answered once, and what people write is acted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from adoption.follow_ups.follow_ups import FollowUp
from adoption.privacy.redaction import redact
from adoption.submissions.schemas import FaqFields, StoryFields
from bot.admin_messages import post_to_admins
from bot.answering.jobs import enqueue_question
from bot.answering.presses import ASK_FOR_HELP, Press
from bot.container import Container, JobContext
from bot.conversation.question import direct_question
from bot.features.follow_ups import blocks
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule, Turn
from bot.jobs.working_hours import next_working_moment
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.slack.mrkdwn import cut, plain
from bot.slack.zones import all_zones
from bot.texts import texts

_LONGEST_TITLE = 80


@dataclass(frozen=True)
class FollowUpDue:
    """A follow-up to be sent.

    Attributes:
        zone: of whom it is for; empty for the settings' zone.
        is_late: whether it waited for working hours.
    """

    id: str
    zone: str = ""
    is_late: bool = False


@dataclass(frozen=True)
class FollowUpAnswered:
    """An answer; `channel` and `ts` name the message that was pressed."""

    account: str
    id: str
    answer: blocks.FollowUpAnswer
    channel: str = ""
    ts: str = ""


@job("follow_ups.daily", version=1)
def open_due(context: JobContext, due: Due) -> None:
    """Hands the follow-ups that are due to the queue."""
    container = context.container
    _tell_of_refused(context)
    today = due.at.astimezone(container.settings.zone).date()
    found = context.step(container.record.follow_ups.open_due, today)
    zones = context.slack(_zones, container, found) or {}
    for id in found:
        asked = FollowUpDue(id, zones.get(id, ""))
        container.jobs.enqueue(send, asked, key=id, is_reminder=True)


@job("follow_ups.send", version=1)
def send(context: JobContext, due: FollowUpDue) -> None:
    """Asks somebody how it goes, in their working hours."""
    container = context.container
    account = context.step(_to_send, container, due.id)
    if not account:
        return
    wait = context.step(_seconds_to_work, container, due.zone)
    if wait > 0 and not due.is_late:
        late = replace(due, is_late=True)
        container.jobs.enqueue(send, late, key=f"{due.id}:late", delay=wait, is_reminder=True)
        return
    follow_up = context.step(_follow_up, container, due.id)
    if follow_up is not None:
        question, follow_ups = blocks.question(follow_up), container.record.follow_ups
        posted = context.post_once("question", Place(user_of(account)), question)
        context.step(follow_ups.set_sent if posted else follow_ups.set_refused, due.id)
        container.refresh_home(context, [account])


@job("follow_ups.answer", version=1)
def store_answer(context: JobContext, given: FollowUpAnswered) -> None:
    """Stores an answer once, hands an open point over, and drafts a practice."""
    container, answer = context.container, given.answer
    if not context.step(_store, container, given, context.id, context.enqueued_at):
        return
    if answer.practice:
        submission = context.step(_draft, container, given, context.enqueued_at)
        context.step(container.record.follow_ups.set_draft, given.id, submission)
    if answer.point:
        _ask(context, given)
    if given.channel and given.ts:
        context.slack(_redraw, container, given)
    container.refresh_home(context, [given.account], admins=bool(answer.practice))


JOBS = (open_due, send, store_answer)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Every morning what is due."""
    return (Schedule(open_due, "30 7 * * *"),)


def _tell_of_refused(context: JobContext) -> None:
    """Says to the admins, in one message, whom follow-ups could not be sent to."""
    follow_ups = context.container.record.follow_ups
    refused = context.step(follow_ups.refused)
    if refused and post_to_admins(context, "refused", blocks.refused_message(refused)):
        context.step(follow_ups.close_refused, refused)


def _ask(context: JobContext, given: FollowUpAnswered) -> None:
    """Asks an open point as a question in the person's direct messages, then hands it over."""
    container = context.container
    shown = plain(given.answer.point, blocks.LONGEST_POINT)
    message = line(texts("questions")["you_asked"].format(question=shown))
    root = context.post_once("point", Place(user_of(given.account)), message)
    if root is None:
        return
    at = context.enqueued_at.timestamp()
    question = direct_question(given.account, root.channel, root.ts, given.answer.point, at)
    context.step(container.record.follow_ups.set_point, given.id, question.id)
    enqueue_question(container, question)
    press = Press(question.id, question.account, question.channel, question.thread, at)
    # After the answer; under the key of the button below it, so that it is handed over once.
    key, turn = f"{question.id}:{question.account}", Turn(question.channel, at + 1)
    container.jobs.enqueue(ASK_FOR_HELP, press, key=key, turn=turn)


def _draft(container: Container, given: FollowUpAnswered, at: datetime) -> str:
    """Makes a draft of a story, or an entry that awaits review, of a practice."""
    record, practice = container.record, given.answer.practice
    if given.answer.share_as == blocks.FAQ:
        question = texts("follow_ups")["practice_asked"]
        fields = FaqFields(question, redact(practice, record.name_hashes()))
        record.faqs.submit_fields(given.id, given.account, fields, False, at)
    else:
        title = cut(practice.split("\n")[0], _LONGEST_TITLE)
        team = record.roles.team_of(given.account)
        story = StoryFields(title=title, team=team, changed=practice)
        record.stories.save_draft(given.id, given.account, story, at)
    return given.id


def _store(container: Container, given: FollowUpAnswered, key: str, at: datetime) -> bool:
    answer, day = given.answer, at.astimezone(container.settings.zone).date()
    store = container.record.follow_ups.answer
    return store(given.id, given.account, answer.how, answer.obstacle, day, key)


def _redraw(container: Container, given: FollowUpAnswered) -> None:
    found = _follow_up(container, given.id)
    if found is not None:
        container.slack.read_pressed(given.channel, given.ts, given.id)
        container.slack.update(given.channel, given.ts, blocks.done(found))


def _to_send(container: Container, id: str) -> str:
    return container.record.follow_ups.to_send(id, today_of(container)) or ""


def _follow_up(container: Container, id: str) -> FollowUp | None:
    return container.record.follow_ups.get(id)


def _zones(container: Container, ids: Sequence[str]) -> dict[str, str]:
    """The time zone of whoever each follow-up is for."""
    if not ids:
        return {}
    zones = all_zones(container.slack, container.settings.zone)
    return {id: zones.get(user_of(_to_send(container, id)), "") for id in ids}


def _seconds_to_work(container: Container, name: str) -> float:
    """How long it is until people in a zone work; 0 while they do."""
    settings, now = container.settings, container.now()
    zone = ZoneInfo(name) if name else settings.zone
    return (next_working_moment(now, zone, settings.hours) - now).total_seconds()


def today_of(container: Container) -> date:
    """The day by the clocks of the settings' zone."""
    return container.now().astimezone(container.settings.zone).date()
