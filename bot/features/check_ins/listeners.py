"""Slack's payloads around check-ins, as dialogs and jobs."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.container import Container
from bot.feature import Invocation
from bot.features.check_ins import blocks
from bot.features.check_ins.jobs import CheckInGiven, store_check_in
from bot.slack.blocks import LONGEST_TEXT
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues
from bot.texts import texts
from bot.tools import known_tools


def register(app: App, container: Container) -> None:
    """Connects the dialog."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        given = check_in_from(values, account_of(context))
        if given is None:
            ack(response_action="errors", errors={blocks.SAVED: texts("check_ins")["choose"]})
            return
        container.jobs.enqueue(store_check_in, given, key=values.id)
        ack(response_action="update", view=blocks.thanks())

    app.view(blocks.CHECK_IN_DIALOG)(submitted)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake checkin`: opens the dialog; says so where no tool is known."""
    tools = known_tools(container.record, container.index)
    if not tools:
        return texts("check_ins")["no_tools"]
    container.slack.open_dialog(invocation.trigger, blocks.check_in_dialog(tools))
    return ""


def check_in_from(values: ViewValues, account: str) -> CheckInGiven | None:
    """What was filled in; None where a choice is missing or forged."""
    tool, minutes = values.chosen(blocks.TOOL), blocks.minutes_of(values.chosen(blocks.SAVED))
    if not tool or minutes is None:
        return None
    return CheckInGiven(
        account=account,
        tool=tool[:255],
        minutes_low=minutes[0],
        minutes_high=minutes[1],
        comment=values.text(blocks.COMMENT)[:LONGEST_TEXT] or None,
        consent=blocks.CONSENT in values.ticked(blocks.OPTIONS),
    )
