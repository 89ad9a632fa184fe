"""What people decide about their own data, in their dialog."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.features.desk import Desk
from bot.features.privacy.jobs import ACTS
from bot.slack.accounts import account_of


def register(app: App, desk: Desk) -> None:
    """Takes it on; whoever pressed decides about nobody but themselves."""

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        view = str((body.get("view") or {}).get("id") or "")
        at = float(action["action_ts"])
        desk.mine.take(str(action["action_id"]), account_of(context), view, at)
        ack()

    for act in ACTS:
        app.action(act)(pressed)
