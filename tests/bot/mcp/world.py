"""The app at work in a workspace, with its MCP endpoint on a port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import httpx2
from mcp.client.streamable_http import streamable_http_client

from slack_emulator import SignedRequest, slackbot_request
from tests.support.app import RunningApp
from tests.support.mcp import Session, session

RESTRICTED = """---
title: Licence costs
kind: playbook
audience: admins
reviewed: 2026-11-02
---
# Licence costs

A seat of the drafting tool costs 30 dollars a month.
"""


COSTS = "What does a seat of the drafting tool cost?"


SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@dataclass
class World:
    """The app with its MCP endpoint on a port."""

    app: RunningApp
    url: str

    def token(self, who: str = "user", client: str = "Cursor", may_write: bool = False) -> str:
        account = self.app.account(who)
        return self.app.record.access_tokens.make(
            account, client, may_write, self.app.container.now()
        )

    @contextmanager
    def session(self, token: str, **options: Any) -> Iterator[Session]:
        http = httpx2.AsyncClient(
            headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60
        )
        with session(streamable_http_client(self.url, http_client=http), **options) as open:
            yield open

    def send(self, request: SignedRequest) -> httpx.Response:
        return httpx.post(
            self.url, content=request.body, headers=dict(request.headers), trust_env=False
        )

    def slackbot(self, tool: str, who: str, arguments: dict[str, Any], **how: Any) -> Any:
        """What Slackbot gets when it calls a tool for somebody."""
        params = {"name": tool, "arguments": arguments}
        slack = self.app.slack
        how = {"person": slack.user(who), "secret": SECRET} | how
        return self.send(slackbot_request(slack, "tools/call", params, **how))

    def asked(self, words: str) -> Any:
        """The newest question in the record that contains some words."""
        first = self.app.record.questions.first_asked()
        rows = self.app.record.questions.between(first, first.replace(year=2100))
        return next((row for row in reversed(rows) if words in row.question), None)


def rejected(response: httpx.Response, status: int, says: str) -> None:
    assert response.status_code == status, response.text
    assert says in response.json()["error"]["message"]


def ask_with(world: World, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    message = {"jsonrpc": "2.0", "id": 5, "method": "tools/list", "params": {}}
    return httpx.post(world.url, json=message, headers=headers, trust_env=False)
