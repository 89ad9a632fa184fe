"""Runs Slack's own clients against a workspace: Bolt apps, and bare sockets that do not answer."""

from __future__ import annotations

import queue
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from slack_emulator import LocalWorkspace

PATIENCE = 10.0
_LOOK_SECONDS = 0.1


def client_of(slack: LocalWorkspace) -> WebClient:
    """Give a client with the bot token that does not try again on its own."""
    return WebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


def bolt_app(slack: LocalWorkspace) -> App:
    """Give an app without listeners; it acknowledges after its listeners have run."""
    client = client_of(slack)
    return App(client=client, token_verification_enabled=False, process_before_response=True)


@contextmanager
def running(app: App, slack: LocalWorkspace) -> Iterator[SocketModeHandler]:
    """Connect an app over Socket Mode for as long as the context is open."""
    handler = SocketModeHandler(app, slack.app_token, web_client=app.client)
    look_often(handler.client)
    handler.connect()
    slack.wait_until_connected()
    try:
        yield handler
    finally:
        hang_up(handler.client)


def look_often(client: SocketModeClient) -> None:
    """Let a client that isn't connected yet see a broken socket after a tenth of a second.

    Slack's client looks every `ping_interval` (10 s) and gives up a socket that sent no pong in
    four of them. With a short one, a busy machine would lose one good socket after the other.
    """
    client.current_app_monitor.interval_seconds = _LOOK_SECONDS


def hang_up(client: SocketModeClient) -> None:
    """Close a client at once; left alone, its threads look up only every one to three seconds."""
    client.auto_reconnect_enabled = False
    session = client.current_session
    if session is not None and session.sock is not None:
        with suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    client.message_processor.event.set()
    client.message_queue.put("")
    # The client's own thread may see the end of the socket first, and close it under our hands.
    with suppress(AttributeError):
        client.close()


class Ear:
    """A socket of the app that keeps what it hears and acknowledges only when told to."""

    def __init__(self, slack: LocalWorkspace) -> None:
        """Connect."""
        self.heard: queue.Queue[SocketModeRequest] = queue.Queue()
        self.client = SocketModeClient(slack.app_token, web_client=client_of(slack))
        look_often(self.client)
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.connect()

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.heard.put(request)

    def next(self) -> SocketModeRequest:
        """Give the next envelope."""
        return self.heard.get(timeout=PATIENCE)

    def acknowledge(self, request: SocketModeRequest) -> None:
        """Acknowledge an envelope."""
        self.client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


@contextmanager
def ear(slack: LocalWorkspace) -> Iterator[Ear]:
    """Open a listening socket for as long as the context is open, and the workspace knows of it."""
    before = slack.connections
    made = Ear(slack)
    slack.wait_until_connected(before + 1)
    try:
        yield made
    finally:
        hang_up(made.client)
        slack.wait_for(lambda: slack.connections <= before, what="the end of a connection")
