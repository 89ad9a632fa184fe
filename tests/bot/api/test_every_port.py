"""Broken, lying and hostile requests to every port: each is refused, and none is a fault."""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from adoption.usage.tokens import ToolTokens
from bot.api.server import listening
from bot.api.usage import usage_routes
from bot.mcp.endpoint import mcp_service
from bot.observability.health import Health, health_routes, health_server
from bot.serve import web_app
from slack_emulator.transport.http_sender import signature_headers
from tests.servers import free_port
from tests.support.app import RunningApp, running_app
from tests.support.slack_apps import client_of

JSON = "Content-Type: application/json"
UPGRADE = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="


@dataclass(frozen=True)
class Target:
    """One address, and a request that is answered there."""

    port: int
    method: str
    path: str
    headers: tuple[str, ...] = ()
    body: bytes = b""

    def head(self, *more: str, method: str = "", path: str = "", version: str = "1.1") -> bytes:
        lines = [
            f"{method or self.method} {path or self.path} HTTP/{version}",
            f"Host: 127.0.0.1:{self.port}",
            *self.headers,
            *more,
        ]
        return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n"

    def whole(self, body: bytes, *more: str, path: str = "") -> bytes:
        length = f"Content-Length: {len(body)}"
        return self.head(length, "Connection: close", *more, path=path) + body


@dataclass
class Ports:
    """Everything that listens, and what it answers."""

    it: RunningApp
    targets: dict[str, Target]


@pytest.fixture(scope="module")
def ports(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("ports") / "data"))
    http, mcp, health = free_port(), free_port(), free_port()
    more = {"mcp_url": f"http://127.0.0.1:{mcp}/mcp", "mcp_calls_per_minute": 10_000}
    with running_app(data, admins=("admin",), **more) as it:
        box, now = it.container, it.container.now()
        looks = Health(lambda: True, {"slack": lambda: True}, lambda: b"figures 1\n")
        service = mcp_service(box)
        assert service is not None
        slack = web_app(it.app, it.slack.signing_secret, health_routes(looks))
        routes = [*slack.routes, *usage_routes(box.engine, box.now)]
        with (
            listening(routes, http, "PORT"),
            listening(service.routes, mcp, "PORT", 1, service.endpoint.running),
            health_server(looks, health),
        ):
            tool = ToolTokens(box.engine).make("Helper", now)
            person = it.record.access_tokens.make(it.account("user"), "Cursor", True, now)
            yield Ports(it, _targets(it, http, mcp, health, tool, person))


def _targets(
    it: RunningApp, http: int, mcp: int, health: int, tool: str, person: str
) -> dict[str, Target]:
    emulator = int(it.slack.url.rstrip("/").rpartition(":")[2])
    start = httpx.get(it.slack.url, trust_env=False).headers["location"].rstrip("/")
    page = (JSON, f"Origin: http://127.0.0.1:{emulator}")
    token = f"Authorization: Bearer {it.slack.bot_token}"
    event = {"id": "1", "day": "2026-11-16", "event": "accepted", "person": "a@x.example"}
    mine = (f"Authorization: Bearer {person}", "Accept: application/json, text/event-stream")
    form = ("Content-Type: application/x-www-form-urlencoded", token)
    batch = json.dumps({"events": [event]}).encode()
    call = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}'
    return {
        "Slack's requests": Target(http, "POST", "/slack/events", (JSON,)),
        "usage": Target(http, "POST", "/v1/usage", (JSON, f"Authorization: Bearer {tool}"), batch),
        "description": Target(http, "GET", "/v1/openapi.json"),
        "MCP": Target(mcp, "POST", "/mcp", (JSON, *mine), call),
        "health": Target(health, "GET", "/readyz"),
        "metrics": Target(health, "GET", "/metrics"),
        "emulator: method, JSON": Target(emulator, "POST", "/api/auth.test", (JSON, token), b"{}"),
        "emulator: method, form": Target(emulator, "POST", "/api/auth.test", form),
        "emulator: response": Target(emulator, "POST", "/response/x", (JSON,), b"{}"),
        "emulator: upload": Target(emulator, "POST", "/upload/x"),
        "emulator: page": Target(emulator, "GET", f"{start}/"),
        "emulator: action": Target(emulator, "POST", f"{start}/do/say", page, b"{}"),
        "emulator: file": Target(emulator, "POST", f"{start}/upload?name=x", page[1:]),
        "emulator: news": Target(emulator, "GET", f"{start}/live"),
        "emulator: socket": Target(emulator, "GET", "/link", (*UPGRADE, KEY)),
    }


