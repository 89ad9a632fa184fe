"""Socket Mode in which the messages of a channel are taken in as they were sent, one by one."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty
from time import time
from typing import Any
from zlib import crc32

from slack_bolt import App
from slack_bolt.adapter.socket_mode.internals import send_response
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.receiving.envelopes import answered

log = logging.getLogger(__name__)
_SLACK_LOG = logging.getLogger("slack_sdk.socket_mode")

# Channels that are taken in at the same time; what is stored meanwhile shares a transaction.
_LANES = 32
_LOOK_SECONDS = 1.0
# Slack's client calls itself for each piece that it reads, and for each message in a piece. In
# its own pieces of 1 KB, a dialog of 1 MB takes more calls than Python allows.
_PIECE_BYTES = 2**16
_UNREADABLE = "Received an unsupported data frame"


class OrderedClient(SocketModeClient):
    """Slack's client with one thread for each of some groups of channels.

    Slack's own hands whatever comes to any of ten threads, and a question could overtake the one
    before it. Presses, dialogs and commands still go to those.

    While Slack is away, one line is logged at the beginning and one at the end. No line
    holds what people wrote.
    """

    def __init__(self, **options: Any) -> None:
        # The base class starts the thread that reads messages.
        self._lanes = [ThreadPoolExecutor(1, f"channels-{n}") for n in range(_LANES)]
        self._is_reconnecting = self._is_away = False
        quiet_client = logging.Logger(_SLACK_LOG.name, _SLACK_LOG.getEffectiveLevel())
        quiet_client.parent = _SLACK_LOG
        # Slack's client logs two lines at each try, and what a frame holds that it can't read.
        quiet_client.addFilter(
            lambda line: not self._is_reconnecting and _UNREADABLE not in line.getMessage()
        )
        super().__init__(logger=quiet_client, receive_buffer_size=_PIECE_BYTES, **options)

    def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Connects anew; Slack's client tries again every few seconds where it can't."""
        self._is_reconnecting = True
        try:
            super().connect_to_new_endpoint(force)
        except Exception as error:
            if not self._is_away:
                log.warning("Slack can't be reached (%s). Trying until it can.", _reason(error))
            self._is_away = True
            raise
        self._is_reconnecting = False
        if self._is_away:
            self._is_away = False
            log.warning("Slack can be reached again.")

    def _on_error(self, error: Exception) -> None:
        super()._on_error(error)
        if isinstance(error, RecursionError) and self.current_session is not None:
            # Part of a message is lost, so nobody can tell where the next one begins.
            self.current_session.disconnect()
            with suppress(Exception):  # It is tried again every few seconds.
                self.connect_to_new_endpoint(force=True)

    def process_message(self) -> None:
        """Hands on the next message that the socket has received."""
        try:
            raw = self.message_queue.get(timeout=_LOOK_SECONDS)
        except Empty:
            return
        message = json.loads(raw) if raw and raw.startswith("{") else {}
        if message.get("type") == "disconnect":
            self.connect_to_new_endpoint(force=True)
        elif raw is not None:
            self._pool_of(message).submit(self.run_message_listeners, message, raw)

    def close(self) -> None:
        """Closes the connection and waits for what is being taken in."""
        super().close()
        for lane in self._lanes:
            lane.shutdown()

    def _pool_of(self, message: dict[str, Any]) -> ThreadPoolExecutor:
        channel = _channel_in(message)
        if not channel:
            return self.message_workers
        return self._lanes[crc32(channel.encode()) % _LANES]


def socket_mode(app: App, app_token: str | None) -> SocketModeClient:
    """A client, not yet connected, that has an app answer what comes."""

    def answer(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        began = time()
        send_response(client, request, answered(app, request), began)

    client = OrderedClient(app_token=app_token, web_client=app.client)
    listeners: list[Callable[..., None]] = client.socket_mode_request_listeners
    listeners.append(answer)
    return client


def _reason(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error"))
    return type(error).__name__


def _channel_in(message: dict[str, Any]) -> str:
    """The channel of an event's message; empty for everything else."""
    payload = message.get("payload")
    event = payload.get("event") if isinstance(payload, dict) else None
    return str(event.get("channel") or "") if isinstance(event, dict) else ""
