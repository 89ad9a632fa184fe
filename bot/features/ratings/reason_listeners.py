"""Why an answer did not help: the dialog that follows a thumb down."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.feedback.models import Reason
from bot.answering.jobs import Jobs
from bot.features.ratings.reason_blocks import (
    COMMENT,
    LONGEST_COMMENT,
    REASON,
    REASON_DIALOG,
    SAY_MORE,
)
from bot.slack.accounts import account_of


def register(app: App, jobs: Jobs) -> None:
    """Takes reasons on."""

    def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = view["state"]["values"]
        chosen = (values[REASON][REASON].get("selected_option") or {}).get("value")
        comment = (values.get(COMMENT, {}).get(COMMENT, {}).get("value") or "").strip()
        if chosen not in set(Reason):
            ack(response_action="errors", errors={REASON: "Please choose one."})
        elif chosen == Reason.OTHER and not comment:
            ack(response_action="errors", errors={COMMENT: SAY_MORE})
        else:
            jobs.take_reason(
                view["id"],
                view["private_metadata"],
                account_of(context),
                Reason(chosen),
                comment[:LONGEST_COMMENT] or None,
            )
            ack()

    app.view(REASON_DIALOG)(sent)
