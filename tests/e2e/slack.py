"""A small Slack: the few methods, events and interactions that the app uses, over real sockets."""

from __future__ import annotations

import itertools
import json
import threading
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

TEAM, BOT = "T0TEAM", "U0BOT"


@dataclass
class SmallSlack:
    """Keeps messages and calls; delivers envelopes to whoever is connected."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    answer_with: Callable[[str, dict[str, Any]], JSONResponse | None] = lambda method, args: None

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._outbox: list[str] = []
        self._sent: dict[str, int] = {}
        self._clock = itertools.count(1_763_700_000)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def ts(self) -> str:
        return f"{next(self._clock)}.000100"

    def mention(self, text: str, user: str = "U1ASKER", channel: str = "C1GENERAL", **more: Any):
        ts = more.pop("ts", None) or self.ts()
        event = {"type": "app_mention", "user": user, "text": f"<@{BOT}> {text}", "ts": ts}
        return self.event(event | {"channel": channel} | more)

    def direct(self, text: str, user: str = "U1ASKER", **more: Any):
        event = {"type": "message", "channel_type": "im", "user": user, "text": text}
        return self.event(event | {"ts": self.ts(), "channel": "D1DIRECT"} | more)

    def event(self, event: dict[str, Any]) -> dict[str, Any]:
        self.deliver("events_api", self.wrapped(event))
        return event

    def wrapped(self, event: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0APP",
            "event": {"team": TEAM} | event,
            "event_id": f"Ev{uuid.uuid4().hex[:8]}",
            "event_time": int(float(event["ts"])),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }

    def press(self, value: str, user: str = "U1ASKER") -> dict[str, Any]:
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "trigger_id": f"trigger-{uuid.uuid4().hex}",
            "channel": {"id": "C1GENERAL"},
            "actions": [
                {
                    "type": "feedback_buttons",
                    "action_id": "thumbs",
                    "block_id": "b",
                    "value": value,
                    "action_ts": self.ts(),
                }
            ],
        }
        self.deliver("interactive", payload)
        return payload

    def submit(self, view: dict[str, Any], values: dict[str, Any], user: str = "U1ASKER") -> str:
        return self.deliver(
            "interactive",
            {
                "type": "view_submission",
                "team": {"id": TEAM},
                "user": {"id": user, "team_id": TEAM},
                "view": view | {"id": f"V{uuid.uuid4().hex[:8]}", "state": {"values": values}},
            },
        )

    def deliver(self, kind: str, payload: dict[str, Any]) -> str:
        envelope = uuid.uuid4().hex
        body = {"envelope_id": envelope, "type": kind, "payload": payload}
        with self._changed:
            self._outbox.append(json.dumps(body | {"accepts_response_payload": True}))
            self._changed.notify_all()
        return envelope

    def wait(self, until: Callable[[], Any], seconds: float = 60) -> Any:
        """What `until` gives as soon as it is true."""
        with self._changed:
            if not self._changed.wait_for(until, seconds):
                raise AssertionError(f"Slack waited in vain; calls: {self.called()}")
            return until()

    def wait_acknowledged(self, envelope: str, seconds: float = 60) -> dict[str, Any]:
        self.wait(lambda: envelope in self.acknowledged, seconds)
        return self.acknowledged[envelope]

    def called(self, method: str | None = None) -> list[Any]:
        if method is None:
            return [name for name, _ in self.calls]
        return [arguments for name, arguments in self.calls if name == method]

    def replies(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        thread = event.get("thread_ts") or event["ts"]
        return [m for m in self.messages if m["thread_ts"] == thread]

    async def _method(self, request: Request) -> JSONResponse:
        method = request.path_params["method"]
        raw = await request.body()
        if request.headers.get("content-type", "").startswith("application/json"):
            arguments = json.loads(raw or b"{}")
        else:
            arguments = dict(parse_qsl(raw.decode()))
            for key in ("blocks", "metadata", "view", "chunks"):
                if key in arguments:
                    arguments[key] = json.loads(arguments[key])
        with self._changed:
            self.calls.append((method, arguments))
            refused = self.answer_with(method, arguments)
            response = refused or JSONResponse(self._do(method, arguments))
            self._changed.notify_all()
        return response

    def _do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if method == "auth.test":
            return {
                "ok": True,
                "user": "uptake",
                "user_id": BOT,
                "team": "T",
                "team_id": TEAM,
                "bot_id": "B0BOT",
            }
        if method == "apps.connections.open":
            return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"}
        if method == "chat.postMessage":
            message = {"ts": self.ts(), "user": BOT, "bot_id": "B0BOT"} | arguments
            self.messages.append(message)
            return {"ok": True, "ts": message["ts"], "channel": arguments["channel"]}
        if method in ("chat.startStream", "chat.appendStream", "chat.stopStream"):
            return self._stream(method, arguments)
        if method == "chat.update":
            message = self._message(arguments)
            if message is None:
                return {"ok": False, "error": "message_not_found"}
            if message.get("streaming_state") == "in_progress":
                return {"ok": False, "error": "streaming_state_conflict"}
            message.update({k: v for k, v in arguments.items() if k != "channel"})
            return {"ok": True, "ts": message["ts"], "channel": message["channel"]}
        if method == "conversations.replies":
            found = [m for m in self.messages if m["thread_ts"] == arguments["ts"]]
            return {"ok": True, "messages": found, "has_more": False}
        if method == "views.open":
            return {"ok": True, "view": arguments["view"]}
        return {"ok": False, "error": "unknown_method"}

    def _message(self, arguments: dict[str, Any]) -> dict[str, Any] | None:
        for message in self.messages:
            if (message["ts"], message["channel"]) == (arguments["ts"], arguments["channel"]):
                return message
        return None

    def _stream(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """A message that grows; it takes metadata and blocks only when it ends."""
        said = "".join(chunk["text"] for chunk in arguments.get("chunks") or [])
        if method == "chat.startStream":
            message = {
                "ts": self.ts(),
                "user": BOT,
                "bot_id": "B0BOT",
                "channel": arguments["channel"],
                "thread_ts": arguments["thread_ts"],
                "streaming_state": "in_progress",
                "text": said,
                "blocks": [{"type": "markdown", "text": said}],
            }
            self.messages.append(message)
            return {"ok": True, "ts": message["ts"], "channel": message["channel"]}
        message = self._message(arguments)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        if message.get("streaming_state") != "in_progress":
            return {"ok": False, "error": "message_not_in_streaming_state"}
        message["text"] += said
        message["blocks"][0]["text"] += said
        if method == "chat.stopStream":
            message["streaming_state"] = "completed"
            message["blocks"] += arguments.get("blocks") or []
            if "metadata" in arguments:
                message["metadata"] = arguments["metadata"]
        return {"ok": True, "ts": message["ts"], "channel": message["channel"]}

    async def _link(self, socket: WebSocket) -> None:
        import anyio

        await socket.accept()
        await socket.send_text(json.dumps({"type": "hello", "num_connections": 1}))

        async def send() -> None:
            while True:
                with self._changed:
                    waiting = self._outbox.pop(0) if self._outbox else None
                if waiting is None:
                    await anyio.sleep(0.005)
                else:
                    await socket.send_text(waiting)

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            try:
                while True:
                    reply = json.loads(await socket.receive_text())
                    with self._changed:
                        self.acknowledged[reply["envelope_id"]] = reply.get("payload") or {}
                        self._changed.notify_all()
            except (WebSocketDisconnect, RuntimeError):
                group.cancel_scope.cancel()

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._method, methods=["GET", "POST"]),
                WebSocketRoute("/link", self._link),
            ]
        )


@contextmanager
def small_slack():
    with serving(SmallSlack()) as slack:
        yield slack


@contextmanager
def serving(slack):
    """Serves a small Slack on a free port until the end of the block."""
    config = uvicorn.Config(
        slack.app(), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    slack.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield slack
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(5)
