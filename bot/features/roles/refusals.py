"""Writes down what people tried and may not do, of what is refused before there is a job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from dbos import DBOS

from adoption.privacy.models import RestrictedAction
from adoption.record import Record
from bot.jobs.steps import Steps, start


class Refusals:
    """Takes refused tries on."""

    def __init__(self, steps: Steps, record: Record, clock: Callable[[], float]) -> None:
        self._steps = steps
        self._record = record
        self._clock = clock
        self._job = DBOS.workflow(name="refused")(self._workflow())

    def take(self, trigger: str, account: str, act: RestrictedAction, about: str) -> None:
        """Keeps a try; `trigger` names the command or press."""
        key = f"refused:{trigger}"
        start(self._job, key, key, account, act.value, about, self._clock())

    def _workflow(self) -> Callable[[str, str, str, str, float], None]:
        def refused(key: str, account: str, act: str, about: str, at: float) -> None:
            moment = datetime.fromtimestamp(at, UTC)
            add, action = self._record.refused_actions.add, RestrictedAction(act)
            self._steps.record(add, key, account, action, about, moment)

        return refused
