"""Slack's payloads around the pulse. What somebody answers is counted here, and in no job."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.privacy.redaction import redact
from adoption.pulse.answers import Answer, Outcome
from adoption.pulse.rounds import Plan
from bot.access import is_admin_press, opens_for_admins
from bot.container import Container
from bot.feature import Invocation
from bot.features.pulse import blocks
from bot.features.pulse.jobs import (
    RoundCancelled,
    RoundPlanned,
    cancel_round,
    plan_round,
    shown_of,
    today_of,
)
from bot.features.pulse.secret import answers_of, rounds_of
from bot.slack.identity import account_of, is_colleague
from bot.slack.view_values import ViewValues, trigger_in, value_in, view_in
from bot.texts import texts
from ingest.parse.audiences import ADMINS

_FOR_ADMINS = frozenset({ADMINS})


def register(app: App, container: Container) -> None:
    """Connects invitations, the statements, and the dialog of admins."""
    _register_answering(app, container)
    _register_planning(app, container)


def _register_answering(app: App, container: Container) -> None:
    def opened(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        if is_colleague(body, context):
            view = dialog_for(container, account_of(context), value_in(action))
            container.slack.open_dialog(trigger_in(body), view)
        ack()

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        answer = blocks.answer_in(values)
        if not isinstance(answer, Answer):
            ack(response_action="errors", errors=answer)
            return
        # Stored before it is acknowledged; not as a job, which would keep who sent it.
        outcome = count(container, values.metadata, account_of(context), answer)
        ack(response_action="update", view=blocks.outcome_dialog(outcome))

    app.action(blocks.OPEN)(opened)
    app.view_submission(blocks.PULSE_DIALOG)(submitted)


def _register_planning(app: App, container: Container) -> None:
    def planned(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        plan = blocks.plan_in(values, today_of(container))
        if not isinstance(plan, Plan):
            ack(response_action="errors", errors=plan)
            return
        given = RoundPlanned(account_of(context), plan.first_on, plan.days, plan.every)
        container.jobs.enqueue(plan_round, given, key=values.id)
        ack()

    def cancelled(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        id, act = value_in(action), RestrictedAction.PULSE
        if is_admin_press(container, action, body, context, act, id):
            given = RoundCancelled(account_of(context), id)
            container.jobs.enqueue_and_wait(cancel_round, given, key=f"{id}:{action['action_ts']}")
            container.slack.update_dialog(
                view_in(body),
                blocks.cancelled_dialog(),
                audiences=_FOR_ADMINS,
                reader=context.user_id or "",
            )
        ack()

    def managed(action: str, value: str) -> View:
        return management(container)

    app.view_submission(blocks.PLAN_DIALOG)(planned)
    app.action(blocks.CANCEL)(cancelled)
    app.action(blocks.MANAGE)(opens_for_admins(container, RestrictedAction.PULSE, managed))


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake pulse`: the five statements; for admins the dialog in which they plan."""
    if container.admins.is_admin(invocation.account):
        container.slack.open_dialog(
            invocation.trigger,
            management(container),
            audiences=_FOR_ADMINS,
            reader=invocation.user,
        )
        return ""
    running = rounds_of(container).running()
    if running is None or not running.is_open_at(container.now()):
        return texts("pulse")["none_open"]
    view = dialog_for(container, invocation.account, running.id)
    container.slack.open_dialog(invocation.trigger, view)
    return ""


def management(container: Container) -> View:
    """The dialog in which admins plan a round, or cancel the one there is."""
    running = rounds_of(container).running()
    return blocks.plan_dialog(running, today_of(container), container.settings.zone)


def dialog_for(container: Container, account: str, id: str) -> View:
    """The statements; or why somebody cannot answer them."""
    found, now = rounds_of(container).get(id), container.now()
    if found is None or not found.is_open_at(now):
        return blocks.outcome_dialog(Outcome.CLOSED)
    answers = answers_of(container)
    if answers.is_awaited(id, account, now):
        return blocks.answer_dialog(id, shown_of(container, found))
    is_invited = answers.is_invited(id, account, now)
    return blocks.outcome_dialog(Outcome.ALREADY if is_invited else Outcome.NOT_INVITED)


def count(container: Container, id: str, account: str, answer: Answer) -> Outcome:
    """Counts an answer; a comment without what would say who somebody is."""
    names = container.record.name_hashes() if answer.comment else frozenset()
    redacted = replace(answer, comment=redact(answer.comment, names))
    return answers_of(container).add(id, account, redacted, container.now())
