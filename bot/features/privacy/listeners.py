"""The dialog of somebody's own data; whoever presses decides about nobody but themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.container import Container
from bot.feature import Invocation
from bot.features.privacy import blocks, jobs
from bot.jobs.job import Job
from bot.slack.identity import account_of
from bot.slack.messages import only_for


def register(app: App, container: Container) -> None:
    """Connects the buttons of the dialog."""

    def pressed(job: Job[jobs.Request, None]) -> Callable[..., None]:
        def listener(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
        ) -> None:
            view = str((body.get("view") or {}).get("id") or "")
            request = jobs.Request(account_of(context), view)
            key = f"{request.account}:{action['action_ts']}"
            container.jobs.enqueue(job, request, key=key)
            ack()

        return listener

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
