from __future__ import annotations

import logging
import threading

from slack_bolt.adapter.socket_mode import SocketModeHandler

from bot.serve import hang_up
from slack_emulator import LocalWorkspace
from tests.support.slack_apps import bolt_app, running


class _Slowly(logging.Handler):
    """Holds slack_sdk's receiver up where it has seen an open socket and not yet begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("Starting to receive"):
            self.begun.set()
            self.go_on.wait(10)


def test_a_receiver_that_just_sets_out_does_not_hold_up_the_end():
    slowly = _Slowly()
    logger = logging.getLogger("test.hang_up")
    logger.setLevel(logging.INFO)
    logger.addHandler(slowly)
    with LocalWorkspace() as slack:
        handler = SocketModeHandler(bolt_app(slack), slack.app_token, logger=logger)
        handler.client.connect()
        assert slowly.begun.wait(10)
        threading.Timer(0.5, slowly.go_on.set).start()
        ended = threading.Thread(target=hang_up, args=(handler.client,), daemon=True)
        ended.start()
        ended.join(9)
        assert not ended.is_alive()
        assert not handler.client.current_session_runner.is_alive()


def test_closing_ends_the_connection():
    with LocalWorkspace() as slack:
        app = bolt_app(slack)
        with running(app, slack) as handler:
            hang_up(handler.client)
            assert not handler.client.is_connected()
