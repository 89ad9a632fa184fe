"""The app's tabs: opened, and the question asked from Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.features.home import blocks
from bot.features.office import Office
from bot.slack.accounts import account_of
from bot.slack.dialogs import opened
from bot.slack.mrkdwn import visible


def register(app: App, office: Office) -> None:
    """Connects Home."""

    def visited(event: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        account = f"{context.team_id}:{event['user']}"
        id = f"home:{body['event_id']}"
        if event.get("tab", "home") == "home":
            office.deeds.take(id, "home_opened", account=account)
        else:
            channel = str(event.get("channel") or "")
            office.deeds.take(id, "messages_opened", account=account, channel=channel)

    def pressed(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        opened(client, body.get("trigger_id", ""), blocks.ask_dialog())
        ack()

    def asked(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = view["state"]["values"]
        text = values.get(blocks.QUESTION, {}).get(blocks.QUESTION, {}).get("value") or ""
        if not visible(text).strip():
            ack(response_action="errors", errors={blocks.QUESTION: "Please write your question."})
            return
        office.deeds.take(
            f"home_ask:{view['id']}",
            "home_ask",
            account=account_of(context),
            text=text.strip()[: blocks.LONGEST_QUESTION],
        )
        ack()

    app.event("app_home_opened")(visited)
    # What somebody looks at comes with their question as well.
    app.event("app_context_changed")(lambda: None)
    app.action(blocks.ASK)(pressed)
    app.view_submission(blocks.ASK_DIALOG)(asked)
