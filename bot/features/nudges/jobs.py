"""Starts a campaign once, sends each of its messages once, and stores what people press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from adoption.nudges.audience import Holder
from adoption.nudges.models import Reaction
from adoption.nudges.nudges import Campaign, Rules
from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, is_allowed
from bot.admin_messages import post_to_admins
from bot.container import Container, JobContext
from bot.features.nudges.choosing import nudge_for
from bot.features.nudges.message import BUTTONS, day, ending, nudge_message
from bot.jobs.job import job
from bot.jobs.working_hours import next_working_moment
from bot.slack.blocks import line
from bot.slack.identity import mention, user_of
from bot.slack.messages import Message, Place, as_json
from bot.slack.mrkdwn import plain
from bot.slack.zones import all_zones
from bot.texts import texts


@dataclass(frozen=True)
class CampaignApproved:
    """A message about a tool that an admin approved."""

    account: str
    tool: str


@dataclass(frozen=True)
class CampaignStopped:
    """A campaign that an admin stops."""

    account: str
    campaign: str


@dataclass(frozen=True)
class NudgeDue:
    """A message for one person; `zone` is theirs."""

    campaign: str
    tool: str
    account: str
    zone: str


@dataclass(frozen=True)
class Pressed:
    """A button in somebody's message, which is at `channel` and `ts`."""

    account: str
    campaign: str
    channel: str
    ts: str


@job("nudges.approve", version=1)
def approve_campaign(context: JobContext, approved: CampaignApproved) -> None:
    """Starts a campaign and hands its messages to the queue."""
    if not is_allowed(context, Attempt(approved.account, RestrictedAction.NUDGES, approved.tool)):
        return
    container, say = context.container, texts("nudges")
    tool = plain(approved.tool, 150)
    zones = context.step(_zones, container)
    made = Campaign(
        sha256(context.id.encode()).hexdigest()[:32],
        approved.tool,
        container.settings.nudge_holdout,
        approved.account,
        context.enqueued_at,
    )
    held = context.step(_approve, container, made, zones)
    if held is None:
        context.reply("few", "", approved.account, line(say["too_few"].format(tool=tool)))
    elif held.id != made.id:
        context.reply("faster", "", approved.account, line(_other(container, held, approved)))
    else:
        _send_all(context, held, zones)
        text = say["posted"].format(admin=mention(approved.account), tool=tool)
        post_to_admins(context, "posted", line(text))
    container.refresh_home(context, admins=True)


@job("nudges.stop", version=1)
def stop_campaign(context: JobContext, stopped: CampaignStopped) -> None:
    """Stops a campaign; nothing more of it is sent."""
    attempt = Attempt(stopped.account, RestrictedAction.NUDGES, stopped.campaign)
    if is_allowed(context, attempt):
        container = context.container
        context.step(container.record.nudges.stop, stopped.campaign, context.enqueued_at)
        container.refresh_home(context, admins=True)


@job("nudges.send", version=1)
def send_nudge(context: JobContext, due: NudgeDue) -> None:
    """Sends somebody their message in their working hours, if it is still for them."""
    container, nudges = context.container, context.container.record.nudges
    moment = context.step(_working_moment, container, due.zone)
    now = context.step(_now, container)
    if moment > now:
        # It waited in the queue, or the worker was away, until people had gone home.
        _enqueue(container, due, moment, now)
        return
    holder = context.step(nudges.ready, due.campaign, due.account, now, _day(container, now))
    if holder is None:
        return
    message = context.step(_message, container, due, holder)
    posted = context.post_once("nudge", Place(user_of(due.account)), message)
    if posted is None:
        context.step(nudges.set_refused, due.campaign, due.account)
    else:
        context.step(nudges.set_sent, due.campaign, due.account, now)


@job("nudges.will_try", version=1)
def will_try(context: JobContext, pressed: Pressed) -> None:
    """Stores that somebody will try it."""
    nudges = context.container.record.nudges
    context.step(nudges.react, pressed.campaign, pressed.account, Reaction.WILL_TRY)
    _end(context, pressed, texts("nudges")["tried"])


