"""Keeps the whole workspace to this computer: foreign hosts and foreign pages are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def refusal(headers: Mapping[str, str]) -> str | None:
    """Return why a request or connection is refused, or nothing where it may pass.

    The Host must name this computer (against DNS rebinding). A browser says in Origin where a
    request comes from; apps say nothing. So an Origin other than the workspace's own is a page of
    another site (against forged requests).
    """
    host = headers.get("host", "")
    if not is_loopback(host):
        return "This workspace answers only under 127.0.0.1 or localhost."
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return "Pages of other sites may not use this workspace."
    if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site"):
        return "Pages of other sites may not use this workspace."
    return None


def is_loopback(host: str) -> bool:
    """Return whether a Host header names this computer."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower() in _LOOPBACK
    except ValueError:
        return False


class LoopbackGuard:
    """Refuses what does not come from this computer itself."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap all routes of the workspace."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or connection on, or refuse it."""
        known = scope["type"] in ("http", "websocket")
        why = refusal(Headers(scope=scope)) if known else None
        if why is None:
            # The end of the workspace cuts off what is under way; that is no fault.
            with suppress(asyncio.CancelledError):
                await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse(why, 403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 4403, "reason": why})