NAMES = (
    "Slack's requests",
    "usage",
    "description",
    "MCP",
    "health",
    "metrics",
    "emulator: method, JSON",
    "emulator: method, form",
    "emulator: response",
    "emulator: upload",
    "emulator: page",
    "emulator: action",
    "emulator: file",
    "emulator: news",
    "emulator: socket",
)


def broken(t: Target) -> Iterator[bytes]:
    """Requests that stop in the middle."""
    yield b""
    yield t.head()[:30]
    yield t.head("Content-Length: 100") + b"{"
    yield t.head("Transfer-Encoding: chunked") + b"5\r\nhello\r\n"
    yield t.head("Transfer-Encoding: chunked") + b"5\r\nhello\r\nZZZ\r\nmore"
    yield t.head("Transfer-Encoding: chunked") + b"FFFFFFFFFFFFFFFFFFFF\r\nx"
    yield t.head(f"Content-Length: {'9' * 19}") + b"{}"
    yield t.head("Expect: 100-continue", "Content-Length: 10")
    yield t.head(*UPGRADE, KEY, method="GET")
    yield t.head(*UPGRADE, KEY, "Content-Length: 2") + b"{}"
    yield (t.head(f"Content-Length: {len(t.body)}") + t.body) * 20


def lying(t: Target) -> Iterator[bytes]:
    """Requests with a wrong or odd header, line or address."""
    yield t.head("Transfer-Encoding: chunked", "Content-Length: 5") + b"0\r\n\r\n"
    yield t.head("Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n"
    yield t.head("Transfer-Encoding: chunked") + b"-5\r\nx"
    for length in ("-5", "+5", "5\r\nContent-Length: 6", "9" * 5000, "²"):
        yield t.head(f"Content-Length: {length}", "Connection: close") + b"12345"
    yield t.head(f"Content-Length: {len(t.body)}", version="1.0") + t.body
    yield f"{t.method} {t.path} HTTP/1.0\r\n\r\n".encode()
    yield f"{t.method} {t.path} HTTP/1.1\r\n\r\n".encode()
    yield t.whole(t.body) + b"\0\0garbage\r\n\r\n"
    yield b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 300
    yield t.whole(b"", *[f"X{n}: y" for n in range(2000)])
    yield t.whole(b"", *[f"X{n}: {'y' * 100}" for n in range(5000)])
    yield t.whole(b"", path=f"{t.path}?{'x' * 100_000}")
    yield t.whole(b"", path=f"{t.path}?{'&'.join(f'a{n}=1' for n in range(10_000))}")
    for path in ("/%ff%fe", "/%00", "/\xff", "*", "http://evil.example/", "//../../etc/passwd"):
        yield t.whole(t.body, path=path)
    yield t.whole(b"", path=f"{t.path}%0d%0aX:y")
    for header in (
        "Authorization: Bearer \xff",
        "Content-Type: \xff",
        "Content-Type: application/json; charset=utf-7",
        "Expect: nothing",
        "Host: [::1",
        "X: a\r\n b",
        "Range: bytes=0-0," + ",".join(["1-2"] * 1000),
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c",
        f"Last-Event-ID: {'9' * 5000}",
        "MCP-Protocol-Version: \xff",
    ):
        yield t.whole(t.body, header)
    for moment in ("9" * 400, "9" * 5000, "nan", "²", "-1"):
        yield t.whole(t.body, f"X-Slack-Request-Timestamp: {moment}", "X-Slack-Signature: v0=\xff")
    for method in ("BREW", "TRACE", "HEAD", "OPTIONS", "PUT"):
        yield t.head("Connection: close", method=method)


def bodies() -> Iterator[bytes]:
    """Bodies that are no request of anybody's."""
    yield from (b"", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"[1]", b"null", b'"x"', b"1e999")
    yield '{"channel": "general"}'.encode("utf-16")
    yield gzip.compress(b"0" * 10_000_000)
    yield b"--x\r\n" * 20_000
    for deep in (b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900):
        yield deep
        yield b"blocks=" + deep
    yield b"[" * 100_000 + b"]" * 100_000
    for odd in ("NaN", "-Infinity", "1e999", "9" * 4000, "9" * 10_000, r'"\ud800\u0000"', "{}"):
        event = f'{{"id":{odd},"day":{odd},"event":{odd},"count":{odd},"person":{odd}}}'
        names = ("channel", "text", "jsonrpc", "id", "method", "params", "team_id", "type", "event")
        fields = ",".join(f'"{name}":{odd}' for name in names)
        # Each name stands there twice.
        yield f'{{{fields},{fields},"events":[{event}]}}'.encode()
        yield f'{{"jsonrpc":"2.0","id":{odd},"method":"tools/list","params":{{}}}}'.encode()


def until_answered(port: int, sent: bytes, is_all: bool = True) -> bytes:
    """What is answered until the connection is closed.

    Args:
        is_all: whether the request is complete; otherwise its sending side is closed.
    """
    with socket.create_connection(("127.0.0.1", port), 20) as one:
        # A server that refuses may close before everything is sent.
        with suppress(ConnectionError):
            one.sendall(sent)
            if not is_all:
                one.shutdown(socket.SHUT_WR)
        got = b""
        with suppress(ConnectionError):
            while b"event-stream" not in got and (part := one.recv(65536)):
                got += part
        return got


def leave(port: int, sent: bytes, at_once: bool) -> None:
    one = socket.create_connection(("127.0.0.1", port), 20)
    if at_once:
        # It is reset, not closed.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(ConnectionError):
        one.sendall(sent)
    one.close()


@pytest.fixture(autouse=True)
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No server logs an error, with or without a stack trace."""
    yield
    logged = caplog.get_records("call")
    assert [each.getMessage() for each in logged if each.levelno >= logging.ERROR] == []


def is_served(target: Target) -> bool:
    first = until_answered(target.port, target.whole(target.body)).partition(b"\r\n")[0]
    return bool(first) and b" 5" not in first[:12]


def answered_well(answer: bytes) -> bool:
    """Whether nothing is answered, or nothing that says the server is at fault."""
    return not answer or (answer.startswith(b"HTTP/1.1 ") and answer[9:10] != b"5")


@pytest.mark.parametrize("name", NAMES)
def test_a_client_that_leaves_leaves_no_trace(ports: Ports, name: str):
    target = ports.targets[name]
    for sent in (*broken(target), target.whole(target.body)):
        for at_once in (False, True):
            leave(target.port, sent, at_once)
        assert answered_well(until_answered(target.port, sent, False)), sent[:200]
    assert is_served(target)


@pytest.mark.parametrize("name", NAMES)
def test_a_request_that_lies_is_no_fault(ports: Ports, name: str):
    target = ports.targets[name]
    for sent in lying(target):
        answer = until_answered(target.port, sent, b"Connection: close" in sent)
        assert answered_well(answer), (sent[:300], answer[:300])
    assert is_served(target)


@pytest.mark.parametrize("name", NAMES)
def test_a_body_of_any_kind_is_no_fault(ports: Ports, name: str):
    target = ports.targets[name]
    for body in bodies():
        answer = until_answered(target.port, target.whole(body))
        assert answered_well(answer), (body[:300], answer[:300])
    assert is_served(target)


def test_a_signed_body_of_any_kind_is_no_fault(ports: Ports):
    target = ports.targets["Slack's requests"]
    for body in bodies():
        headers = signature_headers(ports.it.slack.signing_secret, int(time.time()), body)
        more = [f"{name}: {value}" for name, value in headers.items()]
        answer = until_answered(target.port, target.whole(body, *more))
        assert answered_well(answer), (body[:300], answer[:300])


def test_what_comes_over_a_websocket_is_no_fault(ports: Ports):
    slack, target = ports.it.slack, ports.targets["emulator: socket"]
    app = client_of(slack)

    def address() -> str:
        return str(app.apps_connections_open(app_token=slack.app_token)["url"])

    texts = ("", "x", "[" * 100_000, "null", '{"envelope_id": 1e999, "payload": NaN}', "x" * 10**6)
    for sent in (*texts, b"", b"\xff" * 1000):
        with connect(address(), max_size=None) as one:
            one.send(sent)
    for raw in (b"\x81\xff", b"\x81\x85\0\0\0\0he", b"\xff\xff" * 99, b"\x88\x82\0\0\0\0\0"):
        path = address().partition(str(target.port))[2]
        leave(target.port, target.head(path=path) + raw, at_once=True)
    with connect(address()) as one:
        assert "hello" in str(one.recv(20))


def test_a_body_of_any_size_is_read_up_to_a_limit(ports: Ports):
    for name, target in ports.targets.items():
        if target.method != "POST" or name == "emulator: file":
            continue
        sent = target.head("Transfer-Encoding: chunked") + b"5000000\r\n" + b"x" * 6_000_000
        status = until_answered(target.port, sent, False)[9:12]
        # It is answered, or the connection is closed, before the chunk has ended.
        assert status in (b"413", b"400", b""), (name, status)
