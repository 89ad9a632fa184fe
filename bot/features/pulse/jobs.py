"""Rounds of the pulse: planned, opened, reminded of, closed. No job knows who answered.

What somebody answers is in no job: the listener counts it. Messages go to slots, names of people
that only the key turns into accounts, and leave the same trace whether one was sent or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adoption.privacy.models import RestrictedAction
from adoption.pulse.models import RoundState
from adoption.pulse.rounds import Plan, PulseRounds, Round, next_id
from bot.access import Attempt, is_allowed
from bot.admin_messages import post_to_admins
from bot.container import Container, JobContext
from bot.features.pulse import blocks
from bot.features.pulse.secret import answers_of, rounds_of
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.texts import texts


@dataclass(frozen=True)
class RoundPlanned:
    """A round that an admin plans; `first_on` is a day, YYYY-MM-DD."""

    account: str
    first_on: date
    days: int
    every: int


@dataclass(frozen=True)
class RoundCancelled:
    """A round that an admin cancels."""

    account: str
    round: str


@dataclass(frozen=True)
class MessageDue:
    """An invitation or a reminder for whoever is at a slot."""

    round: str
    slot: str
    is_reminder: bool


@dataclass(frozen=True)
class RoundEnded:
    """A round that closed, or could not open."""

    round: str
    state: RoundState


@job("pulse.plan", version=1)
def plan_round(context: JobContext, planned: RoundPlanned) -> None:
    """Plans a round, and opens it at once where it is due."""
    if not is_allowed(context, Attempt(planned.account, RestrictedAction.PULSE)):
        return
    container, say = context.container, texts("pulse")
    plan, zone = Plan(planned.first_on, planned.days, planned.every), container.settings.zone
    rounds = rounds_of(container)
    if not context.step(rounds.plan, context.key, plan, zone, planned.account):
        context.reply("other", "", planned.account, line(say["other_round"]))
        return
    opens, _, closes = plan.moments(zone)
    text = say["planned"].format(first=blocks.day(opens), last=blocks.day(closes))
    context.reply("planned", "", planned.account, line(text))
    _advance(context, context.key)
    container.refresh_home(context, admins=True)


@job("pulse.cancel", version=1)
def cancel_round(context: JobContext, cancelled: RoundCancelled) -> None:
    """Cancels a round and deletes its answers."""
    if not is_allowed(context, Attempt(cancelled.account, RestrictedAction.PULSE, cancelled.round)):
        return
    context.step(rounds_of(context.container).cancel, cancelled.round)
    context.container.refresh_home(context, admins=True)


@job("pulse.advance", version=1)
def advance(context: JobContext, due: Due) -> None:
    """Opens, reminds of or closes the round that is due."""
    running = context.step(_running, context.container)
    if running:
        _advance(context, running)


@job("pulse.message", version=1)
def send_message(context: JobContext, due: MessageDue) -> None:
    """Invites or reminds whoever is at a slot, unless they have answered or left."""
    context.slack(_send, context, due)


@job("pulse.end", version=1)
def end_round(context: JobContext, ended: RoundEnded) -> None:
    """Tells admins that a round is over or could not open, and plans the next one."""
    container, say = context.container, texts("pulse")
    text = say["too_few"].format(minimum=container.minimum.people)
    if ended.state is RoundState.CLOSED:
        text = say["over"].format(month=context.step(_month, container, ended.round))
    post_to_admins(context, "ended", line(text))
    context.step(_plan_next, container, ended.round)
    container.refresh_home(context, admins=True)


JOBS = (plan_round, cancel_round, advance, send_message, end_round)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Every hour what is due."""
    return (Schedule(advance, "1 * * * *"),)


def shown_of(container: Container, round: Round) -> blocks.Shown:
    """What a round's messages name."""
    last = round.closes_at.astimezone(container.settings.zone).date()
    return blocks.Shown(last, container.minimum.people)


def today_of(container: Container) -> date:
    """The day by the clocks of the settings' zone."""
    return container.now().astimezone(container.settings.zone).date()


def _advance(context: JobContext, id: str) -> None:
    container = context.container
    now = context.step(_now, container)
    state = context.step(_open, container, id, now)
    if state is RoundState.OPEN:
        _send_all(context, id, now)
        if context.step(rounds_of(container).close, id, container.minimum, now):
            state = RoundState.CLOSED
    if state in (RoundState.CLOSED, RoundState.CANCELLED):
        # A job of its own, named by the round: of several that find it over, one says so.
        container.jobs.enqueue(end_round, RoundEnded(id, state), key=id)


def _send_all(context: JobContext, id: str, now: datetime) -> None:
    """Hands invitations or reminders to the queue, once each."""
    container = context.container
    due = context.step(_due, container, id, now)
    if not due:
        return
    is_reminder = due == "reminders"
    for slot in context.step(answers_of(container).slots, id, now):
        message = MessageDue(id, slot, is_reminder)
        container.jobs.enqueue(send_message, message, key=f"{id}:{due}:{slot}", is_reminder=True)
    context.step(_set_sent, container, id, is_reminder, now)


def _due(container: Container, id: str, now: datetime) -> str:
    found = rounds_of(container).get(id)
    if found is None or not found.is_open_at(now):
        return ""
    if not found.is_invited:
        return "invitations"
    return "reminders" if found.wants_reminders(now) else ""


def _set_sent(container: Container, id: str, is_reminder: bool, now: datetime) -> None:
    """An invitation that goes out when the reminder is due takes its place."""
    rounds = rounds_of(container)
    found = rounds.get(id)
    late = found is not None and now >= found.reminds_at
    rounds.set_sent(id, reminders=is_reminder or late)


def _send(context: JobContext, due: MessageDue) -> None:
    container = context.container
    found = rounds_of(container).get(due.round)
    now, today = container.now(), today_of(container)
    account = answers_of(container).awaited_at(due.round, due.slot, now, today)
    user = user_of(account or "")
    if found is None or not user:
        return
    message = blocks.invitation(due.round, shown_of(container, found), due.is_reminder)
    what = "reminder" if due.is_reminder else "invitation"
    # The same for everybody: the key is in the metadata, and must not say who it is.
    key = f"pulse:{due.round}:{what}"
    container.slack.post(Place(user), message, key=key, look_first=context.is_retry)


def _now(container: Container) -> datetime:
    return container.now()


def _running(container: Container) -> str:
    found = rounds_of(container).running()
    return found.id if found else ""


def _open(container: Container, id: str, now: datetime) -> RoundState | None:
    today = now.astimezone(container.settings.zone).date()
    return rounds_of(container).open(id, container.minimum, now, today)


def _month(container: Container, id: str) -> str:
    found = rounds_of(container).get(id)
    return f"{found.first_on:%B %Y}" if found else ""


def _plan_next(container: Container, id: str) -> None:
    """Plans the round that follows one that is over or could not open."""
    rounds: PulseRounds = rounds_of(container)
    found = rounds.get(id)
    following = found.plan.next_after(today_of(container)) if found else None
    if found is not None and following is not None:
        rounds.plan(next_id(id), following, container.settings.zone, found.set_by)
