"""A Bolt app behind an HTTP endpoint, for workspaces that post instead of holding sockets."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import Ack, App, BoltRequest

from slack_emulator import LocalWorkspace
from tests.support.slack_apps import client_of


class HttpApp:
    """An endpoint that checks signatures and answers; the workspace is named later."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.address = f"http://127.0.0.1:{server.server_port}/slack/events"
        self.app: App | None = None

    def use(self, slack: LocalWorkspace) -> None:
        """Listen to a workspace."""
        client, secret = client_of(slack), slack.signing_secret
        app = App(client=client, signing_secret=secret, token_verification_enabled=False)

        @app.event("message")
        def heard(event: dict[str, Any]) -> None:
            words = f"You said: {event['text']}"
            client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text=words)

        @app.command("/tiny")
        def asked(ack: Ack, command: dict[str, Any]) -> None:
            ack(f"Heard: {command['text']}")

        self.app = app


@contextmanager
def http_app() -> Iterator[HttpApp]:
    """Serve an app for as long as the context is open."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers: dict[str, str | Sequence[str]] = {
                name.lower(): [value] for name, value in self.headers.items()
            }
            assert made.app is not None
            answer = made.app.dispatch(BoltRequest(body=body, headers=headers))
            self.send_response(answer.status)
            self.end_headers()
            self.wfile.write((answer.body or "").encode())

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = HttpApp(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
