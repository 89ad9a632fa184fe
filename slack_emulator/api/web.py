"""The workspace's HTTP endpoints for apps: methods, response addresses, files, sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Set
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from slack_emulator.api.args import Args
from slack_emulator.api.method import Api
from slack_emulator.api.rates import too_fast
from slack_emulator.api.registry import WebApi
from slack_emulator.errors import SlackError
from slack_emulator.faults import KINDS, Faults
from slack_emulator.models import Json
from slack_emulator.platform.response_urls import Responses
from slack_emulator.transport.bodies import body_of, parsed
from slack_emulator.transport.sockets import SocketHub

LINK_PATH = "/link"
_JSON = "application/json"
# All that the largest message or dialog holds is far below.
_MOST_SENT = 4_000_000
OnCall = Callable[[str, Json, Json, float], None]


class AppRoutes:
    """The routes an app talks to."""

    def __init__(
        self,
        api: Api,
        web: WebApi,
        responses: Responses,
        sockets: SocketHub,
        faults: Faults,
        bot_token: str,
        on_call: OnCall,
    ) -> None:
        """Take the parts, and a function that gets every call: method, arguments, answer, time."""
        self._api = api
        self._web = web
        self._responses = responses
        self._sockets = sockets
        self._faults = faults
        self._bot_token = bot_token
        self._on_call = on_call

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/api/{method}", self._method, methods=["GET", "POST"]),
            Route("/response/{key}", self._response, methods=["POST"]),
            Route("/upload/{ticket}", self._upload, methods=["POST"]),
            Route("/files-pri/{file}/{name:path}", self._file),
            WebSocketRoute(LINK_PATH, self._sockets.serve),
        ]

    async def _method(self, request: Request) -> Response:
        core, name = self._api.state.core, request.path_params["method"]
        entry = core.log(name, {}, to_app=False, note="waiting")
        args, planned = Args({}), self._faults.take(name)
        try:
            values = await _values(request)
            token = _token(request, values)
            values.pop("token", None)
            args = Args(values)
            self._fail_before(name, planned)
            self._refuse_blocks(args.shown())
            answer = await run_in_threadpool(self._run, name, token, args, entry)
            status, headers = 200, dict[str, str]()
        except SlackError as fault:
            answer, status, headers = fault.body(), fault.status, fault.headers
            self._note(name, args, answer, entry)
        return await self._spoiled(JSONResponse(answer, status, headers), name, planned)

    def _run(self, name: str, token: str, args: Args, entry: int) -> Json:
        # Who sees what a call did shall find the call as well, so both happen under one lock.
        with self._api.state.core.lock:
            answer = self._web.answer(name, token, args)
            self._note(name, args, answer, entry)
            return answer

    def _note(self, name: str, args: Args, answer: Json, entry: int) -> None:
        core, shown = self._api.state.core, args.shown()
        core.describe(entry, shown, "ok" if answer.get("ok") else str(answer["error"]))
        self._on_call(name, shown, answer, core.clock())

    def _fail_before(self, name: str, planned: str) -> None:
        if self._happens("500", name, planned):
            raise SlackError("internal_error", status=500)
        if self._happens("429", name, planned):
            raise too_fast(self._faults.retry_after)
        if planned and planned not in KINDS:
            raise SlackError(planned)

    def _refuse_blocks(self, sent: Json) -> None:
        places = list(_places_of(sent, self._faults.refused_blocks, ""))
        if places:
            messages = [
                f"[ERROR] unsupported type: {kind} [json-pointer:{at}/type]" for kind, at in places
            ]
            raise SlackError("invalid_blocks", messages=messages)

    def _happens(self, kind: str, name: str, planned: str) -> bool:
        return planned == kind or self._faults.happens(kind, name)

    async def _spoiled(self, answer: Response, name: str, planned: str) -> Response:
        if self._happens("slow", name, planned):
            await asyncio.sleep(self._faults.slow_seconds)
        if self._happens("timeout", name, planned):
            await asyncio.sleep(self._faults.timeout_seconds)
        if self._happens("lost", name, planned):
            return PlainTextResponse("internal_error", 500)
        if self._happens("nonsense", name, planned):
            return JSONResponse(["nonsense"])
        return answer

    async def _response(self, request: Request) -> Response:
        entry = self._api.state.core.log("response_url", {}, to_app=False, note="waiting")
        body: Json = {}
        try:
            body = await _values(request)
            self._refuse_blocks(body)
            await run_in_threadpool(self._responses.respond, request.path_params["key"], body)
            answer, note = PlainTextResponse("ok"), "ok"
        except SlackError as fault:
            note = fault.code
            answer = PlainTextResponse(note, fault.status if fault.status != 200 else 400)
        self._api.state.core.describe(entry, body, note)
        moment = self._api.state.core.clock()
        self._on_call("response_url", body, {"ok": note == "ok", "error": note}, moment)
        return answer

    async def _upload(self, request: Request) -> Response:
        files, ticket = self._api.state.files, request.path_params["ticket"]
        content = await body_of(request, files.announced(ticket))
        if content is None or not files.receive(ticket, content):
            return PlainTextResponse("no such upload, or not of the announced length", 400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def _file(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {self._bot_token}":
            return PlainTextResponse("not_authed", 403)
        if "files:read" not in self._api.manifest.scopes:
            return PlainTextResponse("missing_scope", 403)
        try:
            found = self._api.state.files.get(request.path_params["file"])
        except SlackError as fault:
            return PlainTextResponse(fault.code, 404)
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(found.content, media_type=found.mimetype, headers=headers)


async def _values(request: Request) -> dict[str, Any]:
    values: dict[str, Any] = dict(request.query_params)
    raw = await body_of(request, _MOST_SENT)
    if raw is None:
        raise SlackError("request_too_large", status=413)
    if request.headers.get("content-type", "").startswith(_JSON):
        try:
            found = parsed(raw or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(found, dict):
            raise SlackError("json_not_object")
        return values | found
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise SlackError("invalid_form_data") from None
    return values | dict(parse_qsl(text, keep_blank_values=True))


def _places_of(sent: object, kinds: Set[str], path: str) -> Iterator[tuple[str, str]]:
    """Find the objects of some types, each with its JSON pointer."""
    if isinstance(sent, dict):
        if (kind := str(sent.get("type"))) in kinds:
            yield kind, path
        for name, part in sent.items():
            yield from _places_of(part, kinds, f"{path}/{name}")
    elif isinstance(sent, list):
        for number, part in enumerate(sent):
            yield from _places_of(part, kinds, f"{path}/{number}")


def _token(request: Request, values: dict[str, Any]) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else str(values.get("token") or "")
