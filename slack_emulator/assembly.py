"""Puts the parts of a workspace together."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from slack_emulator.api.method import Api
from slack_emulator.api.rates import Rates
from slack_emulator.api.registry import Tokens, WebApi
from slack_emulator.api.web import LINK_PATH, AppRoutes
from slack_emulator.faults import Faults
from slack_emulator.manifest import Manifest
from slack_emulator.page.routes import routes_for
from slack_emulator.people.actions import PersonActions
from slack_emulator.people.interactions import Interactions
from slack_emulator.people.modals import Modals
from slack_emulator.people.reader import WorkspaceReader
from slack_emulator.platform.events import Events
from slack_emulator.platform.response_urls import Responses
from slack_emulator.platform.writing import Writing
from slack_emulator.seed import seeded
from slack_emulator.state import State
from slack_emulator.state.calls import Calls
from slack_emulator.state.clock import Clock
from slack_emulator.state.core import Core
from slack_emulator.state.triggers import Triggers
from slack_emulator.transport.bodies import gone
from slack_emulator.transport.delivery import Outbox, Transport
from slack_emulator.transport.http_sender import HttpSender
from slack_emulator.transport.loopback import LoopbackGuard
from slack_emulator.transport.sockets import SocketHub


@dataclass(frozen=True)
class Rules:
    """How a workspace behaves.

    Attributes:
        strict_rates: Whether calls that come too fast are refused.
        echo: Whether the app hears its own messages.
        patience: Seconds the app has to acknowledge, and to open a dialog.
        request_url: Where payloads are posted in HTTP mode; empty for Socket Mode.
        retry_after: Seconds after which an event is sent again; see LocalWorkspace.
    """

    strict_rates: bool
    echo: bool
    patience: float
    request_url: str
    retry_after: tuple[float, ...]


@dataclass(frozen=True)
class Secrets:
    """What proves who is who; made anew for every workspace.

    Attributes:
        tokens: The app's tokens.
        signing: The secret that requests to the app are signed with.
    """

    tokens: Tokens = field(
        default_factory=lambda: Tokens(
            bot=f"xoxb-local-{secrets.token_hex(12)}", app=f"xapp-local-{secrets.token_hex(12)}"
        )
    )
    signing: str = field(default_factory=lambda: secrets.token_hex(16))


class Parts:
    """All parts of one workspace, wired.

    Attributes:
        people: User ids by role.
    """

    def __init__(
        self, manifest: Manifest, clock: Clock, faults: Faults, rules: Rules, port: int
    ) -> None:
        """Build the parts; nothing runs yet."""
        self.manifest, self.faults, self.secrets = manifest, faults, Secrets()
        self._at = f"127.0.0.1:{port}"
        self.core = Core(clock)
        self.state, self.people = _seeded(self.core, manifest)
        self.outbox = Outbox(self.core, faults, patience=rules.patience, waits=rules.retry_after)
        self.sockets = SocketHub(self.core, self.outbox, self.state.directory.app.app_id)
        self.transport = self._transport(rules)
        self.events = Events(self.state, manifest, self.outbox, echo=rules.echo)
        self.writing = Writing(self.state, self.events)
        self.triggers = Triggers(self.core, rules.patience)
        self.responses = Responses(self.state, self.triggers, self.writing)
        self.interactions = Interactions(
            self.state,
            manifest,
            self.outbox,
            self.triggers,
            self.responses,
            lambda: self.address,
            rules.patience,
        )
        self.modals = Modals(self.state, self.interactions, self.triggers)
        self.calls = Calls(self.core)
        self.rates = Rates(self.core, strict=rules.strict_rates)
        self.api = Api(
            self.state,
            manifest,
            self.events,
            self.writing,
            self.triggers,
            self._new_link,
            lambda: self.address,
        )
        self.reader = WorkspaceReader(self.state, manifest, self.actions)

    @property
    def address(self) -> str:
        """Return the workspace's address."""
        return f"http://{self._at}"

    def _new_link(self) -> str:
        ticket, app = self.sockets.new_ticket(), self.state.directory.app.app_id
        return f"ws://{self._at}{LINK_PATH}?ticket={ticket}&app_id={app}"

    def _transport(self, rules: Rules) -> Transport:
        if not rules.request_url:
            return self.sockets
        return HttpSender(self.core, self.outbox, rules.request_url, self.secrets.signing)

    def actions(self, user: str) -> PersonActions:
        """Return what a person can do."""
        return PersonActions(
            user,
            self.state,
            self.manifest,
            self.writing,
            self.events,
            self.interactions,
            self.modals,
            self.address,
        )

    def web(self) -> Starlette:
        """Return the web application: what apps talk to, and the page."""
        web = WebApi(self.api, self.secrets.tokens, self.rates)
        app = AppRoutes(
            self.api,
            web,
            self.responses,
            self.sockets,
            self.faults,
            self.secrets.tokens.bot,
            self.calls.add,
        )
        link = Route("/archives/{channel}/p{ts}", self._permalink)
        routes = [*app.routes(), link, *routes_for(self.reader)]
        return Starlette(
            routes=routes,
            middleware=[Middleware(LoopbackGuard)],
            exception_handlers={ClientDisconnect: gone},
        )

    async def _permalink(self, request: Request) -> Response:
        channel, digits = request.path_params["channel"], request.path_params["ts"]
        found = self.state.directory.channels.get(channel)
        if found is None or not digits.isdigit():
            return PlainTextResponse("There is no such message here.", 404)
        viewers = [user for user in self.people.values() if self.state.directory.sees(user, found)]
        if not viewers:
            return PlainTextResponse("Nobody here can see that message.", 404)
        person = await run_in_threadpool(self.state.directory.user, viewers[0])
        message = self.state.messages.find(channel, f"{digits[:-6]}.{digits[-6:]}")
        thread = f"?thread={message.root}" if message and message.is_reply else ""
        return RedirectResponse(f"/as/{person['name']}/{channel}{thread}", 303)

    def close(self) -> None:
        """End what runs in the background."""
        self.outbox.stop()
        if isinstance(self.transport, HttpSender):
            self.transport.close()


def _seeded(core: Core, manifest: Manifest) -> tuple[State, dict[str, str]]:
    state, people = seeded(core, manifest)
    return state, dict(people)
