"""Opens dialogs while the trigger is fresh."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)


def show(client: WebClient, trigger: str, view: dict[str, Any]) -> None:
    """Opens a dialog; one that came too late is logged, and can be opened again."""
    try:
        client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:
        log.warning("A dialog did not open: %s", error.response.get("error"))
