"""The reply to a person when what they did could not be carried out: nothing was done."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.webhook import WebhookClient
from sqlalchemy.exc import SQLAlchemyError

from bot.slack.errors import SlackError, SlackRefused
from bot.texts import texts

log = logging.getLogger(__name__)


def not_saved(body: Mapping[str, Any]) -> BoltResponse | None:
    """Says to whoever acted that nothing can be stored; None where nobody did."""
    return reply_to(body, texts("delivery")["not_saved"])


def answer_for_slack(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
    """Bolt's error handler: asks whoever acted to try again.

    What Slack refuses for good is answered 400. Every other error, and every error with an event,
    is not acknowledged, so Slack sends it again.
    """
    if isinstance(error, SlackError):
        log.warning("A listener could not ask Slack: %s", error)
        refused = BoltResponse(status=400) if isinstance(error, SlackRefused) else None
        return reply_to(body, texts("delivery")["try_again"]) or refused
    if isinstance(error, (SQLAlchemyError, OSError)):
        log.error("What came from Slack cannot be stored: %s", type(error).__name__)
        return not_saved(body)
    log.error("A listener failed", exc_info=error)
    return None


def reply_to(body: Mapping[str, Any], text: str) -> BoltResponse | None:
    """Sends a text to whoever acted; returns the answer for Slack, or None where nobody did."""
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": text})
    if body.get("type") == "view_submission":
        field = _first_input(body.get("view") or {})
        errors = {"response_action": "errors", "errors": {field: text}}
        return _json(errors) if field else None
    was_sent = _was_sent(str(body.get("response_url") or ""), text)
    return BoltResponse(status=200) if was_sent else None


def _was_sent(url: str, text: str) -> bool:
    if not url:
        return False
    try:
        WebhookClient(url).send(text=text, response_type="ephemeral", replace_original=False)
    except (OSError, ValueError) as error:
        log.warning("Whoever acted could not be told: %s", type(error).__name__)
        return False
    return True


def _first_input(view: Mapping[str, Any]) -> str:
    blocks = view.get("blocks") or []
    inputs = (str(each.get("block_id") or "") for each in blocks if each.get("type") == "input")
    return next(inputs, "")


def _json(body: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(
        status=200, body=json.dumps(body), headers={"content-type": "application/json"}
    )
