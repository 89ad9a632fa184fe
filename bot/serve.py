"""Runs the bot in Slack, over Socket Mode or HTTP, until it is stopped."""

from __future__ import annotations

import faulthandler
import logging
import math
import os
import signal
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from slack_bolt import App
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from bot.answering.answered import finished
from bot.api.server import listening
from bot.app import KeepingApp, in_workspace, jobs_running, slack_app
from bot.container import Container
from bot.data_folder import alone
from bot.errors import SettingsWrong, SlackUnreachable
from bot.features import all_schedules
from bot.jobs.engine import Backlog
from bot.observability.health import LONGEST_WAIT, Check, Health, health_routes, health_server
from bot.observability.question_metrics import Observers
from bot.observability.setup import Instruments
from bot.observability.status_board import StatusBoard
from bot.settings import Settings
from bot.slack.receiving.envelopes import UNREADABLE
from bot.slack.receiving.missed import Attendance, after_a_stop, attending, take_in_missed
from bot.slack.receiving.signatures import Signatures
from bot.slack.receiving.socket_mode import socket_mode

if TYPE_CHECKING:
    from bot.mcp.endpoint import McpService

# The name of the only worker on a SQLite database.
LONE_WORKER = "bot"
# Connections and threads close within this, or are left to the end of the process.
_CLOSING_SECONDS = 10.0
# How often it is looked whether a signal to stop has arrived.
_LOOK_SECONDS = 1.0
# Python's own is five times as long.
_SWITCH_SECONDS = 0.001

log = logging.getLogger(__name__)

CONNECTED = "Uptake is connected to Slack. Press Ctrl-C to stop it."


def serve(
    container: Container,
    http: int | None,
    instruments: Instruments | None = None,
    jobs_url: str | None = None,
    connected: str = CONNECTED,
) -> None:
    """Answers in Slack until a signal to stop arrives, then ends within the grace period.

    Args:
        http: the port for Slack's requests; None for Socket Mode.
        jobs_url: the database of the jobs, where it is not the one in the settings.
        connected: the line to print once messages arrive over Socket Mode.

    Raises:
        SettingsWrong: a token or secret that this way needs is missing, or a port is taken.
        SlackUnreachable: Slack does not answer, or refuses a token.
        AlreadyRunning: another bot works on the same data folder.
    """
    # A thread that takes something in waits less for those that answer.
    sys.setswitchinterval(_SWITCH_SECONDS)
    settings, instruments = container.settings, instruments or Instruments()
    _check_secrets(container, http)
    limited = instruments.metrics.rate_limited if instruments.metrics else lambda: None
    container = in_workspace(container, settings, limited)
    board = StatusBoard(container.slack, partial(finished, container.jobs), time.monotonic)
    me = executor_of(settings)
    container = replace(container, observer=Observers([*instruments.observers, board]))
    jobs = container.jobs
    with (
        _until_told_to_stop(settings.grace_seconds) as stop,
        alone(settings.data_dir.absolute() / _lock_of(me)),
        jobs_running(container, jobs_url or settings.jobs_url, me, settings.grace_seconds),
        _for_tools(container),
        _for_ai_tools(container),
    ):
        app = slack_app(container)
        attendance = _attendance(container, app, is_new=jobs_url is not None)
        board.start()
        jobs.schedule(all_schedules(settings), settings.zone)
        try:
            if http is None:
                _over_socket(container, app, instruments, stop, connected, attendance)
            else:
                with attending(attendance(lambda: True)):
                    _over_http(container, app, http, instruments)
        finally:
            board.stop()
    if not jobs.idle:
        # A step that outlived the grace period would hold the process up; whoever takes its
        # job over looks whether it was done.
        logging.shutdown()
        os._exit(0)


