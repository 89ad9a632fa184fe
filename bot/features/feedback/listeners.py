"""Slack's payloads around feedback, as dialogs and jobs."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.action_ids import OPEN_FEEDBACK
from bot.container import Container
from bot.delivery.answer_actions import ANSWER_MENU, FEEDBACK
from bot.feature import Invocation
from bot.features.feedback import blocks
from bot.features.feedback.jobs import CommentGiven, store_comment
from bot.slack.blocks import LONGEST_TEXT
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues, chosen_in, trigger_in
from bot.texts import texts
from bot.tools import known_tools


def register(app: App, container: Container) -> None:
    """Connects the button and the dialog."""

    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        open_dialog(container, trigger_in(body))
        ack()

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        if not values.text(blocks.TEXT):
            ack(response_action="errors", errors={blocks.TEXT: texts("feedback")["empty"]})
            return
        comment = comment_from(values, account_of(context))
        container.jobs.enqueue(store_comment, comment, key=values.id)
        ack(response_action="update", view=blocks.thanks())

    def chosen(action: dict[str, Any]) -> bool:
        return chosen_in(action).startswith(FEEDBACK)

    app.action(OPEN_FEEDBACK)(pressed)
    app.action(ANSWER_MENU, matchers=[chosen])(pressed)
    app.view(blocks.FEEDBACK_DIALOG)(submitted)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake feedback`: opens the dialog."""
    open_dialog(container, invocation.trigger)
    return ""


def open_dialog(container: Container, trigger: str) -> None:
    """Opens the dialog."""
    tools = known_tools(container.record, container.index)
    container.slack.open_dialog(trigger, blocks.feedback_dialog(tools))


def comment_from(values: ViewValues, account: str) -> CommentGiven:
    """What was filled in."""
    return CommentGiven(
        account=account,
        text=values.text(blocks.TEXT)[:LONGEST_TEXT],
        tool=blocks.tool_of(values.chosen(blocks.ABOUT)),
        named=blocks.NAMED in values.ticked(blocks.OPTIONS),
    )
