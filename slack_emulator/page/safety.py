"""Keeps the page to this computer and to itself: Host, Origin and content rules."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from slack_emulator.transport.loopback import is_loopback

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A page that an app sent as a file: it runs no script, loads nothing and can reach nothing here.
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READS = frozenset({"GET", "HEAD"})


def refusal(method: str, headers: Mapping[str, str]) -> str | None:
    """Return why a request is refused, or nothing where it may pass.

    A request must name this computer in `Host` (against DNS rebinding), and a write must come
    from a page of the same address (against forged requests from other sites).
    """
    host = headers.get("host", "")
    if not is_loopback(host):
        return "This page answers only under 127.0.0.1 or localhost."
    if method in _READS:
        return None
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "Only the page itself may write."
    if headers.get("origin", "") != f"http://{host}":
        return "Only the page itself may write."
    return None


class PageGuard:
    """Refuses foreign requests and adds the content rules to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the routes of the page."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        why = refusal(scope["method"], Headers(scope=scope))
        if why:
            answer = JSONResponse({"message": why}, status_code=403)
            await answer(scope, receive, _with_headers(send))
            return
        await self._app(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
