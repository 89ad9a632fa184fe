"""General feedback on a tool or the programme."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.features.desk import Desk
from bot.features.feedback import blocks as dialog
from bot.features.feedback.blocks import FEEDBACK_DIALOG, feedback_dialog, feedback_thanks, tool_of
from bot.features.home import blocks as home
from bot.slack.accounts import account_of
from bot.slack.blocks.pieces import LONGEST_WORDS, Values
from bot.slack.dialogs import opened
from bot.texts import words


def register(app: App, desk: Desk) -> None:
    """Takes feedback on."""

    def asked(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        opened(client, body["trigger_id"], feedback_dialog(desk.tools()))
        ack()

    def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = Values(view)
        text = values.words(dialog.TEXT)[:LONGEST_WORDS]
        if not text:
            ack(response_action="errors", errors={dialog.TEXT: words("feedback")["empty"]})
            return
        tool = tool_of(values.chosen(dialog.ABOUT))
        named = dialog.NAMED in values.ticked(dialog.OPTIONS)
        desk.remarks.take(view["id"], account_of(context), text, tool, named)
        ack(response_action="update", view=feedback_thanks())

    app.action(home.FEEDBACK)(asked)
    app.view(FEEDBACK_DIALOG)(sent)
