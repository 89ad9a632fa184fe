"""Slack's payloads around the readiness checklist, as dialogs and jobs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from bot.access import is_admin_press
from bot.container import Container
from bot.feature import Invocation
from bot.features.readiness import blocks
from bot.features.readiness.checks import planned_waves
from bot.features.readiness.jobs import (
    CheckAsked,
    ItemAdded,
    ItemDone,
    ItemEdited,
    add_item,
    check_now,
    edit_item,
    finish_item,
    items_of,
    may_finish,
    own_item,
)
from bot.slack.blocks import notice
from bot.slack.identity import account_of, team_of, user_of
from bot.slack.view_values import ViewValues, trigger_in, value_in, view_in
from bot.texts import texts
from ingest.parse.audiences import ADMINS

_ACT, _FOR_ADMINS = RestrictedAction.READINESS, frozenset({ADMINS})


def register(app: App, container: Container) -> None:
    """Connects the dialogs, and the buttons of messages and Home."""
    _register_buttons(app, container)
    _register_forms(app, container)


def _register_buttons(app: App, container: Container) -> None:
    def other_wave(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        wave = value_in(action)
        if is_admin_press(container, action, body, context, _ACT, wave):
            _show(container, view_in(body), wave, account_of(context))
        ack()

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        value, name = value_in(action), str(action["action_id"])
        if is_admin_press(container, action, body, context, _ACT, value):
            view = dialog_for(container, name, value)
            trigger, reader = trigger_in(body), context.user_id or ""
            container.slack.push_dialog(trigger, view, audiences=_FOR_ADMINS, reader=reader)
        ack()

    def done(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        wave, item = blocks.item_in(value_in(action))
        say, account = texts("readiness")["not_yours"], account_of(context)
        # Only its owner or an admin; anybody else is refused, and the attempt is logged.
        if may_finish(container, account, wave, item) or is_admin_press(
            container, action, body, context, _ACT, item, say
        ):
            own, trigger = own_item(container, wave, item), trigger_in(body)
            view = blocks.done_dialog(own.wave, own.item) if own else _gone()
            reader = user_of(account)
            if (body.get("view") or {}).get("type") == "modal":
                container.slack.push_dialog(trigger, view, audiences=frozenset(), reader=reader)
            else:
                container.slack.open_dialog(trigger, view, reader=reader)
        ack()

    def opened(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        wave, account = value_in(action), account_of(context)
        if is_admin_press(container, action, body, context, _ACT, wave):
            trigger = trigger_in(body)
            _open(container, account, trigger, wave)
        ack()

    app.action(blocks.OPEN)(opened)
    app.action(re.compile(f"^{blocks.WAVE}:"))(other_wave)
    app.action(blocks.EDIT)(pressed)
    app.action(blocks.ADD)(pressed)
    app.action(blocks.DONE)(done)


def _register_forms(app: App, container: Container) -> None:
    def edited(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        given = edited_in(values, account)
        key = f"{values.id}:{view.get('hash')}"
        container.jobs.enqueue_and_wait(edit_item, given, key=key)
        _show_below(container, view, given.wave, account)
        ack()

    def finished(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        evidence = values.text(blocks.SHOW)
        if not evidence:
            errors = {blocks.SHOW: texts("readiness")["say_what"]}
            ack(response_action="errors", errors=errors)
            return
        wave, item = blocks.item_in(values.metadata)
        given = ItemDone(account_of(context), wave, item, evidence)
        container.jobs.enqueue(finish_item, given, key=values.id)
        ack(response_action="clear")

    def added(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        given = ItemAdded(account, values.metadata, values.text(blocks.TITLE))
        key = f"{values.id}:{view.get('hash')}"
        if wrong := container.jobs.enqueue_and_wait(add_item, given, key=key):
            ack(response_action="errors", errors={blocks.TITLE: wrong})
            return
        _show_below(container, view, given.wave, account)
        ack()

    app.view_submission(blocks.ITEM_DIALOG)(edited)
    app.view_submission(blocks.DONE_DIALOG)(finished)
    app.view_submission(blocks.ADD_DIALOG)(added)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake readiness`: the checklist of the next wave; for others what is theirs."""
    account = invocation.account
    if not container.admins.is_admin(account):
        own = items_of(container, account)
        if not own:
            return texts("readiness")["nothing_yours"]
        container.slack.open_dialog(invocation.trigger, blocks.own_dialog(own, _today(container)))
        return ""
    if not planned_waves(container):
        return texts("readiness")["no_waves"]
    _open(container, account, invocation.trigger)
    return ""


def _open(container: Container, account: str, trigger: str, wave: str = "") -> None:
    """Checks what the data can check, and opens the checklist."""
    container.jobs.enqueue_and_wait(check_now, CheckAsked(account), key=trigger)
    view, reader = checklist_of(container, wave), user_of(account)
    container.slack.open_dialog(trigger, view, audiences=_FOR_ADMINS, reader=reader)


def checklist_of(container: Container, wave: str = "") -> View:
    """The dialog of a planned wave's checklist; of the next one where none is named."""
    waves = planned_waves(container)
    own = next((each for each in waves if each.id == wave), waves[0] if waves else None)
    if own is None:
        return notice(texts("readiness")["title"], texts("readiness")["no_waves"])
    checklist = container.record.readiness.of(own)
    return blocks.list_dialog(waves, own, checklist, _today(container))


def dialog_for(container: Container, action: str, value: str) -> View:
    """The dialog behind a button of the checklist; says so where what it is about is gone."""
    if action == blocks.ADD:
        wave = container.record.waves.get(value)
        return blocks.add_dialog(wave) if wave else _gone()
    own = own_item(container, *blocks.item_in(value))
    return blocks.item_dialog(own.wave, own.item) if own else _gone()


def edited_in(values: ViewValues, account: str) -> ItemEdited:
    """An item as an admin edited it."""
    wave, item = blocks.item_in(values.metadata)
    owner, due = values.user(blocks.OWNER), values.day(blocks.DUE)
    ticked = values.ticked(blocks.AGAIN)
    return ItemEdited(
        account=account,
        wave=wave,
        item=item,
        owner=f"{team_of(account)}:{owner}" if owner else "",
        due_on=due,
        evidence=values.text(blocks.SHOW),
        reopen=blocks.REOPEN in ticked,
        remove=blocks.REMOVE in ticked,
    )


def _show_below(container: Container, view: dict[str, Any], wave: str, account: str) -> None:
    """Shows what changed in the checklist below the dialog that closes."""
    if below := str(view.get("previous_view_id") or ""):
        _show(container, below, wave, account)


def _show(container: Container, view: str, wave: str, account: str) -> None:
    container.slack.update_dialog(
        view, checklist_of(container, wave), audiences=_FOR_ADMINS, reader=user_of(account)
    )


def _gone() -> View:
    return notice(texts("readiness")["title"], texts("readiness")["gone"])


def _today(container: Container) -> date:
    return container.now().astimezone(container.settings.zone).date()
