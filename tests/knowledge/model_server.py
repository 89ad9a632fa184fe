"""A small server that speaks the OpenAI protocol, well or badly."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from knowledge.llm.model import Model, Patience


@dataclass
class ModelServer:
    """Answers every chat completion with what `reply` gives for the request.

    Attributes:
        reply: gives the words, or an HTTP status, or raw bytes.
        hold: replies wait for it before anything is sent.
        middle: a streamed reply waits for it after its first `pause_at` words.
        break_after: so many pieces are streamed before the line breaks; None for all.
        finish: why a streamed reply ends.
        closed: set when someone stopped listening to a stream.
        requests: every request's body.
    """

    url: str = ""
    reply: Callable[[dict[str, Any]], str | int | bytes] = lambda request: "Yes. [1]"
    hold: threading.Event = field(default_factory=threading.Event)
    middle: threading.Event = field(default_factory=threading.Event)
    pause_at: int = 1
    break_after: int | None = None
    finish: str = "stop"
    closed: threading.Event = field(default_factory=threading.Event)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hold.set()
        self.middle.set()

    def asked(self) -> str:
        """The words of the last request's last message."""
        return str(self.requests[-1]["messages"][-1]["content"])

    def model(self, timeout: float = 10, first: float = 10, **more: Any) -> Model:
        """The model of this server."""
        return Model.of("openai:small", Patience(first, timeout), **more)


USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
_ABOUT = {"id": "c1", "created": 1, "model": "small"}


def _completion(words: str) -> bytes:
    message = {"role": "assistant", "content": words}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    whole = {**_ABOUT, "object": "chat.completion", "choices": [choice], "usage": USAGE}
    return json.dumps(whole).encode()


def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
    """One piece of a streamed reply."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    piece = {**_ABOUT, "object": "chat.completion.chunk", "choices": [choice]}
    return f"data: {json.dumps(piece)}\n\n".encode()


def _pieces(server: ModelServer, words: str, with_usage: bool) -> Iterator[bytes]:
    yield event({"role": "assistant", "content": ""})
    for number, word in enumerate(re.findall(r"\s*\S+", words) or [words]):
        if number == server.pause_at:
            server.middle.wait(30)
        if number == server.break_after:
            raise ConnectionAbortedError
        yield event({"content": word})
    yield event({}, server.finish)
    if with_usage:
        last = {**_ABOUT, "object": "chat.completion.chunk", "choices": [], "usage": USAGE}
        yield f"data: {json.dumps(last)}\n\n".encode()
    yield b"data: [DONE]\n\n"


class _Quiet(ThreadingHTTPServer):
    """Says nothing when somebody hangs up."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


@contextmanager
def model_server() -> Iterator[ModelServer]:
    server = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.requests.append(body)
            server.hold.wait(30)
            reply = server.reply(body)
            try:
                if isinstance(reply, str) and body.get("stream"):
                    self._stream(reply, bool(body.get("stream_options")))
                else:
                    self._send(reply, bool(body.get("stream")))
            except OSError:
                # Whoever asked did not wait.
                server.closed.set()
                self.close_connection = True

        def _send(self, reply: str | int | bytes, streamed: bool) -> None:
            status = reply if isinstance(reply, int) else 200
            content = reply if isinstance(reply, bytes) else _completion(str(reply))
            self.send_response(status)
            kind = "text/event-stream" if streamed and status == 200 else "application/json"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _stream(self, words: str, with_usage: bool) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for piece in _pieces(server, words, with_usage):
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *arguments: object) -> None:
            pass

    listening = _Quiet(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.hold.set()
        server.middle.set()
        listening.shutdown()
        listening.server_close()
