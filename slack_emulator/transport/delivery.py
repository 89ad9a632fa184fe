"""Sends payloads to the app in order, waits for acknowledgements, and sends again."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from slack_emulator.faults import Faults
from slack_emulator.models import Json
from slack_emulator.state.core import Core

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]
PATIENCE_SECONDS = 3.0
MOST_RETRIES = 3
_HELD_SECONDS = 0.3
_IDLE_SECONDS = 0.5
_BUSY_SECONDS = 0.02


@dataclass(eq=False)
class Envelope:
    """One payload on its way to the app.

    Attributes:
        number: Its place in the order of sending.
        id: The envelope's id; a new one for each try.
        attempt: How often it was sent again.
        reason: Why it was sent again.
        connection: The connection it was handed to.
        deadline: When the acknowledgement is due, by the workspace's clock.
        due: When it is sent again, by the workspace's clock.
        begun: When it was put in line, by the workspace's clock.
        entry: Its number in the log of payloads.
        answer: What the app sent with its acknowledgement.
    """

    number: int
    kind: EnvelopeKind
    payload: Json
    name: str
    id: str = ""
    attempt: int = 0
    reason: str = ""
    connection: str = ""
    deadline: float = 0.0
    due: float = 0.0
    begun: float = 0.0
    entry: int = 0
    answer: Json | None = None
    state: Literal["pending", "sent", "acknowledged", "given up"] = "pending"
    settled: threading.Event = field(default_factory=threading.Event)

    def to_json(self) -> Json:
        """Return the envelope as Socket Mode sends it."""
        answers = self.kind != "events_api"
        body: Json = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": answers,
        }
        if self.kind == "events_api":
            body |= {"retry_attempt": self.attempt, "retry_reason": self.reason}
        return body


class Transport(Protocol):
    """The way to the app: sockets or HTTP."""

    def send(self, envelope: Envelope) -> bool:
        """Send an envelope and set its connection; returns whether somebody was there."""
        ...

    def drop(self, connection: str) -> object:
        """Break a connection."""
        ...

    def refresh(self, connection: str) -> object:
        """Ask the app to connect anew."""
        ...


class Outbox:
    """All payloads to the app: those waiting, those sent, and what became of them.

    Attributes:
        given_up: Those the app never acknowledged.
        waits: The seconds from sending to acknowledgement of each that was acknowledged.
    """

    def __init__(
        self,
        core: Core,
        faults: Faults,
        *,
        patience: float = PATIENCE_SECONDS,
        retries: int = MOST_RETRIES,
        waits: Sequence[float] = (),
    ) -> None:
        """Take the shared core, the faults, and how long and often the app is waited for.

        With `waits`, an event is sent again after so many seconds each, also where the app has no
        connection; without, it is sent again at once and waits for a connection.
        """
        self._core = core
        self._faults = faults
        self.patience = patience
        self._retries = len(waits) or retries
        self._again_after = tuple(waits)
        self._wake = threading.Condition(core.lock)
        self._pending: list[Envelope] = []
        self._sent: dict[str, Envelope] = {}
        self._held: tuple[Envelope, float] | None = None
        self._count = 0
        self._running = False
        self._thread: threading.Thread | None = None
        self._transport: Transport | None = None
        self.given_up: list[Envelope] = []
        self.waits: list[float] = []

    def start(self, transport: Transport) -> None:
        """Begin to send over a transport."""
        self._transport = transport
        self._running = True
        self._thread = threading.Thread(target=self._run, name="workspace-outbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop sending."""
        with self._wake:
            self._running = False
            self._wake.notify_all()
        if self._thread:
            self._thread.join(5)

    def send(self, kind: EnvelopeKind, payload: Json, name: str) -> Envelope:
        """Put a payload at the end of the line; returns at once."""
        with self._wake:
            self._count += 1
            made = Envelope(self._count, kind, payload, name)
            made.begun = self._core.clock()
            made.entry = self._core.log(name, payload, to_app=True, note="waiting")
            if kind != "events_api":
                made.deadline = made.begun + self.patience
            self._pending.append(made)
            self._wake.notify_all()
            return made

    def wake(self) -> None:
        """Look again: a connection came, or time was moved."""
        with self._wake:
            self._wake.notify_all()

    def acknowledge(self, envelope_id: str, answer: Json | None) -> bool:
        """Take the app's acknowledgement; returns whether the envelope was known."""
        with self._wake:
            found = self._sent.pop(envelope_id, None)
            if found is None:
                return False
            if found in self._pending:
                self._pending.remove(found)
            found.answer = answer or {}
            if found.state in ("pending", "sent"):
                self.waits.append(self._core.clock() - found.begun)
            self._settle(found, "acknowledged")
            return True

    def failed(self, envelope: Envelope, reason: str) -> None:
        """Take note that a try failed; an event is sent again."""
        with self._wake:
            if envelope.state == "sent":
                self._again(envelope, reason)
                self._wake.notify_all()

    def lost(self, connection: str) -> None:
        """Put back what was sent over a connection that is gone and was not acknowledged."""
        with self._wake:
            back = [e for e in self._sent.values() if e.connection == connection]
            for envelope in back:
                if envelope.state == "sent":
                    self._put_back(envelope)
            self._wake.notify_all()

    def waiting(self) -> int:
        """Return how many envelopes are not settled."""
        with self._wake:
            # An envelope that was sent again is listed under both of its ids.
            sent = {id(e) for e in self._sent.values() if e.state == "sent"}
            return len(self._pending) + len(sent) + (self._held is not None)

    def _put_back(self, envelope: Envelope) -> None:
        envelope.state, envelope.connection = "pending", ""
        self._pending.append(envelope)
        self._pending.sort(key=lambda other: other.number)

    def _again(self, envelope: Envelope, reason: str) -> None:
        if envelope.kind != "events_api" or envelope.attempt >= self._retries:
            self._settle(envelope, "given up")
            self.given_up.append(envelope)
            return
        if self._again_after:
            envelope.due = self._core.clock() + self._again_after[envelope.attempt]
        envelope.attempt, envelope.reason = envelope.attempt + 1, reason
        self._put_back(envelope)

    def _settle(self, envelope: Envelope, state: Literal["acknowledged", "given up"]) -> None:
        envelope.state = state
        note = state if not envelope.attempt else f"{state}, sent {envelope.attempt + 1} times"
        if envelope.answer:
            note += ", with an answer"
        self._core.annotate(envelope.entry, note)
        envelope.settled.set()

    def _run(self) -> None:
        with self._wake:
            while self._running:
                self._expire()
                if not self._send_next():
                    self._wake.wait(self.seconds_to_next())

    def seconds_to_next(self) -> float | None:
        """Return how long nothing falls due; none where only something new can change that.

        Another clock than the computer's may run faster, so the wait is never long.
        """
        with self._wake:
            if self._held:
                return _BUSY_SECONDS
            due = [e.deadline for e in self._sent.values() if e.state == "sent"]
            due += [e.deadline for e in self._pending if e.kind != "events_api"]
            due += [e.due for e in self._pending if e.due]
        if not due:
            return None
        return min(max(min(due) - self._core.clock(), _BUSY_SECONDS), _IDLE_SECONDS)

    def _expire(self) -> None:
        now = self._core.clock()
        for key, envelope in list(self._sent.items()):
            if envelope.state != "sent":
                # A late acknowledgement of an earlier try still counts while it waits anew.
                if envelope.state in ("acknowledged", "given up"):
                    del self._sent[key]
            elif now >= envelope.deadline:
                self._again(envelope, "timeout")
        for envelope in [e for e in self._pending if e.kind != "events_api"]:
            if now >= envelope.deadline:
                self._pending.remove(envelope)
                self._again(envelope, "timeout")

    def _send_next(self) -> bool:
        held, self._held = self._held, None
        if held and not self._pending and time.monotonic() < held[1]:
            self._held = held
            return False
        now = self._core.clock()
        envelope = next((each for each in self._pending if each.due <= now), None)
        if envelope is None:
            return self._send(held[0]) if held else False
        if held is None and envelope.kind == "events_api" and self._faults.happens("reorder"):
            self._pending.remove(envelope)
            self._held = (envelope, time.monotonic() + _HELD_SECONDS)
            return True
        if not self._send(envelope):
            self._held = held
            if self._again_after and envelope.kind == "events_api":
                self._pending.remove(envelope)
                self._again(envelope, "no_connection")
                return True
            return False
        if envelope in self._pending:
            self._pending.remove(envelope)
        if held and not self._send(held[0]):
            self._put_back(held[0])
        return True

    def _send(self, envelope: Envelope) -> bool:
        assert self._transport is not None
        envelope.id = str(uuid.uuid4())
        # It may have arrived, and the clock be set ahead, before this goes on.
        deadline = self._core.clock() + self.patience
        if not self._transport.send(envelope):
            return False
        envelope.state, envelope.deadline = "sent", deadline
        self._sent[envelope.id] = envelope
        if envelope.kind == "events_api":
            self._add_faults(envelope)
        return True

    def _add_faults(self, envelope: Envelope) -> None:
        assert self._transport is not None
        if not envelope.attempt and self._faults.happens("redeliver"):
            self._count += 1
            copy = Envelope(self._count, envelope.kind, envelope.payload, envelope.name)
            copy.attempt, copy.reason, copy.entry = 1, "timeout", envelope.entry
            copy.begun = self._core.clock()
            self._pending.append(copy)
        if self._faults.happens("drop"):
            self._transport.drop(envelope.connection)
        elif self._faults.happens("refresh"):
            self._transport.refresh(envelope.connection)
