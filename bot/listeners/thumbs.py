"""Thumbs under an answer; a thumb down asks why."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from adoption.models import Vote
from bot.blocks.answers import THUMBS
from bot.blocks.reasons import reason_dialog
from bot.jobs import Jobs
from bot.listeners.people import account_of

log = logging.getLogger(__name__)


def register(app: App, jobs: Jobs) -> None:
    """Takes thumbs on."""

    def pressed(
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        thumb, _, question = str(action.get("value", "")).partition(":")
        if thumb in set(Vote) and question:
            jobs.take_vote(question, account_of(context), Vote(thumb), float(action["action_ts"]))
            if thumb == Vote.NEGATIVE:
                _ask_why(client, body.get("trigger_id", ""), question)
        ack()

    app.action(THUMBS)(pressed)


def _ask_why(client: WebClient, trigger: str, question: str) -> None:
    try:
        client.views_open(trigger_id=trigger, view=reason_dialog(question))
    except SlackApiError as error:
        # The thumb is kept; only the chance to say why is gone.
        log.warning("The reason dialog did not open: %s", error.response.get("error"))
