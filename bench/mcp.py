"""What a question by MCP costs beside the same question inside the process; both in one run.

    python -m bench.mcp

The official client asks over HTTP on this computer with a personal token; the peer is the job that
answers in Slack, started directly. They take turns, so that whatever else the machine does falls
on both.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from adoption.questions.models import Surface
from bot.answering.jobs import answer_now
from bot.api.server import listening
from bot.app import build, in_workspace, jobs_running
from bot.cli.guides.ingest import ensure_indexed
from bot.container import Container
from bot.conversation.question import Question
from bot.mcp.endpoint import mcp_service
from bot.settings import read_settings
from slack_emulator import LocalWorkspace

PORT = 18094
URL = f"http://127.0.0.1:{PORT}/mcp"
QUESTION = "How do I write a good prompt?"
TURNS, CLIENTS = 100, 50
MANIFEST = Path(__file__).parents[1] / "bot" / "slack" / "manifest.json"


@contextmanager
def serving() -> Iterator[tuple[Container, LocalWorkspace]]:
    """A container at work in a workspace, with its MCP endpoint."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = stack.enter_context(LocalWorkspace(MANIFEST, strict_rates=False))
        settings = read_settings(
            _env_file=None,
            data_dir=folder,
            slack_api_url=slack.api_url,
            SLACK_BOT_TOKEN=slack.bot_token,
            mcp_url=URL,
            mcp_calls_per_minute=10_000,
        )
        container = in_workspace(build(settings), settings)
        ensure_indexed(container)
        stack.enter_context(jobs_running(container, settings.jobs_url, "bench", 5))
        service = mcp_service(container)
        assert service is not None
        stack.enter_context(listening(service.routes, PORT, "PORT", 1, service.endpoint.running))
        yield container, slack


def ask_inside(container: Container, account: str) -> float:
    """Seconds of a question inside the process."""
    id, began = f"mcp:{uuid.uuid4().hex}", time.perf_counter()
    answer_now(
        container, Question(id, account, Surface.MCP, "mcp", id, QUESTION, container.clock())
    )
    return time.perf_counter() - began


async def ask(client: Client) -> float:
    """Seconds of the same question by the official client."""
    began = time.perf_counter()
    result = await client.call_tool("ask", {"question": QUESTION})
    assert not result.is_error, result
    return time.perf_counter() - began


def connection(token: str) -> Client:
    """A client that asks with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    http = httpx2.AsyncClient(headers=headers, trust_env=False, timeout=120)
    return Client(streamable_http_client(URL, http_client=http))


async def in_turns(container: Container, account: str, token: str) -> None:
    """Prints the medians of both ways, asked in turns."""
    inside, outside = [], []
    async with connection(token) as client:
        for turn in range(TURNS + 10):
            a = await asyncio.to_thread(ask_inside, container, account)
            b = await ask(client)
            if turn >= 10:
                inside.append(a)
                outside.append(b)
    one, other = statistics.median(inside) * 1000, statistics.median(outside) * 1000
    print(f"p50 of {TURNS} in turns: inside {one:.1f} ms, MCP {other:.1f} ms, {other / one:.2f} ×")


async def at_once(tokens: list[str]) -> list[float]:
    """Seconds of one question from each of many clients at once."""

    async def one(token: str) -> float:
        async with connection(token) as client:
            await barrier.wait()
            return await ask(client)

    barrier = asyncio.Barrier(len(tokens))
    return list(await asyncio.gather(*(one(token) for token in tokens)))


def described(seconds: list[float]) -> str:
    """Median, 95th percentile and the slowest, in milliseconds."""
    ranked = sorted(each * 1000 for each in seconds)
    return f"p50 {ranked[len(ranked) // 2]:.0f}, p95 {ranked[int(len(ranked) * 0.95)]:.0f} ms"


def main() -> None:
    """Measures and prints."""
    with serving() as (container, slack):
        user = slack.user()
        account = f"{slack.team_id}:{user.id}"
        make = container.record.access_tokens.make
        tokens = [make(account, "bench", False, container.now()) for _ in range(CLIENTS)]
        asyncio.run(in_turns(container, account, tokens[0]))
        with ThreadPoolExecutor(CLIENTS) as pool:
            peers = list(pool.map(lambda _: ask_inside(container, account), range(CLIENTS)))
        print(f"{CLIENTS} at once: inside {described(peers)}; MCP", end=" ")
        print(described(asyncio.run(at_once(tokens))))


if __name__ == "__main__":
    main()
