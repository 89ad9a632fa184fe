"""A whole Slack workspace on this computer, for people to try and for tests to ask."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from slack_emulator.api.methods.scheduled import post_due
from slack_emulator.assembly import Parts, Rules
from slack_emulator.errors import NotDelivered, WorkspaceError
from slack_emulator.faults import Faults
from slack_emulator.manifest import DEFAULT_MANIFEST, Manifest, manifest_of
from slack_emulator.models import Json, Session, Traffic
from slack_emulator.people.person import Person
from slack_emulator.seed import TEAM_NAME
from slack_emulator.state.calls import Call
from slack_emulator.state.clock import Clock, ManualClock
from slack_emulator.state.directory import Channel
from slack_emulator.state.messages import Message
from slack_emulator.state.users import PARTNER_TEAM, PersonKind, Profile, user_object
from slack_emulator.transport.delivery import PATIENCE_SECONDS, Envelope, EnvelopeKind
from slack_emulator.transport.http_sender import SignedRequest, signed_request
from slack_emulator.transport.server import Server

Found = TypeVar("Found")
_TICK_SECONDS = 0.25
_DELIVERY_SECONDS = 60.0


class LocalWorkspace:
    """A workspace with people, channels and one app; runs while its context is open.

    Attributes:
        faults: What goes wrong, and how often; may be changed while it runs.
        parts: What it is made of, for those who need more than this class offers.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any] | Path | str | Manifest = DEFAULT_MANIFEST,
        *,
        port: int = 0,
        clock: Clock = time.time,
        faults: Faults | None = None,
        strict_rates: bool = True,
        echo: bool = False,
        patience: float = PATIENCE_SECONDS,
        request_url: str = "",
        name: str = TEAM_NAME,
        retry_after: Sequence[float] = (),
    ) -> None:
        """Build a workspace; nothing is served before it is entered.

        Args:
            manifest: The app's manifest: data, or a JSON or YAML file; a small one by default.
            port: The port, 0 for a free one.
            clock: Seconds since the epoch; a ManualClock is moved by `advance`.
            faults: What goes wrong on purpose.
            strict_rates: Whether calls that come too fast are answered 429.
            echo: Whether the app gets events for its own messages.
            patience: Seconds the app has to acknowledge, and to open a dialog.
            request_url: The app's request URL, for HTTP mode instead of Socket Mode.
            name: The company's name, which the page shows at its top.
            retry_after: Seconds after which an event is sent again, and in the end given up, also
                where nobody is connected; Slack's are 0, 60, 300. By default it waits for the app.

        Raises:
            WorkspaceError: The manifest cannot be used, or the port is taken.
        """
        read = manifest_of(manifest)
        self._server = Server(port)
        self.faults = faults or Faults()
        rules = Rules(strict_rates, echo, patience, request_url, tuple(retry_after))
        self.parts = Parts(read, clock, self.faults, rules, self._server.port)
        self.parts.state.directory.team["name"] = name
        self._clock = clock
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="workspace-ticker", daemon=True)

    def __enter__(self) -> Self:
        """Start serving."""
        self.parts.outbox.start(self.parts.transport)
        self._server.start(self.parts.web())
        self._ticker.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self._over.set()
        self.parts.close()
        self.parts.sockets.drop()
        self._server.stop()
        self._ticker.join()

    def _tick(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            post_due(self.parts.api)

    @property
    def url(self) -> str:
        """Return the address of the page."""
        return f"{self.parts.address}/"

    @property
    def api_url(self) -> str:
        """Return the base address of the Web API, for `WebClient(base_url=…)`."""
        return f"{self.parts.address}/api/"

    @property
    def bot_token(self) -> str:
        """Return the bot token."""
        return self.parts.secrets.tokens.bot

    @property
    def app_token(self) -> str:
        """Return the app-level token, for Socket Mode."""
        return self.parts.secrets.tokens.app

    @property
    def signing_secret(self) -> str:
        """Return the secret that signs requests in HTTP mode."""
        return self.parts.secrets.signing

    @property
    def team_id(self) -> str:
        """Return the team's id."""
        return self.parts.state.directory.team_id

    @property
    def bot_id(self) -> str:
        """Return the user id of the app's bot user."""
        return self.parts.state.directory.app.bot_user_id

    @property
    def mention(self) -> str:
        """Return what a person types to mention the app."""
        name = self.parts.state.directory.user(self.bot_id)["profile"]["display_name"]
        return f"@{name}"

    def user(self, name: str = "user") -> Person:
        """Return a person by role (user, champion, admin, second), handle, full name or id.

        Raises:
            WorkspaceError: Where there is nobody of that name.
        """
        found = self.parts.people.get(name) or (self.parts.state.directory.named(name) or {}).get(
            "id"
        )
        if not found:
            known = ", ".join(self.parts.people)
            raise WorkspaceError(f"There is nobody called {name}. There are: {known}.")
        return Person(self.parts.actions(str(found)), self.parts.reader)

    def add_user(
        self,
        handle: str,
        real_name: str,
        *,
        title: str = "",
        kind: PersonKind = "member",
        team: str = "",
        timezone: str = "Europe/Berlin",
    ) -> Person:
        """Take a new person in.

        Args:
            handle: The name behind the @.
            real_name: The full name.
            title: What they do.
            kind: A member, admin, owner, guest, single_channel_guest, external, bot or deactivated.
            team: The team of somebody external; a partner company's by default.
            timezone: Where they work, as IANA names it.
        """
        kind = "external" if team and team != self.team_id else kind
        home = team or (PARTNER_TEAM if kind == "external" else self.team_id)
        profile = Profile(handle, real_name, title, kind, timezone=timezone)
        made = user_object(self.parts.core.new_id("U"), home, profile)
        self.parts.state.directory.add_user(made)
        return self.user(str(made["id"]))

    def deactivate(self, person: Person) -> None:
        """Close somebody's account: they leave all channels and can do nothing any more."""
        changed = self.parts.state.directory.deactivate(person.id)
        self.parts.events.user_changed(changed)

    def open_group_message(self, *people: Person, with_app: bool = True) -> str:
        """Return the id of the group direct message of these people, opened where there is none."""
        members = [person.id for person in people] + ([self.bot_id] if with_app else [])
        return self.parts.state.directory.direct(*members).id

    def add_channel(
        self,
        name: str,
        members: Sequence[Person] = (),
        *,
        private: bool = False,
        with_app: bool = True,
        external: bool = False,
    ) -> str:
        """Make a channel and give its id; `external` shares it with another company."""
        people = [member.id for member in members] + ([self.bot_id] if with_app else [])
        directory = self.parts.state.directory
        made = directory.create(name, "private" if private else "public", people)
        made.is_ext_shared = external
        return made.id

    def channel(self, name: str) -> str:
        """Return the id of a channel.

        Raises:
            WorkspaceError: Where there is none of that name.
        """
        return self._place(name).id

    def _place(self, name: str) -> Channel:
        found = self.parts.state.directory.find(name)
        if found is None:
            raise WorkspaceError(f"There is no channel {name}.")
        return found

    def messages(self, channel: str = "general") -> list[Message]:
        """Return everything written in a channel, threads and whispers too, oldest first."""
        with self.parts.core.lock:
            return copy.deepcopy(list(self.parts.state.messages.everything(self.channel(channel))))

    def posts(self) -> list[Message]:
        """Return everything the app wrote, in all channels, oldest first."""
        with self.parts.core.lock:
            found = [each for each in self.parts.state.messages.all() if each.via_app]
            return copy.deepcopy(sorted(found, key=lambda each: each.ts))

    def message(self, message: Message) -> Message | None:
        """Return a message as it is now, or nothing where it is gone."""
        with self.parts.core.lock:
            return copy.deepcopy(self.parts.state.messages.find(message.channel, message.ts))

    def replies(self, message: Message) -> list[Message]:
        """Return the replies in a message's thread, oldest first."""
        with self.parts.core.lock:
            found = self.parts.state.messages.thread(message.channel, message.root)
            return copy.deepcopy(list(found[1:]))

    def answers(self, message: Message) -> list[Message]:
        """Return the app's finished replies in a message's thread."""
        return [
            reply
            for reply in self.replies(message)
            if reply.via_app and not (reply.stream and reply.stream.is_open)
        ]

    def session(self, message: Message) -> Session:
        """Return what the app is doing in a message's thread."""
        return self.parts.state.sessions.get(message.channel, message.root)

    def calls(self, method: str = "") -> list[Call]:
        """Return the app's calls of a method, or all, oldest first."""
        return self.parts.calls.of(method)

    def traffic(self) -> Sequence[Traffic]:
        """Return all payloads both ways, oldest first."""
        return self.parts.core.traffic()

    def sent(self, name: str) -> list[Json]:
        """Return the payloads of an event or interaction that went to the app, oldest first."""
        return [each.payload for each in self.traffic() if each.to_app and each.name == name]

    def given_up(self) -> list[Envelope]:
        """Return the payloads the app never acknowledged."""
        with self.parts.core.lock:
            return list(self.parts.outbox.given_up)

    def acknowledgements(self) -> list[float]:
        """Return the seconds each acknowledged payload waited for it, in order of the answers."""
        with self.parts.core.lock:
            return list(self.parts.outbox.waits)

    def redeliver(self, message: Message) -> int:
        """Send the events of a message again, as after a lost answer; returns how many."""
        about = {"channel": message.channel, "ts": message.ts}
        found = {
            each.payload["event_id"]: each
            for each in self.traffic()
            if each.to_app and about.items() <= each.payload.get("event", {}).items()
        }
        for each in found.values():
            self.parts.outbox.send("events_api", each.payload, each.name)
        return len(found)

    def payload(self, name: str) -> Json:
        """Return a copy of the newest payload of an event or interaction, to change and deliver.

        Raises:
            WorkspaceError: Where none was sent.
        """
        found = self.sent(name)
        if not found:
            raise WorkspaceError(f"No {name} was sent to the app yet.")
        return copy.deepcopy(found[-1])

    def deliver(self, kind: EnvelopeKind, payload: Json) -> Json:
        """Send the app any payload the way Slack would, signed in HTTP mode, and wait for it.

        Nothing of the payload is checked: a forged team or user, a replay or a malformed body
        reaches the app as if Slack had let it through.

        Args:
            kind: `events_api`, `interactive` or `slash_commands`.
            payload: What is sent; see `payload` for a real one to start from.

        Returns:
            What the app acknowledged with.

        Raises:
            NotDelivered: Where the app did not acknowledge it.
        """
        name = str(payload.get("command") or payload.get("type") or kind)
        envelope = self.parts.outbox.send(kind, copy.deepcopy(payload), name)
        self.wait_for(
            lambda: envelope.state in ("acknowledged", "given up"), 60, f"{name} delivered"
        )
        if envelope.answer is None:
            raise NotDelivered(f"The app did not acknowledge {name}.")
        return envelope.answer

    def signed_request(
        self, kind: EnvelopeKind, payload: Json, *, secret: str = "", timestamp: int | None = None
    ) -> SignedRequest:
        """Return the HTTP request that carries a payload, for tests that send it themselves.

        Args:
            kind: `events_api`, `interactive` or `slash_commands`.
            payload: What it carries.
            secret: What it is signed with; the workspace's own signing secret by default.
            timestamp: When it claims to be sent, in seconds since the epoch; now by default.
        """
        moment = int(self._clock()) if timestamp is None else timestamp
        return signed_request(kind, payload, secret or self.signing_secret, moment)

    def wait_for(self, found: Callable[[], Found], seconds: float = 10, what: str = "") -> Found:
        """Return what `found` gives as soon as it is true; asked after every change, never by time.

        Raises:
            AssertionError: It was not true in time; says what the app called.
        """
        answer = self.parts.core.wait_for(found, seconds)
        if not answer:
            lately = [f"{call.method} {call.error}".strip() for call in self.calls()[-20:]]
            wanted = what or "what was waited for"
            raise AssertionError(f"{wanted} did not happen in {seconds} s; calls: {lately}")
        return answer

    def wait_for_answer(self, message: Message, seconds: float = 10) -> Message:
        """Return the app's newest finished reply to a message, once there is one."""
        return self.wait_for(lambda: self.answers(message), seconds, "an answer")[-1]

    def wait_until_connected(self, sockets: int = 1, seconds: float = 30) -> None:
        """Wait until the app has so many sockets open."""
        self.wait_for(lambda: self.connections >= sockets, seconds, "a connection")

    def wait_until_quiet(self, seconds: float = 10) -> None:
        """Wait until every payload to the app is acknowledged or given up."""
        self.wait_for(lambda: not self.parts.outbox.waiting(), seconds, "quiet")

    @property
    def connections(self) -> int:
        """Return how many sockets the app has open."""
        return self.parts.sockets.connections

    def drop_sockets(self) -> int:
        """Break the app's sockets; returns how many."""
        return self.parts.sockets.drop()

    def refresh_sockets(self) -> int:
        """Ask the app to connect anew, as Slack does now and then; returns how many."""
        return self.parts.sockets.refresh()

    def advance(self, seconds: float) -> None:
        """Move a ManualClock forward and let happen what is due.

        Raises:
            WorkspaceError: The workspace runs on another clock.
        """
        if not isinstance(self._clock, ManualClock):
            raise WorkspaceError("Only a workspace with a ManualClock can be moved in time.")
        self._clock.advance(seconds)
        post_due(self.parts.api)
        self.parts.outbox.wake()
