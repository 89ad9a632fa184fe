"""Slackbot as an MCP client: the signed requests by which it calls an app's tools for a person.

As docs.slack.dev/ai/slackbot-mcp-client describes Slack identity auth: the body is one JSON-RPC
message with the person's user and team in `params._meta.slack`, signed like every request of Slack.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slack_emulator.people.person import Person
from slack_emulator.transport.http_sender import SignedRequest, signature_headers
from slack_emulator.workspace import LocalWorkspace


def slackbot_request(
    slack: LocalWorkspace,
    method: str,
    params: Mapping[str, Any] | None = None,
    *,
    person: Person | None = None,
    team: str = "",
    secret: str = "",
    timestamp: int | None = None,
    id: int = 1,
) -> SignedRequest:
    """Return a request of Slackbot's to an app's MCP server.

    Args:
        slack: The workspace that Slackbot is in.
        method: The protocol's method, such as `tools/list`.
        params: Its parameters.
        person: For whom it asks; nobody before somebody has asked for anything.
        team: The workspace it claims to be in; its own by default.
        secret: What it is signed with; the workspace's own signing secret by default.
        timestamp: When it claims to be sent, in seconds since the epoch; now by default.
        id: The message's id.
    """
    given: dict[str, Any] = dict(params or {})
    if person is not None:
        identity = {"user_id": person.id, "team_id": team or slack.team_id}
        given["_meta"] = {"slack": identity}
    message = {"jsonrpc": "2.0", "id": id, "method": method, "params": given}
    body = json.dumps(message).encode()
    moment = int(slack.parts.core.clock()) if timestamp is None else timestamp
    headers = signature_headers(secret or slack.signing_secret, moment, body)
    accepted = "application/json, text/event-stream"
    return SignedRequest({**headers, "Content-Type": "application/json", "Accept": accepted}, body)
