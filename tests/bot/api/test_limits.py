from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.api.limits import Limits, limited
from bot.api.server import listening
from tests.servers import free_port

SMALL = Limits(body=1000, header=2000, seconds=0.3, connections=40)
PATIENT = Limits(body=1000, header=2000, seconds=60, connections=40)


# More than the network takes at once.
LONG = 40_000_000


class Seen(list[bytes]):
    """The bodies that reached the application."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived, self.may_end = threading.Event(), threading.Event()


@contextmanager
def serving(limits: Limits, seen: Seen) -> Iterator[int]:
    async def answer(request: Request) -> Response:
        seen.append(await request.body())
        return Response("ok")

    async def wait(request: Request) -> Response:
        await request.body()
        seen.arrived.set()
        await asyncio.to_thread(seen.may_end.wait, 60)
        return Response("ok")

    async def long(request: Request) -> Response:
        return Response(b"x" * LONG)

    port = free_port()
    routes = [
        Route("/", answer, methods=["POST"]),
        Route("/wait", wait, methods=["POST"]),
        Route("/long", long),
    ]
    app = Starlette(routes=routes)
    server = uvicorn.Server(limited(app, port, limits, grace=1, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    try:
        yield port
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)


def post(port: int, head: str, body: bytes = b"") -> bytes:
    """What the server sends until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), 20) as one:
        # A server that refuses may close before everything is sent.
        with suppress(ConnectionError):
            one.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + body)
        return until_closed(one)


def until_closed(one: socket.socket) -> bytes:
    read = bytearray()
    with suppress(ConnectionResetError):
        while part := one.recv(65536):
            read += part
    return bytes(read)


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_a_request_within_the_limits_is_answered(seen: Seen):
    with serving(PATIENT, seen) as port:
        head = "Content-Length: 1000\r\nConnection: close\r\n"
        assert post(port, head, b"x" * 1000).endswith(b"ok")
    assert seen == [b"x" * 1000]


def test_an_announced_body_over_the_limit_is_refused_unread(seen: Seen):
    with serving(PATIENT, seen) as port:
        # 700 MB are announced and none is sent: the answer does not wait for them.
        assert b" 413 " in post(port, "Content-Length: 700000000\r\n")
    assert seen == []


def test_a_chunked_body_is_refused_at_the_limit(seen: Seen):
    with serving(PATIENT, seen) as port:
        chunk = b"3e8\r\n" + b"x" * 1000 + b"\r\n"
        assert b" 413 " in post(port, "Transfer-Encoding: chunked\r\n", chunk * 2)
    assert seen == []


@pytest.mark.parametrize(("size", "status"), [(5000, b" 431 "), (500_000, b" 400 ")])
def test_a_header_over_the_limit_is_refused(seen: Seen, size: int, status: bytes):
    with serving(PATIENT, seen) as port:
        assert status in post(port, f"X: {'y' * size}\r\nContent-Length: 0\r\n")
    assert seen == []


def test_a_body_that_does_not_arrive_in_time_is_answered(seen: Seen):
    with serving(SMALL, seen) as port:
        assert b" 408 " in post(port, "Content-Length: 10\r\n", b"half")
    assert seen == []


CROWD = Limits(body=1000, header=2000, seconds=1, connections=400)


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (b"", b""),
        (b"POST / HTTP/1.1\r\nHost", b""),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf", b" 408 "),
    ],
)
def test_300_half_sent_requests_are_closed_and_others_are_answered(
    seen: Seen, sent: bytes, answer: bytes
):
    with serving(CROWD, seen) as port:
        half = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(300)]
        for one in half:
            one.sendall(sent)
        assert b"ok" in post(port, "Content-Length: 1\r\nConnection: close\r\n", b"x")
        answers = [until_closed(one) for one in half]
        for one in half:
            one.close()
    assert seen == [b"x"]
    assert all(answer in each if answer else each == b"" for each in answers)


