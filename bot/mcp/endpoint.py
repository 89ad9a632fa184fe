"""`/mcp` over HTTP: who calls is checked before anything of the protocol is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from anyio import to_thread
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from pydantic import AnyHttpUrl, ConfigDict, TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from bot.access import logs_allowed
from bot.container import Container
from bot.mcp.caller import Caller, client_name
from bot.mcp.identity import SLACKBOT, Identity, Known, Refused, id_in
from bot.mcp.oauth import READ_SCOPE, WRITE_SCOPE, OAuthServer
from bot.mcp.server import Context, UptakeServer
from bot.mcp.tools import tools_of
from bot.texts import texts

PATH = "/mcp"
# A question has 2,000 characters, an override 9,000.
_LARGEST_BODY = 256_000
_KNOWN = "uptake.known"
# Clients refuse an issuer that differs by a slash at its end, which AnyHttpUrl adds by itself.
_EXACT = TypeAdapter(AnyHttpUrl, config=ConfigDict(url_preserve_empty_path=True))


class McpEndpoint:
    """The ASGI application behind `/mcp`; `running` is to be entered before the first request."""

    def __init__(self, container: Container, url: str) -> None:
        parts = urlsplit(url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._identity = Identity(container)
        self._metadata = ""
        if OAuthServer.of(container.settings) is not None:
            self._metadata = str(build_resource_metadata_url(AnyHttpUrl(url)))
        tools, logs = tools_of(container.settings), partial(logs_allowed, container)
        server = UptakeServer(container, _caller_of, tools, logs).protocol
        # Slackbot takes an answer as one JSON object. For others the connection says whether
        # they still wait, so that what they gave up is ended.
        self._for_slackbot = StreamableHTTPSessionManager(
            server, json_response=True, stateless=True
        )
        self._for_others = StreamableHTTPSessionManager(server, stateless=True)

    @asynccontextmanager
    async def running(self, _: Starlette) -> AsyncIterator[None]:
        """Answers while the context is open: the lifespan of the application around it."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._for_slackbot.run())
            await stack.enter_async_context(self._for_others.run())
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        request = Request(scope, receive)
        if request.method != "POST":
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
            return
        body = await request.body()
        try:
            self._check(request, body)
            known = await to_thread.run_sync(self._identity.known, request.headers, body)
        except Refused as refused:
            await self._refusal(refused, body)(scope, receive, send)
            return
        is_slackbot = known.caller.client == SLACKBOT
        manager = self._for_slackbot if is_slackbot else self._for_others
        await manager.handle_request({**scope, _KNOWN: known}, _again(body, receive), send)

    def _check(self, request: Request, body: bytes) -> None:
        say, origin = texts("mcp"), request.headers.get("origin")
        # A page in somebody's browser is not an AI tool that they use.
        if origin is not None and origin != self._origin:
            raise Refused(HTTPStatus.FORBIDDEN, say["wrong_origin"])
        if len(body) > _LARGEST_BODY:
            said = say["too_large"].format(bytes=_LARGEST_BODY)
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)

    def _refusal(self, refused: Refused, body: bytes) -> Response:
        headers: dict[str, str] = {}
        if refused.wait:
            headers["Retry-After"] = str(int(refused.wait) + 1)
        if refused.status is HTTPStatus.UNAUTHORIZED or refused.error:
            headers["WWW-Authenticate"] = self._challenge(refused.error)
        error = {"code": -32000, "message": str(refused)}
        said = {"jsonrpc": "2.0", "id": id_in(body), "error": error}
        return JSONResponse(said, refused.status.value, headers)

    def _challenge(self, error: str) -> str:
        parts = [f'error="{error}"'] if error else []
        if self._metadata:
            parts += [f'resource_metadata="{self._metadata}"', f'scope="{READ_SCOPE}"']
        return f"Bearer {', '.join(parts)}".rstrip()


@dataclass(frozen=True)
class McpService:
    """What a server serves for AI tools: routes, and the context they need."""

    endpoint: McpEndpoint
    routes: tuple[BaseRoute, ...]


def mcp_service(container: Container) -> McpService | None:
    """What is served for AI tools; None where no address is set."""
    url = container.settings.mcp_url
    if url is None:
        return None
    endpoint = McpEndpoint(container, url)
    routes: list[BaseRoute] = [Route(PATH, endpoint)]
    server = OAuthServer.of(container.settings)
    if server is not None:
        issuers, scopes = [_EXACT.validate_python(server.issuer)], [READ_SCOPE, WRITE_SCOPE]
        routes += create_protected_resource_routes(AnyHttpUrl(url), issuers, scopes, "Uptake")
    return McpService(endpoint, tuple(routes))


def _caller_of(context: Context) -> tuple[Caller, str]:
    """Who makes a request that was let in; a client that has no name yet says its own."""
    scope: Mapping[str, Any] = context.request.scope if context.request is not None else {}
    known: Known = scope[_KNOWN]
    if known.caller.client:
        return known.caller, known.id
    told = context.session.client_params
    client = client_name(told.client_info.name) if told and told.client_info else ""
    return replace(known.caller, client=client), known.id


def _again(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
