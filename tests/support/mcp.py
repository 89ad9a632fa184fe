"""The official MCP client, for tests that are no coroutines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, types


@dataclass(frozen=True)
class Session:
    """A client that is connected."""

    client: Client
    portal: BlockingPortal

    def tools(self) -> dict[str, types.Tool]:
        found = self.portal.call(self.client.list_tools)
        return {each.name: each for each in found.tools}

    def call(self, tool: str, /, **arguments: Any) -> types.CallToolResult:
        return self.portal.call(self.client.call_tool, tool, arguments)

    def gives(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """What a call gives that succeeds; the same as text and as structured content."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        assert json.loads(result.content[0].text) == result.structured_content
        return result.structured_content

    def refuses(self, tool: str, /, **arguments: Any) -> str:
        """The sentence with which a call is refused."""
        result = self.call(tool, **arguments)
        assert result.is_error, result.structured_content
        return result.content[0].text


@contextmanager
def session(server: Any, **options: Any) -> Iterator[Session]:
    """A client of a server: an address, a command to start, a transport or a server in process."""
    with start_blocking_portal() as portal:
        client = Client(server, **options)
        with portal.wrap_async_context_manager(client):
            yield Session(client, portal)
