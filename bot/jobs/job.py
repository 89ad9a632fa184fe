"""What a job is: a function with a name, a version and a typed payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import TypeAdapter

from uptake import UptakeError

C = TypeVar("C")
P = TypeVar("P")
R = TypeVar("R")

# A payload as JSON of one version, as the next version has it.
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


class NewerPayload(UptakeError):
    """A payload was stored by a version of the job that is newer than this one."""


@dataclass(frozen=True)
class Envelope:
    """A payload as it is stored.

    Attributes:
        key: names the job among those of its kind for good. It is stored here because DBOS gives
            a job another id when a newer version of Uptake adopts it.
        version: of the payload.
        at: when it was enqueued, in seconds since 1970.
    """

    key: str
    version: int
    at: float
    payload: Any

    def to_json(self) -> dict[str, Any]:
        """The envelope as plain data."""
        return {"key": self.key, "version": self.version, "at": self.at, "payload": self.payload}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Envelope:
        """The envelope from `to_json`."""
        return cls(stored["key"], stored["version"], stored["at"], stored["payload"])


@dataclass(frozen=True)
class JobKind(Generic[P, R]):
    """A kind of job: its name and what is stored of it, without what it does.

    It is declared apart from its function where others enqueue it, or read what is stored.

    Attributes:
        name: names the kind for good, like `feedback.comment`.
        version: grows when payloads or steps change.
        upgrades: bring a payload of the version they are listed under to the next one; without
            one, the payload is taken as it is.
    """

    name: str
    version: int
    payloads: TypeAdapter[P]
    results: TypeAdapter[R]
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        version: int,
        payload: type[P],
        result: Any = None,
        upgrades: Mapping[int, Upgrade] | None = None,
    ) -> JobKind[P, Any]:
        """A kind whose function is elsewhere, made with `does`."""
        return JobKind(name, version, TypeAdapter(payload), TypeAdapter(result), upgrades or {})

    def id_of(self, key: str) -> str:
        """The workflow id under which a job is first stored."""
        return f"{self.name}:{key}"

    def envelope(self, key: str, payload: P, at: float) -> dict[str, Any]:
        """A payload as it is stored."""
        stored = self.payloads.dump_python(payload, mode="json")
        return Envelope(key, self.version, at, stored).to_json()

    def payload_of(self, envelope: Envelope) -> P:
        """The payload in an envelope of this version or an older one.

        Raises:
            NewerPayload: the envelope is of a newer version.
            ValidationError: the payload does not fit, and no upgrade makes it fit.
        """
        if envelope.version > self.version:
            raise NewerPayload(
                f"A job {self.name} is of version {envelope.version}, and this Uptake knows "
                f"{self.version}. Start the newer Uptake again; it finishes the job."
            )
        stored = envelope.payload
        for version in range(envelope.version, self.version):
            upgrade = self.upgrades.get(version)
            stored = upgrade(stored) if upgrade else stored
        return self.payloads.validate_python(stored)


@dataclass(frozen=True)
class Job(JobKind[P, R]):
    """A kind of job with the function that does it."""

    function: Callable[[Any, P], R] = field(kw_only=True)


def job(
    name: str, version: int, upgrades: Mapping[int, Upgrade] | None = None
) -> Callable[[Callable[[C, P], R]], Job[P, R]]:
    """Makes a job of a function that takes a context and a payload, a frozen dataclass.

    Raises:
        TypeError: the function is not annotated.
    """

    def made(function: Callable[[C, P], R]) -> Job[P, R]:
        hints = get_type_hints(function)
        taken = [hint for parameter, hint in hints.items() if parameter != "return"]
        if len(taken) != 2 or "return" not in hints:
            raise TypeError(f"The job {name} needs annotations: a context, a payload, a result.")
        payloads, results = adapter(taken[1]), adapter(hints["return"])
        return Job(name, version, payloads, results, upgrades or {}, function=function)

    return made


def does(kind: JobKind[P, R]) -> Callable[[Callable[[C, P], R]], Job[P, R]]:
    """Makes a job of a declared kind and the function that does it."""

    def made(function: Callable[[C, P], R]) -> Job[P, R]:
        stored = (kind.payloads, kind.results, kind.upgrades)
        return Job(kind.name, kind.version, *stored, function=function)

    return made


@cache
def adapter(type: Any) -> TypeAdapter[Any]:
    """Validates values of a type and turns them into plain data."""
    return TypeAdapter(type)


@dataclass(frozen=True)
class Due:
    """The payload of a job that a schedule starts: the moment that it was due."""

    at: datetime
