"""`uptake mcp`: an AI tool on this computer asks over standard input and output."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.api.mcp_settings import WriteTool


def mcp(
    log: Annotated[
        list[WriteTool] | None,
        typer.Option(help="What the AI tool may log too; give it once for each."),
    ] = None,
) -> None:
    """Let an AI tool on this computer ask, by MCP over standard input and output.

    Whoever can read this computer's files may read every guide, as with `uptake ask`.
    """
    from concurrent.futures import ThreadPoolExecutor

    import anyio

    from bot.app import build
    from bot.cli.console import quiet
    from bot.cli.guides.ingest import ensure_indexed
    from bot.local.terminal import local_account, local_jobs
    from bot.mcp.stdio import ready_after, serve_stdio
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    container = build(settings)
    container.index.encoder.start()
    # An AI tool waits half a minute at most for a server to start; indexing may take longer.
    with local_jobs(container), ThreadPoolExecutor(1, "indexing") as pool:
        ready = ready_after(pool.submit(ensure_indexed, container))
        anyio.run(serve_stdio, container, local_account(), ready, log or ())
