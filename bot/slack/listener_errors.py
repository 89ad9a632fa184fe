"""The reply to a person when a listener could not reach Slack; nothing was carried out."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltResponse
from slack_sdk.webhook import WebhookClient

from bot.slack.errors import SlackError, SlackRefused

log = logging.getLogger(__name__)

TRY_AGAIN = "Slack did not answer, so nothing was done. Please try again."


def answer_for_slack(error: Exception, body: dict[str, Any]) -> BoltResponse | None:
    """Bolt's error handler: asks whoever acted to try again.

    What Slack refuses for good is answered 400. Every other error, and every error with an event,
    is not acknowledged, so Slack sends it again.
    """
    if not isinstance(error, SlackError):
        log.error("A listener failed", exc_info=error)
        return None
    log.warning("A listener could not ask Slack: %s", error)
    if "command" in body:
        return _json({"response_type": "ephemeral", "text": TRY_AGAIN})
    if body.get("type") == "view_submission":
        field = _first_input(body.get("view") or {})
        errors = {"response_action": "errors", "errors": {field: TRY_AGAIN}}
        return _json(errors) if field else None
    if _was_told(str(body.get("response_url") or "")):
        return BoltResponse(status=200)
    return BoltResponse(status=400) if isinstance(error, SlackRefused) else None


def _was_told(url: str) -> bool:
    if not url:
        return False
    try:
        WebhookClient(url).send(text=TRY_AGAIN, response_type="ephemeral", replace_original=False)
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
