"""Slack's payloads around the rollout, as dialogs and jobs."""

from __future__ import annotations

from datetime import date
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.reports.rollout.figures import WaveStatus
from adoption.rollout.models import MessageKind, WaveState
from bot.access import NOT_ALLOWED, Attempt, is_admin_press, turn_away
from bot.container import Container
from bot.feature import Invocation
from bot.features.rollout import blocks, dialogs, forms
from bot.features.rollout.jobs import (
    MessageSent,
    OwnersSet,
    WavePressed,
    decide_gate,
    launch_wave,
    mark_sent,
    remove_wave,
    save_wave,
    set_owners,
)
from bot.features.rollout.reading import aims_of, status_of, statuses_of, today_of, values_of
from bot.slack.blocks import notice
from bot.slack.identity import account_of, user_of
from bot.slack.view_values import ViewValues, trigger_in, value_in, view_in
from bot.texts import texts
from ingest.parse.audiences import ADMINS

_ACT, _FOR_ADMINS = RestrictedAction.ROLLOUT, frozenset({ADMINS})
_OPENS = (
    blocks.OPEN,
    blocks.LAUNCH,
    blocks.DECIDE,
    dialogs.NEW,
    dialogs.EDIT,
    dialogs.CALENDAR,
)


def register(app: App, container: Container) -> None:
    """Connects the dialogs, and the buttons of messages and Home."""
    _register_buttons(app, container)
    _register_forms(app, container)


def _register_buttons(app: App, container: Container) -> None:
    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        wave, account = value_in(action), account_of(context)
        if is_admin_press(container, action, body, context, _ACT, wave):
            at = body.get("container") or {}
            place = f"{at.get('channel_id') or ''}\n{at.get('message_ts') or ''}"
            view = dialog_for(container, str(action["action_id"]), wave, account, place)
            is_above = (body.get("view") or {}).get("type") == "modal"
            show = container.slack.push_dialog if is_above else container.slack.open_dialog
            trigger, reader = trigger_in(body), context.user_id or ""
            show(trigger, view, audiences=_FOR_ADMINS, reader=reader)
        ack()

    def removed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        wave, account = value_in(action), account_of(context)
        if is_admin_press(container, action, body, context, _ACT, wave):
            key = f"{action['action_ts']}:{account}"
            container.jobs.enqueue_and_wait(remove_wave, WavePressed(account, wave), key=key)
            _show_all(container, view_in(body), account)
        ack()

    def sent(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        wave, kind = blocks.message_in(value_in(action))
        at, account = body.get("container") or {}, account_of(context)
        channel, ts = str(at.get("channel_id") or ""), str(at.get("message_ts") or "")
        if kind in set(MessageKind):
            given = MessageSent(account, wave, MessageKind(kind), channel, ts)
            container.jobs.enqueue(mark_sent, given, key=f"{action['action_ts']}:{account}")
        ack()

    for action in _OPENS:
        app.action(action)(pressed)
    app.action(dialogs.REMOVE)(removed)
    app.action(blocks.SENT)(sent)


def _register_forms(app: App, container: Container) -> None:
    def saved(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        version, _, id = values.metadata.partition(" ")
        wave, waves = container.record.waves.get(id), container.record.waves
        first = dialogs.OWNER if version else dialogs.NAME
        if version and (wave is None or str(wave.version) != version):
            ack(response_action="errors", errors={first: texts("rollout")["gone"]})
            return
        given = forms.wave_in(values, wave, account, waves.teams())
        if isinstance(given, dict):
            ack(response_action="errors", errors=given)
            return
        key = f"{values.id}:{view.get('hash')}"
        wrong = container.jobs.enqueue_and_wait(save_wave, given, key=key)
        if wrong:
            ack(response_action="errors", errors={first: wrong})
            return
        # What changed is shown in the dialog below the one that closes.
        if below := str(view.get("previous_view_id") or ""):
            _show_all(container, below, account)
        ack()

    def launched(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        channel, ts, wave = values.parts(3)
        given = WavePressed(account_of(context), wave, channel, ts)
        container.jobs.enqueue(launch_wave, given, key=values.id)
        ack(response_action="clear")

    def decided(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        given = forms.decision_in(values, account_of(context), today_of(container))
        if isinstance(given, dict):
            ack(response_action="errors", errors=given)
            return
        container.jobs.enqueue(decide_gate, given, key=values.id)
        ack(response_action="clear")

    def owned(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        owners = forms.owners_in(values, str(context.team_id))
        given = OwnersSet(account, values.metadata, owners)
        container.jobs.enqueue(set_owners, given, key=f"{values.id}:{view.get('hash')}")
        ack()

    app.view_submission(dialogs.WAVE_DIALOG)(saved)
    app.view_submission(dialogs.LAUNCH_DIALOG)(launched)
    app.view_submission(dialogs.DECIDE_DIALOG)(decided)
    app.view_submission(dialogs.CALENDAR_DIALOG)(owned)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake rollout`: opens the dialog of all waves, for admins."""
    if not container.admins.is_admin(invocation.account):
        attempt = Attempt(invocation.account, _ACT, refusal="")
        turn_away(container, attempt, invocation.trigger)
        return NOT_ALLOWED
    container.slack.open_dialog(
        invocation.trigger,
        all_waves(container),
        audiences=_FOR_ADMINS,
        reader=invocation.user,
    )
    return ""


def all_waves(container: Container) -> View:
    """The dialog of all waves."""
    return dialogs.list_dialog(statuses_of(container), values_of(container), today_of(container))


def dialog_for(container: Container, action: str, id: str, account: str, place: str) -> View:
    """The dialog behind a button; says so where what it is about is gone."""
    say, today, waves = texts("rollout"), today_of(container), container.record.waves
    if action == blocks.OPEN:
        return all_waves(container)
    if action == dialogs.NEW:
        return dialogs.wave_dialog(None, waves.teams(), (), today, account)
    status = status_of(container, id)
    if status is None:
        return notice(say["title"], say["gone"])
    wave = status.wave
    if action == dialogs.EDIT:
        return dialogs.wave_dialog(wave, waves.teams(), aims_of(container, wave), today)
    if action == dialogs.CALENDAR:
        return dialogs.calendar_dialog(wave, container.record.wave_calendar.of(wave))
    return _press_dialog(action, status, today, place)


def _press_dialog(action: str, status: WaveStatus, today: date, place: str) -> View:
    """The dialog of a go-live or a gate; says so where there is none now."""
    say, state = texts("rollout"), status.wave.state
    if action == blocks.LAUNCH:
        if state is not WaveState.PLANNED:
            return notice(say["launch_title"], say["launched_already"])
        return dialogs.launch_dialog(status, today, place)
    if state not in (WaveState.LIVE, WaveState.PAUSED):
        return notice(say["decide_title"], say["no_gate"])
    return dialogs.decide_dialog(status, today, place)


def _show_all(container: Container, view: str, account: str) -> None:
    """Shows all waves as they are now in an open dialog."""
    container.slack.update_dialog(
        view, all_waves(container), audiences=_FOR_ADMINS, reader=user_of(account)
    )
