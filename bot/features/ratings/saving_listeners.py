"""What an answer saved somebody: one press, and another one changes it."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.feedback.models import TimeSaved
from bot.features.desk import Desk
from bot.features.ratings.saving_blocks import SAVING
from bot.slack.accounts import account_of


def register(app: App, desk: Desk) -> None:
    """Takes presses on."""

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        saved, _, question = str(action.get("value") or "").partition(":")
        if saved in set(TimeSaved) and question:
            url, at = str(body.get("response_url") or ""), float(action["action_ts"])
            desk.savings.take(question, account_of(context), TimeSaved(saved), at, url)
        ack()

    app.action(re.compile(f"^{SAVING}_"))(pressed)
