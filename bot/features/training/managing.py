"""Slack's payloads around the catalogue and attendance, for admins and hosts."""

from __future__ import annotations

import uuid
from datetime import datetime, time
from itertools import count, takewhile
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.training.catalogue import Course, Plan
from adoption.training.catalogue_file import MOST_MINUTES, MOST_SEATS
from adoption.training.local_time import moment_at, zone_named
from adoption.training.models import SeatState, Tier
from bot.access import is_admin_press
from bot.container import Container
from bot.features.training import admin_blocks as blocks
from bot.features.training.blocks import MANAGE, MARK
from bot.features.training.jobs import (
    CameMarked,
    CourseWritten,
    SessionPlanned,
    SessionPress,
    cancel_session,
    mark_came,
    may_mark,
    plan_session,
    save_course,
)
from bot.features.training.offers import MARKED_WITHIN
from bot.slack.blocks import notice
from bot.slack.identity import account_of, team_of, user_of
from bot.slack.messages import only_for
from bot.slack.view_values import ViewValues, trigger_in, value_in, view_in
from bot.slack.zones import zone_of
from bot.texts import texts
from bot.tools import known_tools
from ingest.parse.audiences import ADMINS
from knowledge.index.passages import EVERYONE

_FOR_ADMINS = frozenset({ADMINS})
# As many people as one list of Slack's can hold, less some who may have come without a seat.
_MOST_MARKED = 80
_LONGEST_ID = 64
_BUTTONS = (
    MANAGE,
    blocks.ADD_COURSE,
    blocks.ADD_SESSION,
    blocks.CHANGE_COURSE,
    blocks.CHANGE_SESSION,
)


