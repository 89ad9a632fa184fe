"""Opens dialogs while Slack's three seconds last."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)


def opened(client: WebClient, trigger: str, view: dict[str, Any]) -> bool:
    """Opens a dialog; False where Slack would not, because the moment has passed."""
    try:
        client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:
        log.warning("A dialog did not open: %s", error.response.get("error"))
        return False
    return True
