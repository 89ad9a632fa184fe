"""Thumbs under an answer; a thumb down asks why."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from adoption.feedback.models import Vote
from bot.answering.blocks import THUMBS
from bot.answering.jobs import Jobs
from bot.features.ratings.reason_blocks import reason_dialog
from bot.features.ratings.saving_jobs import Savings
from bot.slack.accounts import account_of, place_of

log = logging.getLogger(__name__)


def register(app: App, jobs: Jobs, savings: Savings) -> None:
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
            vote, at = Vote(thumb), float(action["action_ts"])
            jobs.take_vote(question, account_of(context), vote, at)
            savings.voted(vote, question, account_of(context), place_of(body), at)
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
