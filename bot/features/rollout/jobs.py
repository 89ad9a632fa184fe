"""Plans, launches and decides on waves, tells admins what is due, and reminds of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from adoption.errors import WaveWrong
from adoption.privacy.models import RestrictedAction
from adoption.reports.programme.rollout import evidence_of
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.rollout.calendar import WaveMessage
from adoption.rollout.models import Advice, MessageKind
from adoption.rollout.wave import WaveDecision, WavePlan
from bot.access import Attempt, is_allowed
from bot.admin_messages import post_to_admins
from bot.container import Container, JobContext
from bot.features.rollout import blocks
from bot.features.rollout.drafts import draft_of
from bot.features.rollout.reading import status_of, statuses_of, today_of
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.jobs.working_hours import next_working_moment
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place
from bot.slack.zones import zone_of
from bot.texts import texts

# Somewhere it is tomorrow already.
_AHEAD = timedelta(hours=14)
_DIRECT = "D"


@dataclass(frozen=True)
class WaveSaved:
    """A wave that an admin planned or edited.

    Attributes:
        wave: its id; a new one for a new wave.
        version: the one that was edited; 0 for a new wave.
        aims: shares by measure; None takes a target away. Empty where they are not changed.
    """

    account: str
    wave: str
    version: int
    name: str
    plan: WavePlan
    aims: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True)
class WavePressed:
    """Something that an admin does to a wave; `channel` and `ts` name the message, if any."""

    account: str
    wave: str
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True)
class GateDecided:
    """What an admin decides at a gate.

    Attributes:
        until: when a paused wave is decided on again; None for a go.
        channel, ts: the message that it was pressed in; empty for none.
    """

    account: str
    wave: str
    gate_on: date
    decision: Advice
    reason: str
    until: date | None
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True)
class OwnersSet:
    """Who sends which of a wave's messages, by account."""

    account: str
    wave: str
    owners: tuple[tuple[MessageKind, str], ...]


@dataclass(frozen=True)
class MessageDue:
    """A message of a wave whose owner is to be reminded, for a day."""

    wave: str
    kind: MessageKind
    due_on: date


@dataclass(frozen=True)
class MessageSent:
    """A message of a wave that its owner has sent."""

    account: str
    wave: str
    kind: MessageKind
    channel: str
    ts: str


@dataclass(frozen=True)
class Announcement:
    """A message to the admins about a wave, with the key under which it is posted once."""

    key: str
    message: Message


@job("rollout.save", version=1)
def save_wave(context: JobContext, saved: WaveSaved) -> str:
    """Stores a wave and its targets; returns why it cannot be, or nothing."""
    if not is_allowed(context, Attempt(saved.account, RestrictedAction.ROLLOUT, saved.name)):
        return ""
    wrong = context.step(_save, context.container, saved)
    if not wrong:
        context.container.refresh_home(context, admins=True)
    return wrong


@job("rollout.remove", version=1)
def remove_wave(context: JobContext, pressed: WavePressed) -> None:
    """Removes a wave that is planned."""
    if is_allowed(context, Attempt(pressed.account, RestrictedAction.ROLLOUT, pressed.wave)):
        context.step(context.container.record.waves.remove, pressed.wave)
        context.container.refresh_home(context, admins=True)


@job("rollout.launch", version=1)
def launch_wave(context: JobContext, pressed: WavePressed) -> None:
    """Makes a wave live, and says so to the admins; of two at once, one does."""
    container, attempt = context.container, _attempt(pressed)
    if not is_allowed(context, attempt):
        return
    today = context.enqueued_at.astimezone(container.settings.zone).date()
    won = context.step(container.record.waves.launch, pressed.wave, context.key, today)
    wave = container.record.waves.get(pressed.wave)
    if wave is None or not won:
        context.reply("late", "", pressed.account, line(texts("rollout")["launched_already"]))
        return
    _announce(context, f"launched {wave.id}", blocks.launched_message(wave), pressed)


@job("rollout.decide", version=1)
def decide_gate(context: JobContext, decided: GateDecided) -> None:
    """Stores go or pause, and says so to the admins; of two at once, the first counts."""
    attempt = Attempt(decided.account, RestrictedAction.ROLLOUT, decided.wave)
    if not is_allowed(context, attempt):
        return
    counts = context.step(_decide, context.container, decided, context.key, context.enqueued_at)
    if counts is None:
        context.reply("none", "", decided.account, line(texts("rollout")["no_gate"]))
    elif counts.key != context.key:
        context.reply("faster", "", decided.account, line(blocks.faster_text(counts)))
    else:
        message = context.step(_decided, context.container, decided.wave, counts)
        key = f"decided {decided.wave} {decided.gate_on}"
        pressed = WavePressed(decided.account, decided.wave, decided.channel, decided.ts)
        _announce(context, key, message, pressed)