def _attendance(
    container: Container, app: KeepingApp, is_new: bool
) -> Callable[[Check], Attendance]:
    """Makes what looks for messages that were missed, by whether Slack can reach the app.

    Args:
        is_new: whether the workspace is a new one, in which nobody asked before.
    """
    last = None if is_new else container.record.questions.last_asked_in_slack()

    def made(connected: Check) -> Attendance:
        take_in = partial(take_in_missed, container.slack, app.dispatch)
        answers, clock = container.record.answers, container.clock
        since = after_a_stop(last.timestamp() if last else None, clock())
        app.attendance = Attendance(connected, answers, take_in, clock, since)
        return app.attendance

    return made


def _usage(container: Container) -> list[BaseRoute]:
    """Where tools report their use."""
    from bot.api.usage import usage_routes

    return usage_routes(container.record.engine, lambda: datetime.now(UTC))


@contextmanager
def _for_tools(container: Container) -> Iterator[None]:
    """Takes what tools report of their use on a port of its own, where there is one."""
    settings = container.settings
    routes = _usage(container) if settings.usage_port is not None else []
    with listening(routes, settings.usage_port, "UPTAKE_USAGE_PORT", settings.grace_seconds):
        yield


@contextmanager
def _for_ai_tools(container: Container) -> Iterator[None]:
    """Answers AI tools on a port of their own, where there is one."""
    settings = container.settings
    service = _mcp_service(container) if settings.mcp_port is not None else None
    if service is None:
        yield
        return
    port, grace = settings.mcp_port, settings.grace_seconds
    with listening(service.routes, port, "UPTAKE_MCP_PORT", grace, service.endpoint.running):
        yield


def _mcp_service(container: Container) -> McpService | None:
    if container.settings.mcp_url is None:
        return None
    # Its packages take as long to import as all of the answering.
    from bot.mcp.endpoint import mcp_service

    return mcp_service(container)


def _lock_of(executor: str) -> str:
    return "bot.lock" if executor == LONE_WORKER else f"bot-{executor}.lock"


def executor_of(settings: Settings) -> str:
    """The name under which this process works; always the same one on SQLite."""
    if not settings.shared:
        return LONE_WORKER
    return settings.executor_id or f"{socket.gethostname()[:40]}-{uuid.uuid4().hex[:12]}"


