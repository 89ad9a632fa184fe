"""Slack's payloads around training, as dialogs and jobs."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.container import Container
from bot.feature import Invocation
from bot.features.training import blocks
from bot.features.training.jobs import SeatPress, give_up, sign_up
from bot.features.training.managing import register_managing
from bot.features.training.offers import training_for
from bot.jobs.job import Job
from bot.slack.identity import account_of, user_of
from bot.slack.messages import only_for
from bot.slack.view_values import trigger_in, value_in


def register(app: App, container: Container) -> None:
    """Connects everything around training."""
    for action, job in ((blocks.SIGN_UP, sign_up), (blocks.GIVE_UP, give_up)):
        app.action(action)(_presses(container, job))

    def opened(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        _open(container, account_of(context), trigger_in(body))
        ack()

    app.action(blocks.OPEN_LIST)(opened)
    register_managing(app, container)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake training`: opens the list."""
    _open(container, invocation.account, invocation.trigger)
    return ""


def _open(container: Container, account: str, trigger: str) -> None:
    is_admin = container.admins.is_admin(account)
    training = training_for(container, account, is_admin)
    shown, own = blocks.list_dialog(training, is_admin), only_for(account)
    container.slack.open_dialog(trigger, shown, audiences=own, reader=user_of(account))


def _presses(container: Container, job: Job[SeatPress, None]) -> Any:
    """A listener for a press on a seat; in the list, what came of it is shown at once."""

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        account, view = account_of(context), body.get("view") or {}
        press = SeatPress(
            account=account,
            session=value_in(action),
            at=float(action["action_ts"]),
            url=str(body.get("response_url") or ""),
        )
        key = f"{action['action_ts']}:{account}"
        if view.get("callback_id") != blocks.LIST:
            container.jobs.enqueue(job, press, key=key)
            ack()
            return
        container.jobs.enqueue_and_wait(job, press, key=key)
        is_admin = container.admins.is_admin(account)
        shown = blocks.list_dialog(training_for(container, account, is_admin), is_admin)
        own, reader = only_for(account), user_of(account)
        container.slack.update_dialog(str(view["id"]), shown, audiences=own, reader=reader)
        ack()

    return pressed
