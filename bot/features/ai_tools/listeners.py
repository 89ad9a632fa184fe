"""The dialog of what AI tools may log, for admins, and the line in their Home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.usage.queries import UseReader
from bot.access import NOT_ALLOWED, Attempt, logs_allowed, opens_for_admins, turn_away
from bot.container import Container
from bot.feature import Invocation
from bot.features.ai_tools import blocks
from bot.features.ai_tools.jobs import LogsChosen, choose_logs
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues
from bot.texts import texts
from ingest.parse.audiences import ADMINS

_ACT = RestrictedAction.AI_TOOLS


def register(app: App, container: Container) -> None:
    """Connects the dialog."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        chosen = LogsChosen(account_of(context), tuple(sorted(values.ticked(blocks.LOGS))))
        container.jobs.enqueue(choose_logs, chosen, key=values.id)
        ack()

    app.action(blocks.OPEN)(opens_for_admins(container, _ACT, lambda *_: _dialog(container)))
    app.view_submission(blocks.DIALOG)(submitted)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake mcp`: opens the dialog, for admins."""
    if not container.admins.is_admin(invocation.account):
        turn_away(container, Attempt(invocation.account, _ACT, refusal=""), invocation.trigger)
        return NOT_ALLOWED
    dialog, audiences = _dialog(container), frozenset({ADMINS})
    if dialog is None:
        return texts("ai_tools")["not_served"]
    container.slack.open_dialog(
        invocation.trigger, dialog, audiences=audiences, reader=invocation.user
    )
    return ""


def home(container: Container, account: str, is_admin: bool, use: UseReader) -> Sequence[Block]:
    """One line with a button, for admins, where AI tools can ask."""
    url = container.settings.mcp_url
    if url is None or not is_admin:
        return []
    return blocks.home_line(url, logs_allowed(container))


def _dialog(container: Container) -> View | None:
    """The dialog; None where AI tools cannot ask."""
    settings = container.settings
    if settings.mcp_url is None:
        return None
    on = container.record.allowed_logs.all()
    return blocks.logs_dialog(settings.mcp_url, settings.mcp_writes, on)
