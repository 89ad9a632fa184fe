"""Messages about seats: each sent once, in order, and again later where Slack does not take it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from adoption.training.notices import Notice, NoticeKind, OwedNotice
from adoption.training.reminders import Reminder
from bot.container import Container, JobContext
from bot.features.training.blocks import notice_message, reminder_message
from bot.features.training.offers import guides_to_read
from bot.jobs.job import JobKind, does
from bot.jobs.working_hours import working_moment_before
from bot.slack.identity import user_of
from bot.slack.messages import Place, Posted, only_for
from bot.slack.zones import zone_of
from bot.texts import texts

TELL: JobKind[OwedNotice, bool] = JobKind.of("training.tell", 1, OwedNotice, bool)
REMIND: JobKind[Reminder, bool] = JobKind.of("training.remind", 1, Reminder, bool)
# With ten minutes between them; then whoever cannot be reached is given up.
_MOST_TRIES = 12
# From so many messages on, they are sent at the pace of reminders.
_MANY = 20


def send_owed(context: JobContext, session: str | None = None, account: str = "") -> None:
    """Has the messages sent that are owed: of one session or all, to one person or all."""
    container, but = context.container, context.key if account else ""
    owed = context.step(_keyed_notices, container, session, account, but)
    for key, notice in owed:
        container.jobs.enqueue(TELL, notice, key=key, is_reminder=len(owed) > _MANY)


def send_reminders(context: JobContext, now: datetime) -> None:
    """Has the reminders sent that are due."""
    container = context.container
    for key, reminder in context.step(_keyed_reminders, container, now):
        container.jobs.enqueue(REMIND, reminder, key=key, is_reminder=True)


@does(TELL)
def tell(context: JobContext, owed: OwedNotice) -> bool:
    """Sends one message about a seat; False where Slack did not take it."""
    container, notices = context.container, context.container.record.training.notices
    notice = context.step(notices.notice, owed, context.now)
    if notice is None:
        return True
    # Slack answers fewer questions a minute than it takes messages, so who was told of a time
    # before reads the new one in the same zone.
    zone = notice.zone or context.step(_zone, container, owed.account)
    is_sent = _sent(context, owed, notice, zone)
    if is_sent or _tries(context.key) >= _MOST_TRIES:
        context.step(notices.set_told, owed, notice, zone, context.now)
        container.refresh_home(context, [owed.account])
    # What changed meanwhile waited for this message.
    send_owed(context, owed.session, owed.account)
    return is_sent


@does(REMIND)
def remind(context: JobContext, reminder: Reminder) -> bool:
    """Sends one reminder; False where Slack did not take it."""
    reminders = context.container.record.training.reminders
    session = context.step(reminders.session_of, reminder, context.now)
    user = user_of(reminder.account)
    if session is None or not user:
        return True
    message = reminder_message(session, ZoneInfo(reminder.zone), is_last=reminder.is_last)
    return context.post_once("reminder", Place(user), message) is not None


def _sent(context: JobContext, owed: OwedNotice, notice: Notice, zone: str) -> bool:
    """Whether somebody was told, with the calendar file that belongs to it."""
    user = user_of(owed.account)
    if not user or notice.kind is NoticeKind.NOTHING:
        return True
    guides = guides_to_read(context.container, notice.session.course)
    message = notice_message(notice, ZoneInfo(zone), guides)
    posted = context.post_once("notice", Place(user), message)
    if posted is None:
        return False
    if notice.adds_to_calendar or notice.removes_from_calendar:
        context.slack(_attach, context, owed, notice, posted)
    return True


def _attach(context: JobContext, owed: OwedNotice, notice: Notice, posted: Posted) -> None:
    from bot.features.training.calendar import calendar_file

    container, say, session = context.container, texts("training"), notice.session
    gone = notice.removes_from_calendar
    reading = guides_to_read(container, session.course)
    lines = [session.course.about, *(f"{each.title} {each.link}".strip() for each in reading)]
    notes = "\n".join(line for line in lines if line)
    team, at = container.slack.team, context.enqueued_at
    container.slack.attach(
        Place(posted.channel, posted.ts, reader=user_of(owed.account)),
        f"{session.id}-{owed.revision}.ics",
        calendar_file(session, team, owed.revision, at, notes, gone=gone),
        say["file_cancel" if gone else "file_name"],
        audiences=only_for(owed.account),
        look_first=context.is_retry,
    )


def _zone(container: Container, account: str) -> str:
    return zone_of(container.slack, account, container.settings.zone).key


def _keyed_notices(
    container: Container, session: str | None, account: str, but: str
) -> Sequence[tuple[str, OwedNotice]]:
    """The messages to send now, each with its job's key; one at a time for a seat.

    Args:
        but: the key of the job that asks, which is still open.
    """
    found = []
    for owed in container.record.training.notices.owed(session):
        if account and owed.account != account:
            continue
        seat = container.jobs.stored(TELL, prefix=f"{owed.session}:{owed.account}:", only_open=True)
        key = _next_key(container, TELL, owed.key)
        if key and all(each.key == but for each in seat):
            found.append((key, owed))
    return found


def _keyed_reminders(container: Container, now: datetime) -> Sequence[tuple[str, Reminder]]:
    first_at = partial(working_moment_before, hours=container.settings.hours)
    due = container.record.training.reminders.due(now, first_at)
    keyed = [(_next_key(container, REMIND, each.key), each) for each in due]
    return [(key, each) for key, each in keyed if key]


def _next_key(container: Container, kind: JobKind[Any, bool], key: str) -> str:
    """The key of a message's next try; empty while one is open, after it was sent or given up."""
    tries = container.jobs.stored(kind, prefix=f"{key}#")
    if any(each.is_open or each.result for each in tries) or len(tries) >= _MOST_TRIES:
        return ""
    return f"{key}#{len(tries) + 1}"


def _tries(key: str) -> int:
    return int(key.rpartition("#")[2])
