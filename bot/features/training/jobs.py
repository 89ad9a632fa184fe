"""Training as durable steps: signing up, messages that are sent once, reminders, the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adoption.privacy.models import RestrictedAction
from adoption.training.attendance import Marked
from adoption.training.catalogue import Course, Plan, Planned
from adoption.training.seats import SignedUp
from bot.access import Attempt, is_allowed, turn_away
from bot.container import Container, JobContext
from bot.features.training.sending import remind, send_owed, send_reminders, tell
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.texts import texts

# Often enough for a reminder an hour before.
_EVERY_TEN_MINUTES = "*/10 * * * *"


@dataclass(frozen=True)
class SeatPress:
    """Somebody signs up or cancels.

    Attributes:
        at: when they pressed, in seconds since 1970.
        url: of the press, where its reply goes; empty where the dialog shows what came of it.
    """

    account: str
    session: str
    at: float
    url: str = ""


@dataclass(frozen=True)
class CourseWritten:
    """A course as an admin wrote it."""

    account: str
    course: Course


@dataclass(frozen=True)
class SessionPlanned:
    """A session as an admin planned it."""

    account: str
    plan: Plan


@dataclass(frozen=True)
class SessionPress:
    """A session that an admin cancels."""

    account: str
    session: str


@dataclass(frozen=True)
class CameMarked:
    """Who came to a session, as its host or an admin says; accounts.

    Attributes:
        absent: who did not come of all who signed up, where `came` names only others; otherwise
            None.
    """

    account: str
    session: str
    came: tuple[str, ...]
    absent: tuple[str, ...] | None = None


@job("training.sign_up", version=1)
def sign_up(context: JobContext, press: SeatPress) -> None:
    """Gives somebody a seat or a place on the wait list; the message follows."""
    seats = context.container.record.training.seats
    at = datetime.fromtimestamp(press.at, UTC)
    came = context.step(seats.sign_up, press.session, press.account, at, context.enqueued_at)
    refusals = {SignedUp.TOO_LATE: "pressed_too_late", SignedUp.NOT_THERE: "pressed_not_there"}
    _after_press(context, press, refusals.get(came, ""))


@job("training.give_up", version=1)
def give_up(context: JobContext, press: SeatPress) -> None:
    """Takes a seat back, and gives it to whoever waits longest."""
    seats = context.container.record.training.seats
    at = datetime.fromtimestamp(press.at, UTC)
    done = context.step(seats.cancel, press.session, press.account, at, context.enqueued_at)
    _after_press(context, press, "" if done else "pressed_too_late")


def _after_press(context: JobContext, press: SeatPress, refusal: str) -> None:
    if refusal and press.url:
        context.reply("refused", press.url, press.account, line(texts("training")[refusal]))
    send_owed(context, press.session)
    context.container.refresh_home(context, [press.account])


@job("training.save_course", version=1)
def save_course(context: JobContext, written: CourseWritten) -> None:
    """Stores a course."""
    if _is_allowed(context, written.account, written.course.title):
        context.step(context.container.record.training.catalogue.put_courses, [written.course])


@job("training.plan_session", version=1)
def plan_session(context: JobContext, planned: SessionPlanned) -> bool:
    """Stores a session; False where it cannot be changed any more."""
    if not _is_allowed(context, planned.account, planned.plan.id):
        return False
    came = context.step(_plan, context.container, planned.plan, context.enqueued_at)
    send_owed(context, planned.plan.id)
    context.container.refresh_home(context, [planned.account])
    return came


@job("training.cancel_session", version=1)
def cancel_session(context: JobContext, press: SessionPress) -> None:
    """Cancels a session; everybody with a seat gets one message."""
    if not _is_allowed(context, press.account, press.session):
        return
    cancel = context.container.record.training.catalogue.cancel
    context.step(cancel, press.session, context.enqueued_at)
    send_owed(context, press.session)
    context.container.refresh_home(context, [press.account])


@job("training.mark_came", version=1)
def mark_came(context: JobContext, marked: CameMarked) -> Marked:
    """Stores who came; who completed a tier, and who missed it, gets a message."""
    container = context.container
    if not context.step(may_mark, container, marked.account, marked.session):
        say = texts("training")["not_host"]
        refused = Attempt(marked.account, RestrictedAction.TRAINING, marked.session, refusal=say)
        turn_away(container, refused, context.id)
        return Marked.NOT_THERE
    done = context.step(_mark, container, marked, context.enqueued_at)
    send_owed(context, marked.session)
    container.refresh_home(context, [marked.account], admins=True)
    return done


@job("training.tidy", version=1)
def tidy(context: JobContext, due: Due) -> None:
    """Keeps seats in order, sends what is owed, and reminds."""
    now = context.enqueued_at
    context.step(context.container.record.training.seats.tidy, now)
    send_owed(context)
    send_reminders(context, now)


JOBS = (
    sign_up,
    give_up,
    save_course,
    plan_session,
    cancel_session,
    mark_came,
    tidy,
    tell,
    remind,
)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Every ten minutes what the clock changes: reminders, wait lists, people who left."""
    return (Schedule(tidy, _EVERY_TEN_MINUTES),)


def may_mark(container: Container, account: str, session: str) -> bool:
    """Whether somebody may mark who came: the host and admins."""
    found = container.record.training.catalogue.session(session)
    is_host = found is not None and found.plan.host == account
    return is_host or container.admins.is_admin(account)


def _mark(container: Container, marked: CameMarked, now: datetime) -> Marked:
    training = container.record.training
    # Who is not in Slack can't be chosen in a dialog, and stays as they are.
    listed = {each for each in training.seats.people(marked.session) if user_of(each)}
    came = set(marked.came)
    if marked.absent is not None:
        came |= listed - set(marked.absent)
    return training.attendance.mark(marked.session, came, now, listed)


def _plan(container: Container, plan: Plan, now: datetime) -> bool:
    catalogue = container.record.training.catalogue
    before = catalogue.session(plan.id)
    if before is not None and before.starts_at <= now:
        return False
    try:
        return catalogue.plan(plan, now) is not Planned.CANCELLED
    except LookupError:
        return False


def _is_allowed(context: JobContext, account: str, about: str) -> bool:
    return is_allowed(context, Attempt(account, RestrictedAction.TRAINING, about))