@job("rollout.owners", version=1)
def set_owners(context: JobContext, given: OwnersSet) -> None:
    """Stores who sends which message."""
    if is_allowed(context, Attempt(given.account, RestrictedAction.ROLLOUT, given.wave)):
        calendar = context.container.record.wave_calendar
        context.step(calendar.set_owners, given.wave, dict(given.owners))


@job("rollout.daily", version=1)
def announce_due(context: JobContext, due: Due) -> None:
    """Tells the admins of go-lives and gates that are due, once for each day they are set for."""
    container = context.container
    for each in context.step(_due, container):
        if post_to_admins(context, each.key, each.message):
            context.step(container.record.notices.add, each.key, context.enqueued_at)


@job("rollout.remind_all", version=1)
def remind_all(context: JobContext, due: Due) -> None:
    """Has everybody reminded whose message is due, in their working hours."""
    container = context.container
    for each, delay in context.step(_due_messages, container):
        key = f"{each.wave}:{each.kind}:{each.due_on}"
        container.jobs.enqueue(remind, each, key=key, delay=delay, is_reminder=True)


@job("rollout.remind", version=1)
def remind(context: JobContext, due: MessageDue) -> None:
    """Reminds a message's owner, unless it was sent or moved meanwhile.

    Where nobody owns it, or Slack does not take it for them, the admins get it.
    """
    container, found = context.container, context.step(_reminder, context.container, due)
    if found is None:
        return
    owner, message = found
    posted = bool(owner) and context.post_once("remind", Place(owner), message) is not None
    if not posted:
        message = blocks.unreached(message, owner)
        posted = bool(post_to_admins(context, "remind", message, but=owner))
    if posted:
        calendar = container.record.wave_calendar
        context.step(calendar.set_reminded, due.wave, due.kind, due.due_on)


@job("rollout.sent", version=1)
def mark_sent(context: JobContext, sent: MessageSent) -> None:
    """Stores that a message was sent; only whoever sends it, or an admin, can say so."""
    container = context.container
    owns = context.step(_owns, container, sent)
    attempt = Attempt(sent.account, RestrictedAction.ROLLOUT, sent.wave)
    if not owns and not is_allowed(context, attempt):
        return
    calendar = container.record.wave_calendar
    context.step(calendar.set_sent, sent.wave, sent.kind, context.enqueued_at)
    if sent.channel and sent.ts:
        context.slack(_show_sent, container, sent)


JOBS = (
    save_wave,
    remove_wave,
    launch_wave,
    decide_gate,
    set_owners,
    announce_due,
    remind_all,
    remind,
    mark_sent,
)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Every day what is due, at the digest's hour; every hour the reminders."""
    daily = Schedule(announce_due, f"5 {settings.digest_hour} * * *")
    return (daily, Schedule(remind_all, "10 * * * *"))


def _attempt(pressed: WavePressed) -> Attempt:
    return Attempt(pressed.account, RestrictedAction.ROLLOUT, pressed.wave)


def _save(container: Container, saved: WaveSaved) -> str:
    waves, gone = container.record.waves, texts("rollout")["gone"]
    try:
        if not saved.version:
            waves.create(saved.wave, saved.name, saved.plan)
        elif not waves.change(saved.wave, saved.version, saved.plan):
            # Done again after a crash, this very change is there already.
            now = waves.get(saved.wave)
            if now is None or now.version != saved.version + 1 or now.plan != saved.plan:
                return gone
    except WaveWrong as error:
        return str(error)
    wave = waves.get(saved.wave)
    targets = Targets(container.engine)
    for measure, value in saved.aims if wave else ():
        if value is None:
            targets.remove(measure, Dimension.WAVE, saved.name)
        else:
            targets.put(Aim(measure, Dimension.WAVE, saved.name, value, saved.plan.gate_on))
    return ""


