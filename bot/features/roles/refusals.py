"""Writes down what people tried and may not do, of what is refused before there is a job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from dbos import DBOS
from sqlalchemy import Engine

from adoption.people.programme_models import Tried
from adoption.privacy.audit import keep_refusal
from bot.jobs.steps import Steps, start


class Refusals:
    """Takes refused tries on."""

    def __init__(self, steps: Steps, engine: Engine, clock: Callable[[], float]) -> None:
        self._steps = steps
        self._engine = engine
        self._clock = clock
        self._job = DBOS.workflow(name="refused")(self._workflow())

    def take(self, trigger: str, account: str, act: Tried, about: str) -> None:
        """Keeps a try; `trigger` names the command or press."""
        key = f"refused:{trigger}"
        start(self._job, key, key, account, act.value, about, self._clock())

    def _workflow(self) -> Callable[[str, str, str, str, float], None]:
        def refused(key: str, account: str, act: str, about: str, at: float) -> None:
            moment = datetime.fromtimestamp(at, UTC)
            self._steps.record(keep_refusal, self._engine, key, account, Tried(act), about, moment)

        return refused
