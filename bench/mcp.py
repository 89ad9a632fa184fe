"""What a question by MCP costs beside the same question inside the process; both in one run.

    python -m bench.mcp

The official client asks over HTTP with a personal token, from a process of its own on this
computer; the peer is the job that answers in Slack, started directly. They take turns, so that
whatever else the machine does falls on both.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

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
TURNS, CLIENTS, ROUNDS = 100, 50, 5
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


class Asker:
    """AI tools in a process of their own, as they are where people use them."""

    def __init__(self, tokens: list[str]) -> None:
        command = [sys.executable, "-m", "bench.mcp_asker", URL, QUESTION, *tokens]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, clients: int = 1) -> list[float]:
        """Seconds of one question from each of so many clients at once."""
        sends, gets = self._process.stdin, self._process.stdout
        assert sends is not None
        assert gets is not None
        print(clients, file=sends, flush=True)
        found: list[float] = json.loads(gets.readline())
        return found

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate(timeout=30)


def in_turns(container: Container, account: str, asker: Asker) -> None:
    """Prints the medians of both ways, asked in turns."""
    inside, outside = [], []
    for turn in range(TURNS + 10):
        a, [b] = ask_inside(container, account), asker.ask()
        if turn >= 10:
            inside.append(a)
            outside.append(b)
    one, other = statistics.median(inside) * 1000, statistics.median(outside) * 1000
    print(f"p50 of {TURNS} in turns: inside {one:.1f} ms, MCP {other:.1f} ms, {other / one:.2f} ×")


def at_once(container: Container, account: str, asker: Asker) -> None:
    """Prints what all clients wait who ask at once, and as many inside the process, in turns.

    The first round is apart: in it each client asks for the tools too.
    """
    with ThreadPoolExecutor(CLIENTS) as pool:
        inside, outside = [], []
        for turn in range(ROUNDS + 1):
            a = list(pool.map(lambda _: ask_inside(container, account), range(CLIENTS)))
            b = asker.ask(CLIENTS)
            if turn == 0:
                print(f"{CLIENTS} at once, first: inside {described(a)}; MCP {described(b)}")
            else:
                inside += a
                outside += b
    times = statistics.median(outside) / statistics.median(inside)
    print(f"then: inside {described(inside)}; MCP {described(outside)}, p50 {times:.2f} ×")


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
        with closing(Asker(tokens)) as asker:
            in_turns(container, account, asker)
            at_once(container, account, asker)


if __name__ == "__main__":
    main()
