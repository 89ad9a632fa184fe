from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

from bot.slack.admission import Admission
from bot.slack.gateway import SlackGateway
from bot.slack.identity import Admins
from slack_emulator import LocalWorkspace
from tests.support.slack import PATIENCE

DELETED = {
    "type": "message",
    "subtype": "message_deleted",
    "channel": "C1",
    "deleted_ts": "1.2",
    "ts": "1.3",
    "event_ts": "1.3",
}


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(strict_rates=False, patience=PATIENCE) as workspace:
        yield workspace


def refused(slack: LocalWorkspace, body: dict[str, Any]) -> int | None:
    """The status of the refusal; None for what reaches the listeners."""
    gateway = SlackGateway(WebClient(slack.bot_token, slack.api_url))
    request = BoltRequest(body=body, mode="socket_mode")
    refusal = Admission(Admins(gateway, [], lambda: 0.0)).refusal_of(request)
    return refusal.status if refusal else None


def test_events_and_presses_of_another_workspace_reach_no_listener(slack: LocalWorkspace):
    event = {"type": "event_callback", "event_id": "Ev1", "event": DELETED}
    user = {"id": slack.user().id, "team_id": slack.team_id}
    press = {
        "type": "block_actions",
        "user": user,
        "actions": [{"action_id": "a", "action_ts": "1.2"}],
    }
    for team, status in ((slack.team_id, None), ("T0OTHER", 403)):
        assert refused(slack, event | {"team_id": team}) == status
        assert refused(slack, press | {"team": {"id": team}}) == status
