"""Serves one AI tool on this computer over standard input and output."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future

from mcp.server.stdio import stdio_server

from bot.api.mcp_settings import WriteTool
from bot.container import Container
from bot.mcp.caller import EVERY_RIGHT, Caller, client_name
from bot.mcp.server import Context, UptakeServer
from bot.mcp.tool import CallRefused
from bot.mcp.tools import tools_of
from bot.texts import texts
from uptake import UptakeError

# Seconds that a call waits for guides that are still being indexed.
_PATIENCE = 30.0


def ready_after(indexing: Future[None], patience: float = _PATIENCE) -> Callable[[], None]:
    """What waits until the guides are indexed; it raises CallRefused where they are not."""

    def ready() -> None:
        try:
            indexing.result(patience)
        except TimeoutError:
            raise CallRefused(texts("mcp")["indexing"]) from None
        except UptakeError as error:
            raise CallRefused(str(error)) from None

    return ready


async def serve_stdio(
    container: Container,
    account: str,
    ready: Callable[[], None],
    logs: Collection[WriteTool] = (),
) -> None:
    """Answers until the AI tool closes standard input.

    Args:
        account: of whoever works at this computer.
        ready: returns when the guides can be read, or raises CallRefused.
        logs: what the AI tool may log, of what the settings allow.
    """

    def caller_of(context: Context) -> tuple[Caller, str]:
        told = context.session.client_params
        client = client_name(told.client_info.name) if told and told.client_info else ""
        return Caller(account, client, EVERY_RIGHT, is_local=True), ""

    allowed = frozenset(logs) & container.settings.mcp_writes
    tools = tools_of(container.settings)
    server = UptakeServer(container, caller_of, tools, lambda: allowed, ready=ready).protocol
    async with stdio_server() as (reads, writes):
        await server.run(reads, writes, server.create_initialization_options())