def test_a_second_request_on_a_connection_must_arrive_in_time_too(seen: Seen):
    with (
        serving(SMALL, seen) as port,
        socket.create_connection(("127.0.0.1", port), 20) as one,
    ):
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
        assert b"200" in one.recv(65536)
        one.sendall(b"POST / HTTP/1.1\r\nHo")
        until_closed(one)
    assert seen == [b"x"]


def test_connections_over_the_limit_are_closed_at_once(seen: Seen):
    limits = Limits(seconds=60, connections=5)
    with serving(limits, seen) as port:
        held = [socket.create_connection(("127.0.0.1", port), 20) for _ in range(5)]
        late = socket.create_connection(("127.0.0.1", port), 20)
        assert until_closed(late) == b""
        held.pop().close()
        deadline = time.monotonic() + 20
        while b"ok" not in post(port, "Content-Length: 1\r\nConnection: close\r\n", b"x"):
            assert time.monotonic() < deadline
        for one in [*held, late]:
            one.close()


def test_a_client_that_leaves_in_the_middle_is_not_an_error(
    seen: Seen, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.WARNING)
    with serving(PATIENT, seen) as port:
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port), 20) as one:
                one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        assert b"ok" in post(port, "Content-Length: 1\r\nConnection: close\r\n", b"x")
    assert seen == [b"x"]
    assert caplog.records == []


def test_bodies_that_arrive_at_once_are_limited_together(seen: Seen):
    with serving(Limits(body=1000, seconds=60, held=1500), seen) as port:
        with socket.create_connection(("127.0.0.1", port), 20) as one:
            one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"x" * 999)
            head = "Content-Length: 1000\r\nConnection: close\r\n"
            deadline = time.monotonic() + 20
            while b" 503 " not in post(port, head, b"y" * 1000):
                assert time.monotonic() < deadline
            one.sendall(b"x")
            assert b"200 OK" in one.recv(65536)
        assert b"200 OK" in post(port, head, b"y" * 1000)


def test_bodies_that_are_worked_on_count_as_well(seen: Seen):
    with serving(Limits(body=1000, seconds=60, held=1500), seen) as port:
        head = "Content-Length: 1000\r\nConnection: close\r\n"
        with socket.create_connection(("127.0.0.1", port), 20) as one:
            one.sendall(f"POST /wait HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode() + b"x" * 1000)
            assert seen.arrived.wait(20)
            assert b" 503 " in post(port, head, b"y" * 1000)
            seen.may_end.set()
            assert until_closed(one).endswith(b"ok")
        assert b" 200 " in post(port, head, b"y" * 1000)


def test_a_client_that_does_not_read_its_answer_loses_the_connection(seen: Seen):
    with (
        serving(Limits(seconds=0.3, connections=1), seen) as port,
        socket.create_connection(("127.0.0.1", port), 20) as one,
    ):
        one.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
        # The only connection is free for others, though nothing of this one was read.
        deadline = time.monotonic() + 20
        while b"ok" not in post(port, "Content-Length: 1\r\nConnection: close\r\n", b"x"):
            assert time.monotonic() < deadline
        assert len(until_closed(one)) < LONG


def test_a_client_that_reads_gets_a_long_answer_whole(seen: Seen):
    with (
        serving(PATIENT, seen) as port,
        socket.create_connection(("127.0.0.1", port), 20) as one,
    ):
        one.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert len(until_closed(one)) > LONG


def test_a_body_whose_length_is_stated_twice_is_refused(seen: Seen):
    with serving(PATIENT, seen) as port:
        head = "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n"
        assert b" 400 " in post(port, head, b"0\r\n\r\nx")
    assert seen == []


def test_the_end_of_a_port_leaves_no_trace(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    port = free_port()
    with listening([Route("/", lambda request: Response("ok"))], port, "PORT"):
        one = socket.create_connection(("127.0.0.1", port), 20)
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
    one.close()
    assert not any(each.exc_info for each in caplog.records)
    assert "Traceback" not in capfd.readouterr().err + caplog.text
