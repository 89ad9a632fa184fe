"""Runs the bot in Slack, over Socket Mode or HTTP, until it is told to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import House, alone, jobs_running, slack_app, slack_client, slack_delivery
from bot.errors import SettingsWrong, SlackUnreachable
from bot.usage_api import usage_routes

# A worker takes up its own unfinished jobs by this name when it starts again.
EXECUTOR = "bot"


def serve(house: House, http: int | None) -> None:
    """Answers in Slack until a signal to stop arrives.

    Args:
        http: the port for Slack's requests; None for Socket Mode.

    Raises:
        SettingsWrong: a token or secret that this way needs is missing.
        SlackUnreachable: Slack does not answer, or refuses a token.
        AlreadyRunning: another bot works on the same data folder.
    """
    settings = house.settings
    _check_secrets(house, http)
    client = slack_client(settings)
    delivery = slack_delivery(settings, client)
    with (
        alone(settings.data_dir.absolute() / "bot.lock"),
        jobs_running(house, delivery, settings.jobs_url, EXECUTOR) as jobs,
    ):
        app = slack_app(settings, client, jobs)
        if http is None:
            _over_socket(house, app)
        else:
            _over_http(house, app, http)


def web_app(app: App, signing_secret: str) -> Starlette:
    """The endpoint for Slack's requests, `/slack/events`.

    A request whose signature is missing, wrong or older than five minutes is answered 401
    before anything of it is read; one that is no request of Slack's, 400.
    """
    verifier = SignatureVerifier(signing_secret)

    async def events(request: Request) -> Response:
        body = await request.body()
        try:
            if not verifier.is_valid_request(body, dict(request.headers)):
                return Response(status_code=401)
            asked = to_bolt_request(request, body)
        # Bolt takes any JSON for an object, and stumbles over a list or nothing.
        except (ValueError, TypeError, AttributeError):
            return Response(status_code=400)
        # Keeping a payload takes a database write, which must not hold up the others.
        answered = await run_in_threadpool(app.dispatch, asked)
        return to_starlette_response(answered)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def _check_secrets(house: House, http: int | None) -> None:
    settings = house.settings
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


def _over_socket(house: House, app: App) -> None:
    token = house.settings.slack_app_token
    handler = SocketModeHandler(app, token.get_secret_value() if token else None)
    with _until_told_to_stop() as stop:
        try:
            handler.client.connect()
        except SlackApiError as error:
            raise SlackUnreachable(
                f"Slack does not accept the app token ({error.response.get('error')}). "
                "Check SLACK_APP_TOKEN and that Socket Mode is on."
            ) from error
        except (SlackClientError, OSError) as error:
            raise SlackUnreachable(
                "Slack does not answer the app token's request. Check the network."
            ) from error
        print("Uptake is connected to Slack. Ctrl-C stops it.", flush=True)
        stop.wait()
        handler.client.close()


def _over_http(house: House, app: App, port: int) -> None:
    import uvicorn

    secret = house.settings.slack_signing_secret
    web = web_app(app, secret.get_secret_value() if secret else "")
    web.router.routes += usage_routes(house.record.engine, lambda: datetime.now(UTC))
    print(f"Uptake listens for Slack on port {port}, path /slack/events.", flush=True)
    uvicorn.run(web, host="0.0.0.0", port=port, log_level="warning")


@contextmanager
def _until_told_to_stop() -> Iterator[threading.Event]:
    stop = threading.Event()

    def told(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