def _decide(
    container: Container, decided: GateDecided, key: str, at: datetime
) -> WaveDecision | None:
    status = status_of(container, decided.wave)
    if status is None:
        return None
    delay = (decided.until - decided.gate_on).days if decided.until else 0
    decision = WaveDecision(
        gate_on=decided.gate_on,
        key=key,
        decision=decided.decision,
        advice=status.advice,
        figures="\n".join(map(str, evidence_of(status))),
        reason=decided.reason,
        delay=delay,
        account=decided.account,
        at=at,
    )
    return container.record.waves.decide(decided.wave, decision)


def _decided(container: Container, id: str, decision: WaveDecision) -> Message:
    waves = container.record.waves.all()
    wave = next(each for each in waves if each.id == id)
    later = [each for each in waves if each.comes_after(wave)]
    return blocks.decided_message(wave, decision, later)


def _announce(context: JobContext, part: str, message: Message, pressed: WavePressed) -> None:
    """Tells the admins what was done; where they were asked, the question becomes the answer."""
    container = context.container
    if pressed.channel and pressed.ts:
        context.slack(_replace, container, pressed, message)
    # Whoever pressed in their direct messages has read it there.
    seen = user_of(pressed.account) if pressed.channel.startswith(_DIRECT) else pressed.channel
    post_to_admins(context, part, message, but=seen)
    container.refresh_home(context, admins=True)


def _replace(container: Container, pressed: WavePressed, message: Message) -> None:
    container.slack.read_pressed(pressed.channel, pressed.ts, pressed.wave)
    container.slack.update(pressed.channel, pressed.ts, message)


def _due(container: Container) -> list[Announcement]:
    """What was not posted before about go-lives and gates that are due."""
    today, statuses = today_of(container), statuses_of(container)
    found = []
    for status in statuses:
        wave = status.wave
        if wave.is_launch_due(today):
            key = f"rollout:live:{wave.id}:{wave.plan.go_live}"
            found.append(Announcement(key, blocks.launch_due(status, today)))
        elif wave.is_gate_due(today):
            key = f"rollout:gate:{wave.id}:{wave.plan.gate_on}"
            found.append(Announcement(key, blocks.gate_due(status, statuses, today)))
    return [each for each in found if not container.record.notices.is_posted(each.key)]


def _due_messages(container: Container) -> list[tuple[MessageDue, float]]:
    """The messages whose owners are to be reminded, each with the seconds until they work."""
    now, settings, found = container.now(), container.settings, []
    calendar = container.record.wave_calendar
    for wave in container.record.waves.all():
        for message in calendar.of(wave):
            if not message.needs_reminder((now + _AHEAD).date(), wave.state):
                continue
            zone = zone_of(container.slack, message.owner, settings.zone)
            if message.needs_reminder(now.astimezone(zone).date(), wave.state):
                moment = next_working_moment(now, zone, settings.hours)
                due = MessageDue(wave.id, message.kind, message.due_on)
                found.append((due, max(0.0, (moment - now).total_seconds())))
    return found


def _reminder(container: Container, due: MessageDue) -> tuple[str, Message] | None:
    """Whom to remind (empty for nobody), and how; None where there is nothing to remind of."""
    wave = container.record.waves.get(due.wave)
    message = _message(container, due.wave, due.kind)
    if wave is None or message is None or message.due_on != due.due_on:
        return None
    today = today_of(container)
    if message.sent_at or message.reminded_for == message.due_on:
        return None
    draft = draft_of(container, wave, due.kind)
    return user_of(message.owner), blocks.reminder(wave, message, draft, today)


def _message(container: Container, id: str, kind: MessageKind) -> WaveMessage | None:
    wave = container.record.waves.get(id)
    messages = container.record.wave_calendar.of(wave) if wave else []
    return next((each for each in messages if each.kind is kind), None)


def _owns(container: Container, sent: MessageSent) -> bool:
    message = _message(container, sent.wave, sent.kind)
    return message is not None and message.owner == sent.account


def _show_sent(container: Container, sent: MessageSent) -> None:
    """Puts “sent” in the place of the button."""
    pressed = blocks.value_of(sent.wave, sent.kind)
    message = container.slack.read_pressed(sent.channel, sent.ts, pressed)
    kept = [each for each in message["blocks"] if each.get("type") != "actions"]
    done = line(f"✓ {texts('rollout')['sent_done']}").blocks
    text = str(message.get("text") or "")
    container.slack.update(sent.channel, sent.ts, Message(text, [*kept, *done]))
