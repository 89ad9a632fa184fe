"""Asks for the error a call is refused with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse


def refused(call: Callable[..., Any], **arguments: Any) -> SlackResponse:
    """Give the answer of a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    response: SlackResponse = caught.value.response
    return response


def error(call: Callable[..., Any], **arguments: Any) -> str:
    """Give the error code of a call that must be refused."""
    return str(refused(call, **arguments)["error"])
