"""Posts digests and alerts, and stores who does what about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from adoption.privacy.models import RestrictedAction
from adoption.reports.actions import ActionBook, Point
from adoption.reports.alerts.alerts import keep_alert
from adoption.reports.recommendations import override_in
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from bot.access import Attempt, is_allowed
from bot.admin_messages import reach_admins
from bot.container import Container, JobContext
from bot.features.digest.blocks import point_blocks, value_of, without_charts
from bot.features.digest.making import (
    MadeAlert,
    MadeDigest,
    made_alerts,
    made_digest,
    message_with_pictures,
    message_without_pictures,
)
from bot.features.overrides.owners import change_request, places_of_owner
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from bot.slack.blocks import line
from bot.slack.identity import mention
from bot.slack.messages import Message, Place, Posted, as_json, is_person
from bot.texts import texts

# So many weeks are posted late when the bot was away, the last one among them.
_MOST_WEEKS = 4
_KEY = "digest-"


@dataclass(frozen=True)
class DigestAsked:
    """A digest that an admin asked for.

    Attributes:
        place: the channel or person who gets it.
    """

    account: str
    week: str
    place: str
    url: str


@dataclass(frozen=True)
class PointTaken:
    """A recommendation that an admin takes; `channel` and `ts` name the digest's message."""

    account: str
    week: str
    subject: str
    channel: str
    ts: str
    url: str


@dataclass(frozen=True)
class PointDone:
    """A recommendation that an admin has carried out."""

    account: str
    week: str
    subject: str
    did: str
    channel: str
    ts: str


@job("digest.post", version=1)
def post_digest(context: JobContext, asked: DigestAsked) -> None:
    """Posts the digest that an admin asked for."""
    if not _is_allowed(context, asked.account, asked.week):
        return
    if _post(context, asked.week, asked.place, late=False) is None:
        not_there = line(texts("digest")["not_there"])
        context.reply("not there", asked.url, asked.account, not_there)


@job("digest.weekly", version=1)
def post_weekly(context: JobContext, due: Due) -> None:
    """Posts last week's digest, and those that were missed, shorter, before it."""
    container = context.container
    notices = container.record.notices
    last = str(Week.of(due.at, container.settings.zone).previous)
    for week in context.step(_due_weeks, container, last):
        post = partial(_post, context, week, late=week != last)
        # One that cannot be posted now is posted late, with the next one.
        if reach_admins(context, post):
            context.step(notices.add, f"{_KEY}{week}", context.enqueued_at)
    container.refresh_home(context, admins=True)


@job("digest.alerts", version=1)
def raise_alerts(context: JobContext, due: Due) -> None:
    """Raises what needs attention, each once."""
    container = context.container
    zone = container.settings.zone
    today = due.at.astimezone(zone).date()
    # A week that isn't over has seen fewer people than one that is.
    week = str(Week.of(due.at, zone).previous)
    for alert in context.step(made_alerts, container, week, today):
        reach_admins(context, partial(_raise, context, alert))
        context.step(keep_alert, container.engine, alert.key, context.enqueued_at)


@job("digest.take", version=1)
def take_point(context: JobContext, taken: PointTaken) -> None:
    """Gives a recommendation to an admin; of two at once, one gets it."""
    if not _is_allowed(context, taken.account, taken.week):
        return
    book = ActionBook(context.container.engine)
    won = context.step(book.take, taken.week, taken.subject, taken.account)
    point = context.step(book.get, taken.week, taken.subject)
    if point is not None and not won:
        text = texts("digest")["faster_take"].format(owner=mention(point.owner))
        context.reply("faster", taken.url, taken.account, line(text))
    _show(context, point, taken.channel, taken.ts)


@job("digest.finish", version=1)
def finish_point(context: JobContext, done: PointDone) -> None:
    """Stores what was done about a recommendation."""
    if not _is_allowed(context, done.account, done.week):
        return
    book, at = ActionBook(context.container.engine), context.enqueued_at
    won = context.step(book.finish, done.week, done.subject, done.account, done.did, at)
    point = context.step(book.get, done.week, done.subject)
    if point is not None and not won:
        text = texts("digest")["faster_done"].format(owner=mention(point.owner))
        context.reply("faster", "", done.account, line(text))
    _show(context, point, done.channel, done.ts)


@job("digest.request_change", version=1)
def request_change(context: JobContext, pressed: PointTaken) -> None:
    """Sends the owner of a tool what people override and why; that finishes the recommendation."""
    container, say = context.container, texts("digest")
    found = override_in(pressed.subject)
    if found is None or not _is_allowed(context, pressed.account, pressed.week):
        return
    tool, code = found
    message = context.step(change_request, container, pressed.week, tool, code)
    places = context.step(places_of_owner, container, tool)
    if message is None or not places:
        context.reply("gone", pressed.url, pressed.account, line(say["change_gone"]))
        return
    book, at = ActionBook(container.engine), context.enqueued_at
    did = say["change_sent"].format(tool=tool)
    finish = (pressed.week, pressed.subject, pressed.account, did, at)
    if context.step(book.finish, *finish):
        for place in places:
            context.post_once(f"request {place}", Place(place), message)
    point = context.step(book.get, pressed.week, pressed.subject)
    _show(context, point, pressed.channel, pressed.ts)


