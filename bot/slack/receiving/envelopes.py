"""Socket Mode's envelopes, as Bolt gets them; one that it cannot read is a line in the log."""

from __future__ import annotations

import logging

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_sdk.socket_mode.request import SocketModeRequest

log = logging.getLogger(__name__)

# Bolt takes any JSON for an object, and stumbles over a list, nothing, or deep nesting.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError)


def answered(app: App, request: SocketModeRequest) -> BoltResponse:
    """The app's answer to an envelope; 400 to one that is no request of Slack's."""
    try:
        asked = BoltRequest(
            mode="socket_mode", body=request.payload, headers=build_headers(request)
        )
    except UNREADABLE as error:
        log.warning("A payload is no request of Slack's: %s", type(error).__name__)
        return BoltResponse(status=400)
    return app.dispatch(asked)
