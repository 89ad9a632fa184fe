"""What people do in Slack, kept before it is acknowledged and then done in durable steps."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from dbos import DBOS, SetWorkflowID, StepOptions

from bot.jobs.run_owner import RunOwner
from uptake import UptakeError

log = logging.getLogger(__name__)

T = TypeVar("T")
# One second, two, four … as patient as an answer.
_PATIENT: StepOptions = {
    "name": "step",
    "retries_allowed": True,
    "max_attempts": 9,
    "interval_seconds": 1.0,
    "backoff_rate": 2.0,
}

Work = Callable[["Deed"], None]


class UnknownDeed(UptakeError):
    """A deed was kept by a version that knew more kinds."""


class Deed:
    """One deed under way.

    Attributes:
        id: names it for good: Slack's trigger, view or event is in it.
        values: what was kept of it, plain data.
    """

    def __init__(self, id: str, values: dict[str, Any], mark: RunOwner) -> None:
        self.id = id
        self.values = values
        # A deed that was begun by another process may have done any of its steps unseen.
        self._resumed = not mark.is_own(mark.claim())

    def step(self, name: str, do: Callable[..., T], *args: Any, **more: Any) -> T:
        """Does one step, tried again for some minutes; its result is kept and plain data."""
        return DBOS.run_step(_PATIENT | {"name": name}, do, *args, **more)

    @property
    def repeated(self) -> bool:
        """Whether the step under way may have been done already."""
        status = DBOS.step_status
        return self._resumed or (status is not None and bool(status.current_attempt))


class Deeds:
    """Keeps deeds and has them done, each once; made before the jobs are launched."""

    def __init__(self) -> None:
        self._kinds: dict[str, Work] = {}
        self._underway: set[str] = set()
        self._mark = RunOwner()
        self._workflow = DBOS.workflow(name="deed")(self._body())

    def on(self, kind: str, work: Work) -> None:
        """Says what is done for a kind of deed."""
        self._kinds[kind] = work

    def take(self, id: str, kind: str, **values: Any) -> None:
        """Keeps a deed; one that is kept already is not done twice."""
        with SetWorkflowID(id):
            DBOS.start_workflow(self._workflow, kind, values)

    def take_now(self, id: str, kind: str, **values: Any) -> None:
        """Keeps a deed and waits until it is done: for what the next view depends on."""
        with SetWorkflowID(id):
            DBOS.start_workflow(self._workflow, kind, values).get_result()

    @property
    def idle(self) -> bool:
        """Whether no deed is under way in this process."""
        return not self._underway

    def _body(self) -> Callable[[str, dict[str, Any]], None]:
        def deed(kind: str, values: dict[str, Any]) -> None:
            id = DBOS.workflow_id or ""
            if kind not in self._kinds:
                raise UnknownDeed(f"Nothing is known of the deed {kind}.")
            self._underway.add(id)
            try:
                self._kinds[kind](Deed(id, values, self._mark))
            finally:
                self._underway.discard(id)

        return deed
