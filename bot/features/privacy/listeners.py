"""The dialog of somebody's own data; whoever presses decides about nobody but themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.access import logs_allowed
from bot.container import Container
from bot.feature import Invocation
from bot.features.privacy import blocks, jobs
from bot.jobs.job import Job
from bot.slack.identity import account_of
from bot.slack.messages import only_for
from bot.slack.view_values import ViewValues, trigger_in, value_in, view_in
from bot.texts import texts


def register(app: App, container: Container) -> None:
    """Connects the buttons of the dialog."""

    def pressed(job: Job[jobs.Request, None]) -> Callable[..., None]:
        def listener(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
        ) -> None:
            view = view_in(body)
            request = jobs.Request(account_of(context), view)
            key = f"{request.account}:{action['action_ts']}"
            container.jobs.enqueue(job, request, key=key)
            ack()

        return listener

    def revoked(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        view, account = view_in(body), account_of(context)
        token = jobs.RevokedToken(account, view, value_in(action))
        container.jobs.enqueue(jobs.revoke_token, token, key=f"{account}:{action['action_ts']}")
        ack()

    def connecting(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        own, reader = only_for(account_of(context)), context.user_id or ""
        shown = blocks.connect_dialog(bool(logs_allowed(container)))
        trigger = trigger_in(body)
        container.slack.push_dialog(trigger, shown, audiences=own, reader=reader)
        ack()

    def connected(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, url = ViewValues(view), container.settings.mcp_url
        client = values.text(blocks.CLIENT)[: blocks.LONGEST_CLIENT]
        if not client or url is None:
            ack(response_action="errors", errors={blocks.CLIENT: missing})
            return
        may_write = blocks.MAY_WRITE in values.ticked(blocks.OPTIONS)
        # No job: a token is shown once, and stored nowhere.
        tokens, now = container.record.access_tokens, container.now()
        token = tokens.make(account_of(context), client, may_write, now)
        ack(response_action="update", view=blocks.token_dialog(token, url))

    missing = texts("privacy")["client_missing"]
    app.action(blocks.REVOKE)(revoked)
    app.action(blocks.CONNECT)(connecting)
    app.view(blocks.CONNECT_DIALOG)(connected)
    app.action(blocks.EXPORT)(pressed(jobs.export_data))
    app.action(blocks.ERASE)(pressed(jobs.erase_data))
    app.action(blocks.PAUSE)(pressed(jobs.pause_logging))
    app.action(blocks.RESUME)(pressed(jobs.resume_logging))
    app.action(blocks.NO_REMINDERS)(pressed(jobs.stop_reminders))
    app.action(blocks.REMINDERS)(pressed(jobs.allow_reminders))


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake privacy`: opens the dialog."""
    view, own = jobs.dialog_for(container, invocation.account), only_for(invocation.account)
    container.slack.open_dialog(invocation.trigger, view, audiences=own, reader=invocation.user)
    return ""
