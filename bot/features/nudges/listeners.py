"""Slack's payloads around nudges, as dialogs and jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.nudges.audience import Holder
from adoption.nudges.preview import preview_of
from adoption.privacy.models import RestrictedAction
from bot.access import NOT_ALLOWED, Attempt, is_admin_press, opens_for_admins, turn_away
from bot.container import Container
from bot.feature import Invocation
from bot.features.nudges import blocks, jobs
from bot.features.nudges.choosing import nudge_for
from bot.features.nudges.home import courses_of
from bot.features.nudges.message import AGAIN, NO_MORE, OPEN_GUIDE, WILL_TRY
from bot.jobs.job import Job
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues, value_in
from bot.slack.zones import zone_of


def register(app: App, container: Container) -> None:
    """Connects the buttons of messages, and the dialogs of admins."""
    _register_messages(app, container)
    _register_planning(app, container)


def _register_messages(app: App, container: Container) -> None:
    def pressed(job: Job[jobs.Pressed, None]) -> Callable[..., None]:
        def listener(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
        ) -> None:
            place, campaign = body.get("container") or {}, value_in(action)
            channel, ts = (str(place.get(each) or "") for each in ("channel_id", "message_ts"))
            given = jobs.Pressed(account_of(context), campaign, channel, ts)
            container.jobs.enqueue(job, given, key=f"{channel}:{ts}:{action['action_ts']}")
            ack()

        return listener

    def opened(ack: Ack) -> None:
        # Slack opens the address by itself, and wants to hear that the press arrived.
        ack()

    app.action(WILL_TRY)(pressed(jobs.will_try))
    app.action(NO_MORE)(pressed(jobs.no_more))
    app.action(AGAIN)(pressed(jobs.remind_again))
    app.action(OPEN_GUIDE)(opened)


def _register_planning(app: App, container: Container) -> None:
    def chosen(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        account, tool = account_of(context), ViewValues(view).chosen(blocks.TOOL)
        if container.admins.is_admin(account) and tool in container.record.nudges.tools():
            shown = preview_for(container, account, tool)
            ack(response_action="push", view=shown)
        else:
            ack()

    def approved(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        given = jobs.CampaignApproved(account_of(context), values.metadata)
        container.jobs.enqueue(jobs.approve_campaign, given, key=values.id)
        ack(response_action="update", view=blocks.approved_notice(values.metadata))

    def stopped(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        id, act = value_in(action), RestrictedAction.NUDGES
        if is_admin_press(container, action, body, context, act, id):
            given = jobs.CampaignStopped(account_of(context), id)
            container.jobs.enqueue(jobs.stop_campaign, given, key=f"{id}:{action['action_ts']}")
        ack()

    def planned(action: str, value: str) -> View:
        return management(container)

    app.view_submission(blocks.CHOOSE_DIALOG)(chosen)
    app.view_submission(blocks.PREVIEW_DIALOG)(approved)
    app.action(blocks.STOP)(stopped)
    app.action(blocks.PLAN)(opens_for_admins(container, RestrictedAction.NUDGES, planned))


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake nudges`: the dialog in which admins plan a message."""
    if not container.admins.is_admin(invocation.account):
        attempt = Attempt(invocation.account, RestrictedAction.NUDGES, refusal="")
        turn_away(container, attempt, invocation.trigger)
        return NOT_ALLOWED
    container.slack.open_dialog(invocation.trigger, management(container))
    return ""


def management(container: Container) -> View:
    """The choice of a tool, and how earlier campaigns went."""
    return blocks.choose_dialog(container.record.nudges.tools(), courses_of(container))


def preview_for(container: Container, account: str, tool: str) -> View:
    """Whom a message would reach, with the message as the admin would get it."""
    settings, now = container.settings, container.now()
    today, grace = jobs.today_of(container), settings.nudge_grace_days
    audience = container.record.nudges.audience(tool, now, today, grace)
    preview = preview_of(tool, audience, container.minimum)
    zone = zone_of(container.slack, account, settings.zone)
    example = nudge_for(container, "", tool, Holder("", account), zone)
    return blocks.preview_dialog(preview, settings.nudge_holdout, settings.working_hours, example)