@job("nudges.no_more", version=1)
def no_more(context: JobContext, pressed: Pressed) -> None:
    """Sends somebody no such messages any more."""
    nudges, at = context.container.record.nudges, context.enqueued_at
    context.step(nudges.opt_out, pressed.account, at)
    context.step(nudges.react, pressed.campaign, pressed.account, Reaction.NO_MORE)
    _end(context, pressed, texts("nudges")["stopped"], may_undo=True)


@job("nudges.again", version=1)
def remind_again(context: JobContext, pressed: Pressed) -> None:
    """Sends somebody such messages again."""
    context.step(context.container.record.nudges.opt_in, pressed.account)
    _end(context, pressed, texts("nudges")["resumed"])


JOBS = (approve_campaign, stop_campaign, send_nudge, will_try, no_more, remind_again)


def rules_of(container: Container) -> Rules:
    """How people are picked, by the settings."""
    settings = container.settings
    return Rules(settings.nudge_grace_days, settings.nudge_holdout, container.minimum.people)


def today_of(container: Container) -> date:
    """The day where the company is."""
    return _day(container, container.now())


def _day(container: Container, at: datetime) -> date:
    return at.astimezone(container.settings.zone).date()


def _now(container: Container) -> datetime:
    return container.now()


def _zones(container: Container) -> dict[str, str]:
    """The time zones of everybody in the workspace, by user id."""
    return all_zones(container.slack, container.settings.zone)


def _approve(container: Container, made: Campaign, zones: Mapping[str, str]) -> Campaign | None:
    def due(account: str) -> datetime:
        zone = _zone(container, zones.get(user_of(account), ""))
        return next_working_moment(made.approved_at, zone, container.settings.hours)

    today = _day(container, made.approved_at)
    return container.record.nudges.approve(made, today, rules_of(container), due)


def _zone(container: Container, name: str) -> ZoneInfo:
    return ZoneInfo(name) if name else container.settings.zone


def _other(container: Container, held: Campaign, approved: CampaignApproved) -> str:
    """What an admin reads who was not the first."""
    say = texts("nudges")["yours" if held.approved_by == approved.account else "faster"]
    at = day(held.approved_at.astimezone(container.settings.zone))
    return say.format(admin=mention(held.approved_by), tool=plain(held.tool, 150), day=at)


def _send_all(context: JobContext, campaign: Campaign, zones: Mapping[str, str]) -> None:
    container = context.container
    for each in context.step(container.record.nudges.planned, campaign.id):
        zone = zones.get(user_of(each.account)) or container.settings.zone.key
        due = NudgeDue(campaign.id, campaign.tool, each.account, zone)
        _enqueue(container, due, each.due_at, context.enqueued_at)


def _enqueue(container: Container, due: NudgeDue, at: datetime, now: datetime) -> None:
    key = f"{due.campaign}:{due.account}:{at.astimezone(UTC):%Y-%m-%dT%H:%M}"
    delay = max((at - now).total_seconds(), 0.0)
    container.jobs.enqueue(send_nudge, due, key=key, delay=delay, is_reminder=True)


def _working_moment(container: Container, zone: str) -> datetime:
    hours = container.settings.hours
    return next_working_moment(container.now(), _zone(container, zone), hours)


def _message(container: Container, due: NudgeDue, holder: Holder) -> Message:
    zone = _zone(container, due.zone)
    return nudge_message(nudge_for(container, due.campaign, due.tool, holder, zone))


def _end(context: JobContext, pressed: Pressed, said: str, may_undo: bool = False) -> None:
    """Shows in the message what was pressed."""
    context.slack(_redraw, context.container, pressed, said, may_undo)


def _redraw(container: Container, pressed: Pressed, said: str, may_undo: bool) -> None:
    found = container.slack.read_pressed(pressed.channel, pressed.ts, pressed.campaign)
    blocks = found["blocks"]
    kept = [each for each in blocks if each.get("block_id") != BUTTONS]
    # The small print at the end is replaced by what was said.
    shown = [*kept[:-1], *as_json(ending(said, pressed.campaign, may_undo))]
    message = replace(Message(str(found.get("text") or "")), blocks=shown)
    container.slack.update(pressed.channel, pressed.ts, message)