JOBS = (post_digest, post_weekly, raise_alerts, take_point, finish_point, request_change)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """On Mondays the digest, every day the alerts, where there is a channel for admins."""
    if not settings.admin_channel:
        return ()
    hour = settings.digest_hour
    return (
        Schedule(post_weekly, f"0 {hour} * * 1"),
        Schedule(raise_alerts, f"0 {hour} * * *"),
    )


def _is_allowed(context: JobContext, account: str, week: str) -> bool:
    return is_allowed(context, Attempt(account, RestrictedAction.DIGEST, week))


def _raise(context: JobContext, alert: MadeAlert, place: str) -> Posted | None:
    """Posts an alert with Slack's charts, or else without."""
    part, where = f"{alert.key} {place}", Place(place)
    posted = context.post_once(part, where, alert.message)
    return posted or context.post_once(f"{part} plain", where, without_charts(alert.message))


def _post(context: JobContext, week: str, place: str, late: bool) -> Posted | None:
    """Posts a digest with Slack's charts, or else with pictures, or else in words."""
    container = context.container
    made = context.step(made_digest, container, week, late)
    posted = context.post_once(f"digest {week} {place}", Place(place), made.message)
    if posted is None and not late:
        message = context.slack(message_with_pictures, container, week)
        posted = _post_or_none(context, f"pictures {week} {place}", place, message)
    if posted is None and not late:
        message = context.step(message_without_pictures, container, week)
        posted = _post_or_none(context, f"words {week} {place}", place, message)
    if posted is not None:
        reader = place if is_person(place) else ""
        _attach(context, Place(posted.channel, posted.ts, reader=reader), week, made)
    return posted


def _post_or_none(
    context: JobContext, part: str, place: str, message: Message | None
) -> Posted | None:
    return None if message is None else context.post_once(part, Place(place), message)


def _attach(context: JobContext, thread: Place, week: str, made: MadeDigest) -> None:
    """Puts the whole digest into the thread under its message."""
    say, attach = texts("digest"), context.container.slack.attach
    days = Week.parse(week).in_words
    page, figures = say["as_page"].format(week=days), say["in_figures"].format(week=days)
    readers = made.message.audiences
    context.slack(attach, thread, f"uptake-{week}.html", made.html, page, audiences=readers)
    context.slack(attach, thread, f"uptake-{week}.csv", made.csv, figures, audiences=readers)
    if made.report:
        name, title = f"adoption-report-{week}.html", say["as_report"].format(week=days)
        context.slack(attach, thread, name, made.report, title, audiences=readers)


def _due_weeks(container: Container, last: str) -> list[str]:
    """The weeks whose digest is to be posted, the oldest first."""
    notices = container.record.notices
    first = notices.first(_KEY)
    weeks = [Week.parse(last)]
    while len(weeks) < _MOST_WEEKS:
        weeks.insert(0, weeks[0].previous)
    return [
        str(week)
        for week in weeks
        if is_due(container, week)
        # A week before the first digest was not missed.
        and (str(week) == last or (first is not None and first < f"{_KEY}{week}"))
    ]


def post_again(container: Container, week: Week) -> None:
    """Has a week's digest posted once more, as in a workspace that does not have it yet."""
    container.record.notices.remove(f"{_KEY}{week}")


def is_due(container: Container, week: Week) -> bool:
    """Whether a week's digest is still to be posted, and has anything to say."""
    # Remembered for longer than jobs are kept.
    if container.record.notices.is_posted(f"{_KEY}{week}"):
        return False
    _, end = week.bounds(container.settings.zone)
    first = container.record.questions.first_asked()
    if first is not None and first < end:
        return True
    reported = UseReader(container.engine).first_day()
    return reported is not None and reported < week.next.monday


def _show(context: JobContext, point: Point | None, channel: str, ts: str) -> None:
    """Shows what became of a recommendation, where it was pressed and in Home."""
    if point is None:
        return
    if channel and ts:
        context.slack(_redraw, context.container, channel, ts, point)
    context.container.refresh_home(context, admins=True)


def _redraw(container: Container, channel: str, ts: str, point: Point) -> None:
    message = container.slack.read_pressed(channel, ts, value_of(point))
    blocks = message["blocks"]
    for place, block in enumerate(blocks):
        values = [each.get("value") for each in block.get("elements", []) if "value" in each]
        if place and value_of(point) in values:
            changed = [
                *blocks[: place - 1],
                *as_json(point_blocks(point)),
                *blocks[place + 1 :],
            ]
            text = str(message.get("text") or "")
            container.slack.update(channel, ts, Message(text, changed))
            return