def register_managing(app: App, container: Container) -> None:
    """Connects the catalogue's dialogs and that of who came."""

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        if is_admin_press(container, action, body, context, RestrictedAction.TRAINING):
            id, account = value_in(action), account_of(context)
            dialog = dialog_for(container, str(action["action_id"]), id, account)
            if dialog is not None:
                trigger, reader = trigger_in(body), user_of(account)
                container.slack.push_dialog(trigger, dialog, audiences=_FOR_ADMINS, reader=reader)
        ack()

    def called_off(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        if is_admin_press(container, action, body, context, RestrictedAction.TRAINING):
            account = account_of(context)
            press = SessionPress(account, value_in(action))
            key = f"{action['action_ts']}:{account}"
            container.jobs.enqueue_and_wait(cancel_session, press, key=key)
            _show_managed(container, view_in(body), account)
        ack()

    for action in _BUTTONS:
        app.action(action)(pressed)
    app.action(blocks.CALL_OFF)(called_off)
    _register_forms(app, container)
    _register_attendance(app, container)


def _register_forms(app: App, container: Container) -> None:
    def course_sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        course = course_in(values)
        if isinstance(course, dict):
            ack(response_action="errors", errors=course)
            return
        written = CourseWritten(account, course)
        container.jobs.enqueue_and_wait(save_course, written, key=values.id)
        _show_below(container, view, account)
        ack()

    def session_sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        plan = plan_in(values, team_of(account), container.now())
        if isinstance(plan, dict):
            ack(response_action="errors", errors=plan)
            return
        key = f"{values.id}:{view.get('hash')}"
        planned = SessionPlanned(account, plan)
        if not container.jobs.enqueue_and_wait(plan_session, planned, key=key):
            ack(response_action="errors", errors={blocks.DAY: texts("training")["too_late"]})
            return
        _show_below(container, view, account)
        ack()

    app.view_submission(blocks.COURSE_DIALOG)(course_sent)
    app.view_submission(blocks.SESSION_DIALOG)(session_sent)


def _register_attendance(app: App, container: Container) -> None:
    def opened(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        id, account = value_in(action), account_of(context)
        say = texts("training")["not_host"]
        act = RestrictedAction.TRAINING
        if may_mark(container, account, id) or is_admin_press(
            container, action, body, context, act, id, say
        ):
            view, trigger = body.get("view") or {}, trigger_in(body)
            dialog = came_dialog(container, id, account)
            is_above = view.get("type") == "modal"
            show = container.slack.push_dialog if is_above else container.slack.open_dialog
            show(trigger, dialog, audiences=only_for(account), reader=user_of(account))
        ack()

    def marked(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        given = came_in(values, account_of(context))
        container.jobs.enqueue(mark_came, given, key=f"{values.id}:{view.get('hash')}")
        ack(response_action="clear")

    app.action(MARK)(opened)
    app.view_submission(blocks.CAME_DIALOG)(marked)


def dialog_for(container: Container, action: str, id: str, account: str) -> View | None:
    """The dialog behind a button; None where what it is about is gone."""
    catalogue = container.record.training.catalogue
    courses = catalogue.courses()
    course = next((each for each in courses if each.id == id), None)
    if action == MANAGE:
        return _managed(container, account)
    if action == blocks.ADD_COURSE:
        return blocks.course_dialog(uuid.uuid4().hex, _choices(container))
    if action == blocks.CHANGE_COURSE:
        return blocks.course_dialog(id, _choices(container), course) if course else None
    if not courses:
        return None
    zone = zone_of(container.slack, account, container.settings.zone).key
    if action == blocks.ADD_SESSION:
        return blocks.session_dialog(uuid.uuid4().hex, courses, None, zone)
    session = catalogue.session(id)
    return blocks.session_dialog(id, courses, session.plan, zone) if session else None


def came_dialog(container: Container, id: str, account: str) -> View:
    """Who came to a session, to be marked; of many, who did not come."""
    say, training = texts("training"), container.record.training
    session = training.catalogue.session(id)
    if session is None or session.starts_at > container.now():
        return notice(say["came_title"], say["not_begun"])
    people = training.seats.people(id)
    users = {user: state for who, state in people.items() if (user := user_of(who))}
    absent = [user for user, state in users.items() if state is SeatState.ABSENT]
    zone = zone_of(container.slack, account, container.settings.zone)
    if len(users) > _MOST_MARKED:
        return blocks.absent_dialog(session, absent, len(users), zone)
    return blocks.came_dialog(session, [each for each in users if each not in absent], zone)


def came_in(values: ViewValues, account: str) -> CameMarked:
    """Who came, or of many who did not, as it was filled in."""
    team = team_of(account)
    came = [f"{team}:{user}" for user in values.users(blocks.CAME)]
    names = list(takewhile(values.has, map(blocks.absent_name, count())))
    absent = [f"{team}:{user}" for name in names for user in values.users(name)]
    return CameMarked(account, values.metadata, tuple(came), tuple(absent) if names else None)


def course_in(values: ViewValues) -> Course | dict[str, str]:
    """The course that was written, or what is wrong with it by input."""
    title, tier = values.text(blocks.TITLE), values.chosen(blocks.TIER)
    if not title or tier not in set(Tier):
        missing = blocks.TITLE if not title else blocks.TIER
        return {missing: texts("training")["fill_in"]}
    return Course(
        id=values.metadata[:_LONGEST_ID],
        title=title,
        tier=Tier(tier),
        about=values.text(blocks.ABOUT),
        tools=tuple(sorted(values.ticked(blocks.TOOLS))),
        roles=tuple(sorted(values.ticked(blocks.ROLES))),
        waves=tuple(sorted(values.ticked(blocks.WAVES))),
        materials=tuple(sorted(values.ticked(blocks.MATERIALS))),
    )


def plan_in(values: ViewValues, team: str, now: datetime) -> Plan | dict[str, str]:
    """The session that was planned, or what is wrong with it by input."""
    say, host = texts("training"), values.user(blocks.HOST)
    begin = _moment_in(values, now)
    numbers = {
        name: _number_in(values.text(name), most)
        for name, most in ((blocks.MINUTES, MOST_MINUTES), (blocks.SEATS, MOST_SEATS))
    }
    wrong = begin if isinstance(begin, dict) else {}
    for name, most in ((blocks.MINUTES, MOST_MINUTES), (blocks.SEATS, MOST_SEATS)):
        if numbers[name] is None:
            wrong[name] = say["not_a_number"].format(most=most)
    if wrong or isinstance(begin, dict):
        return wrong
    return Plan(
        id=values.metadata[:_LONGEST_ID],
        course=values.chosen(blocks.COURSE),
        starts_at=begin,
        minutes=numbers[blocks.MINUTES] or 0,
        zone=values.text(blocks.ZONE),
        seats=numbers[blocks.SEATS] or 0,
        host=f"{team}:{host}" if host else None,
        place=values.text(blocks.PLACE),
    )


def _moment_in(values: ViewValues, now: datetime) -> datetime | dict[str, str]:
    say, day = texts("training"), values.day(blocks.DAY)
    try:
        local = datetime.combine(day, time.fromisoformat(values.time(blocks.TIME))) if day else None
    except ValueError:
        local = None
    if local is None or local.tzinfo:
        return {blocks.DAY: say["fill_in"]}
    try:
        zone = zone_named(values.text(blocks.ZONE))
    except ValueError:
        return {blocks.ZONE: say["no_zone"]}
    try:
        begin = moment_at(local, zone)
    except ValueError:
        return {blocks.TIME: say["skipped_time"]}
    return begin if begin > now else {blocks.DAY: say["in_past"]}


def _number_in(text: str, most: int) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 7
    return int(text) if is_number and 1 <= int(text) <= most else None


def _managed(container: Container, account: str) -> View:
    training, now = container.record.training, container.now()
    coming = training.catalogue.sessions(now)
    past = training.catalogue.sessions(now - MARKED_WITHIN, now)
    managed = blocks.Managed(
        courses=training.catalogue.courses(),
        coming=coming,
        past=past[::-1],
        taken=training.seats.taken([each.id for each in coming]),
        zone=zone_of(container.slack, account, container.settings.zone),
    )
    return blocks.manage_dialog(managed)


def _choices(container: Container) -> blocks.Choices:
    roles, waves = container.record.training.learners.groups()
    guides = [each.title for each in container.guides.guides() if each.audience == EVERYONE]
    return blocks.Choices(
        tools=known_tools(container.record, container.index),
        roles=sorted({*roles, "champion"}),
        waves=waves,
        guides=sorted(set(guides), key=str.casefold),
    )


def _show_below(container: Container, view: dict[str, Any], account: str) -> None:
    """Shows what was saved in the dialog from which the form was opened."""
    below = str(view.get("previous_view_id") or "")
    if below:
        _show_managed(container, below, account)


def _show_managed(container: Container, view: str, account: str) -> None:
    container.slack.update_dialog(
        view, _managed(container, account), audiences=_FOR_ADMINS, reader=user_of(account)
    )
