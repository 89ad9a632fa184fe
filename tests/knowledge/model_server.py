"""A small server that speaks the OpenAI protocol, well or badly."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class ModelServer:
    """Answers every chat completion with what `reply` gives for the request.

    Attributes:
        reply: gives the words, or an HTTP status, or raw bytes.
        hold: replies wait for it.
        requests: every request's body.
    """

    url: str = ""
    reply: Callable[[dict[str, Any]], str | int | bytes] = lambda request: "Yes. [1]"
    hold: threading.Event = field(default_factory=threading.Event)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hold.set()

    def asked(self) -> str:
        """The words of the last request's last message."""
        return str(self.requests[-1]["messages"][-1]["content"])


def _completion(words: str) -> bytes:
    message = {"role": "assistant", "content": words}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    whole = {"id": "c1", "object": "chat.completion", "created": 1, "model": "small"}
    return json.dumps(whole | {"choices": [choice], "usage": usage}).encode()


@contextmanager
def model_server() -> Iterator[ModelServer]:
    server = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.requests.append(body)
            server.hold.wait(30)
            reply = server.reply(body)
            status = reply if isinstance(reply, int) else 200
            content = reply if isinstance(reply, bytes) else _completion(str(reply))
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                # Whoever asked did not wait.
                return

        def log_message(self, *arguments: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/v1"
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.hold.set()
        listening.shutdown()
        listening.server_close()
