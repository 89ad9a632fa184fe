"""One app for all tests of `/mcp`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.api.mcp_settings import WriteTool
from bot.api.server import listening
from bot.mcp.endpoint import mcp_service
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.bot.mcp.world import RESTRICTED, SECRET, World
from tests.conftest import write_guides
from tests.servers import free_port
from tests.support.app import running_app


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[World]:
    place = tmp_path_factory.mktemp("mcp")
    write_guides(place / "guides")
    (place / "guides" / "costs.md").write_text(RESTRICTED, "utf-8")
    Sync(Index.open(place / "data" / "index", encoder)).run([place / "guides"])
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    settings = {
        "admins": ["admin"],
        "mcp_url": url,
        "mcp_calls_per_minute": 10_000,
        "SLACK_SIGNING_SECRET": SECRET,
    }
    with running_app(place / "data", **settings) as app:
        app.slack.add_user("guest", "Gus Guest", kind="guest")
        now = app.container.now()
        app.record.allowed_logs.put(list(WriteTool), app.account("admin"), now)
        service = mcp_service(app.container)
        with listening(service.routes, port, "UPTAKE_MCP_PORT", 1, service.endpoint.running):
            yield World(app, url)
