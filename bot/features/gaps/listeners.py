"""The buttons beside questions that the guides don't answer."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.container import Container
from bot.features.gaps.blocks import BRING_BACK, DISMISS
from bot.features.gaps.jobs import GapPressed, decide
from bot.slack.identity import account_of
from bot.slack.view_values import value_in


def register(app: App, container: Container) -> None:
    """Connects them."""

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        at = body.get("container") or {}
        given = GapPressed(
            account_of(context),
            value_in(action),
            action["action_id"] == DISMISS,
            str(at.get("channel_id") or ""),
            str(at.get("message_ts") or ""),
            str(action.get("block_id") or ""),
            str(body.get("response_url") or ""),
        )
        container.jobs.enqueue(decide, given, key=f"{action['action_ts']}:{given.account}")
        ack()

    app.action(DISMISS)(pressed)
    app.action(BRING_BACK)(pressed)
