"""What a running job works with: durable steps, posts that happen once, and the container."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, get_type_hints

from dbos import DBOS, StepOptions, error
from pydantic import PydanticSchemaGenerationError

from bot.jobs.job import Envelope, adapter
from bot.jobs.patience import Patience, StepFailed, may_pass, said_of
from bot.slack.errors import SlackRefused, when_allowed
from bot.slack.gateway import SlackGateway
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place, Posted

log = logging.getLogger(__name__)

A = ParamSpec("A")
T = TypeVar("T")

# One second, 1.3, 1.7 …: some fifty minutes in all, and after an outage never later than by a
# third of its length.
_PATIENT: StepOptions = {
    "name": "step",
    "retries_allowed": True,
    "max_attempts": 27,
    "interval_seconds": 1.0,
    "backoff_rate": 1.3,
}


class Services(Protocol):
    """What the context itself needs of the container."""

    @property
    def slack(self) -> SlackGateway:
        """The gateway to Slack."""

    def now(self) -> datetime:
        """This moment."""


S = TypeVar("S", bound=Services)


class JobContext(Generic[S]):
    """One run of a job.

    Attributes:
        container: every service of the process.
        key: names the job among those of its kind, also after another process adopted it.
        id: names the job among all jobs, as `key` does among those of its kind.
        enqueued_at: when it was stored; the same in every run.
    """

    def __init__(
        self,
        container: S,
        job: str,
        envelope: Envelope,
        recovered: bool,
        doubtful: Callable[[], bool],
    ) -> None:
        """Makes the context of a run.

        Args:
            recovered: whether another run may have done any of its steps unseen.
            doubtful: whether other workers may have taken this one for dead since it began.
        """
        self.container = container
        self.key = envelope.key
        self.enqueued_at = datetime.fromtimestamp(envelope.at, UTC)
        self.id = f"{job}:{envelope.key}"
        self._recovered = recovered
        self._doubtful = doubtful

    @property
    def now(self) -> datetime:
        """This moment; not stored, so another one when the job is run again."""
        return self.container.now()

    @property
    def is_retry(self) -> bool:
        """Whether the step under way may have been done already."""
        status = DBOS.step_status
        tried = status is not None and bool(status.current_attempt)
        return tried or self._recovered or self._doubtful()

    def step(self, function: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
        """Does one step, and stores its result, which is typed by the function's annotation.

        It is tried as `bot.jobs.patience` says, and as long as Slack limits the rate.

        Raises:
            StepFailed: it failed each time, or another try gives the same.
        """
        return self._run(name_of(function), function, partial(function, *args, **kwargs))

    def try_once(self, function: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
        """Does one step that is not tried again when it fails; for what handles its own faults.

        Raises:
            Exception: whatever the function raises.
        """
        call = partial(function, *args, **kwargs)
        stored = DBOS.run_step({"name": name_of(function)}, lambda: _stored(function, call()))
        return _restored(function, stored)

    def slack(self, function: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T | None:
        """Does a step on Slack; None where Slack refuses it, or did not do it in all the time."""
        return self._on_slack(name_of(function), function, partial(function, *args, **kwargs))

    def post_once(self, part: str, place: Place, message: Message) -> Posted | None:
        """Posts a message of this job once, however often the job is run.

        What only one person sees cannot be looked for: after a crash at that very moment they
        may see it twice.

        Args:
            part: names the message among those of the job.

        Returns:
            Where it was posted; None where it cannot be.
        """
        post = partial(self._post, f"{self.id}#{part}", place, message)
        return self._on_slack(f"post {part}", self._post, post)

    def reply(self, part: str, url: str, account: str, message: Message) -> None:
        """Sends somebody a message that only they see.

        Args:
            part: names the message among those of the job.
            url: of the interaction that this replies to; where it is empty, the message goes to
                their direct messages.
        """
        slack = self.container.slack
        if url:
            respond = partial(slack.respond, url, message)
            self._on_slack(f"reply {part}", slack.respond, respond)
        elif user := user_of(account):
            self.post_once(part, Place(user), message)

    def _post(self, key: str, place: Place, message: Message) -> Posted:
        gateway = self.container.slack
        return gateway.post(place, message, key=key, look_first=self.is_retry)

    def _on_slack(self, name: str, function: Callable[..., T], call: Callable[[], T]) -> T | None:
        def unless_refused() -> T | None:
            try:
                return call()
            except SlackRefused as refused:
                log.warning("Slack refuses “%s”: %s", name, refused.code)
                return None

        try:
            stored = self._tried(name, function, unless_refused)
        except StepFailed as failed:
            log.warning("%s", failed)
            return None
        return None if stored is None else _restored(function, stored)

    def _run(self, name: str, function: Callable[..., T], call: Callable[[], T]) -> T:
        return _restored(function, self._tried(name, function, call))

    def _tried(self, name: str, function: Callable[..., T], call: Callable[[], T | None]) -> Any:
        """The stored result of a step."""
        patience = Patience(name)

        def attempt() -> Any:
            with patience.one_try():
                made = when_allowed(call)
            return None if made is None else _stored(function, made)

        options: StepOptions = {**_PATIENT, "name": name, "should_retry": may_pass}
        try:
            return DBOS.run_step(options, attempt)
        except error.DBOSMaxStepRetriesExceeded as failed:
            raise StepFailed(
                said_of(name, failed.errors[-1] if failed.errors else failed)
            ) from failed


def name_of(function: Callable[..., Any]) -> str:
    """What a step is called in logs and traces."""
    while isinstance(function, partial):
        function = function.func
    return str(getattr(function, "__name__", "step")).strip("_<>")


def _result_type(function: Callable[..., Any]) -> Any:
    while isinstance(function, partial):
        function = function.func
    called = function if hasattr(function, "__name__") else type(function).__call__
    return get_type_hints(called).get("return", Any)


def _stored(function: Callable[..., T], result: T) -> Any:
    try:
        return adapter(_result_type(function)).dump_python(result, mode="json")
    except PydanticSchemaGenerationError as failure:
        raise TypeError(
            f"The result of the step {name_of(function)} cannot be stored. "
            "Return plain data or a dataclass."
        ) from failure


def _restored(function: Callable[..., T], stored: Any) -> T:
    result: T = adapter(_result_type(function)).validate_python(stored)
    return result