def web_app(
    app: App,
    signing_secret: str,
    more: Sequence[BaseRoute] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """The endpoint for Slack's requests, `/slack/events`, and `more` with the context it needs.

    A request whose signature is missing, wrong or older than five minutes is answered 401
    before anything of it is read; one that is no request of Slack's, 400.
    """
    signatures = Signatures(signing_secret)

    async def events(request: Request) -> Response:
        body = await request.body()
        try:
            if not signatures.hold(body, request.headers):
                return Response(status_code=401)
            asked = to_bolt_request(request, body)
        except UNREADABLE:
            return Response(status_code=400)
        # Keeping a payload takes a database write, which must not hold up the others.
        answered = await run_in_threadpool(app.dispatch, asked)
        return to_starlette_response(answered)

    routes = [Route("/slack/events", events, methods=["POST"]), *more]
    return Starlette(routes=routes, lifespan=lifespan)


def _check_secrets(container: Container, http: int | None) -> None:
    settings = container.settings
    if http is None and settings.slack_app_token is None:
        raise SettingsWrong(
            "SLACK_APP_TOKEN is missing, which Socket Mode needs. "
            "Set it in the environment or in .env, or use --http PORT."
        )
    if http is not None and settings.slack_signing_secret is None:
        raise SettingsWrong(
            "SLACK_SIGNING_SECRET is missing, which HTTP needs. "
            "Set it in the environment or in .env."
        )
    if http is None and settings.mcp_url is not None and settings.mcp_port is None:
        raise SettingsWrong(
            "UPTAKE_MCP_URL needs UPTAKE_MCP_PORT, or --http PORT. "
            "Set it in the environment or in .env."
        )


def _over_socket(
    container: Container,
    app: App,
    instruments: Instruments,
    stop: threading.Event,
    connected: str,
    attendance: Callable[[Check], Attendance],
) -> None:
    token = container.settings.slack_app_token
    client = socket_mode(app, token.get_secret_value() if token else None)
    health = health_of(container, instruments, client.is_connected)
    with health_server(health, container.settings.health_port):
        try:
            client.connect()
        except SlackApiError as error:
            raise SlackUnreachable(
                f"Slack does not accept the app token ({error.response.get('error')}). "
                "Check SLACK_APP_TOKEN and that Socket Mode is on."
            ) from error
        except (SlackClientError, OSError) as error:
            raise SlackUnreachable(
                "Slack does not answer the app token's request. Check the network."
            ) from error
        print(connected, flush=True)
        with attending(attendance(client.is_connected)):
            until_set(stop)
        hang_up(client)


def until_set(stop: threading.Event) -> None:
    """Waits for an event that a signal sets.

    A signal that arrives at the moment in which a wait begins does not end it, so the wait is
    begun anew every second.
    """
    while not stop.wait(_LOOK_SECONDS):
        pass


def hang_up(client: SocketModeClient) -> None:
    """Closes the connection to Slack.

    Its threads look up every one to three seconds, unless the socket is shut and something comes.
    slack_sdk's `close` asks its receiver once to end, and waits for it without limit; a receiver
    that starts at the same moment overwrites the request. So it is repeated until it has ended.
    """
    client.current_session_state.terminated = True
    session = client.current_session
    if session is not None and session.sock is not None:
        with suppress(OSError):
            session.sock.shutdown(socket.SHUT_RDWR)
    client.message_processor.event.set()
    client.message_queue.put("")
    closing = threading.Thread(target=client.close, name="hang-up", daemon=True)
    closing.start()
    until = time.monotonic() + _CLOSING_SECONDS
    while closing.is_alive() and time.monotonic() < until:
        client.current_session_state.terminated = True
        closing.join(0.1)


def _over_http(container: Container, app: App, port: int, instruments: Instruments) -> None:
    import uvicorn

    from bot.api.limits import limited

    secret = container.settings.slack_signing_secret
    health = health_of(container, instruments)
    service = _mcp_service(container)
    routes: list[BaseRoute] = [*health_routes(health), *_usage(container)]
    routes += service.routes if service else ()
    lifespan = service.endpoint.running if service else None
    web = web_app(app, secret.get_secret_value() if secret else "", routes, lifespan)
    print(f"Uptake listens for Slack on port {port}, path /slack/events.", flush=True)
    with health_server(health, container.settings.health_port):
        # On a signal it ends the requests under way, and then passes the signal on to us.
        uvicorn.Server(limited(web, port, grace=container.settings.grace_seconds)).run()


def health_of(
    container: Container, instruments: Instruments, connected: Check = lambda: True
) -> Health:
    """What is asked of this worker, by those who watch over processes."""

    def index_version() -> str:
        live = container.index.live()
        return live.name if live is not None else ""

    record, jobs = container.record, container.jobs

    def backlog() -> Backlog:
        # Jobs wait for a database that is away, and would hold up the page.
        return jobs.backlog() if record.answers() else Backlog(0, math.inf)

    metrics = instruments.metrics
    return Health(
        alive=lambda: jobs.watching,
        checks={
            "slack": connected,
            "database": record.answers,
            "index": lambda: len(container.index.snapshot()) > 0,
            "queue": lambda: backlog().oldest < LONGEST_WAIT,
        },
        metrics=None if metrics is None else lambda: metrics.page(backlog, index_version),
    )


@contextmanager
def _until_told_to_stop(grace: float) -> Iterator[threading.Event]:
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        if not stop.is_set():
            threading.Thread(target=give_up, name="last-resort", daemon=True).start()
        stop.set()

    def give_up() -> None:
        """Ends a process that hangs while it closes; its jobs are kept, and taken up again."""
        time.sleep(grace + _CLOSING_SECONDS)
        log.warning("Shutting down took too long. Unfinished work continues at the next start.")
        faulthandler.dump_traceback()
        logging.shutdown()
        os._exit(0)

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
