"""AI tools that ask by MCP, in a process of their own: what `bench.mcp` starts.

Each line of standard input says how many of them ask at once; the line of standard output that
follows has their seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


def connection(url: str, token: str) -> Client:
    """A client that asks with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    http = httpx2.AsyncClient(headers=headers, trust_env=False, timeout=120)
    return Client(streamable_http_client(url, http_client=http))


async def ask(client: Client, question: str) -> float:
    """Seconds of a question."""
    began = time.perf_counter()
    result = await client.call_tool("ask", {"question": question})
    assert not result.is_error, result
    return time.perf_counter() - began


async def answer_lines(url: str, question: str, tokens: list[str]) -> None:
    """Asks as each line says, until there are no more."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(connection(url, each)) for each in tokens]
        while line := await asyncio.to_thread(sys.stdin.readline):
            asking = (ask(client, question) for client in clients[: int(line)])
            print(json.dumps(await asyncio.gather(*asking)), flush=True)


if __name__ == "__main__":
    asyncio.run(answer_lines(sys.argv[1], sys.argv[2], sys.argv[3:]))
