"""Keeps what somebody did instead of a recommendation, and knows what others say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Weight
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.feedback.overrides import OTHER_REASONS, overrides_by_tool
from bot.jobs.steps import Steps, start

# What others say is looked for in a quarter of a year.
_SPAN = timedelta(days=91)
_MOST_SHOWN = 3


@dataclass(frozen=True)
class Told:
    """What somebody filled in; plain data that a job can keep."""

    tool: str
    reason: str
    detail: str
    weight: str
    recommended: str | None
    did_instead: str | None
    text: str | None
    named: bool
    consent: bool


class Overrides:
    """Takes overrides on, each once."""

    def __init__(
        self, steps: Steps, record: Record, clock: Callable[[], float], minimum: Minimum
    ) -> None:
        self._steps = steps
        self._record = record
        self._clock = clock
        self._minimum = minimum
        self._job = DBOS.workflow(name="override")(self._workflow())

    def take(self, view: str, account: str, told: Told) -> None:
        """Keeps what was sent from a dialog, `view`."""
        start(self._job, f"override:{view}", view, account, asdict(told), self._clock())

    def others_say(self, tool: str) -> list[str]:
        """The reasons most often given for not following a tool, as the record names them.

        Nothing where fewer people than the minimum said anything. Only names are given: figures
        before and after one more override would tell who gave it.
        """
        now = datetime.fromtimestamp(self._clock(), UTC)
        found = overrides_by_tool(self._record.engine, now - _SPAN, now, self._minimum)
        for each in found:
            if each.tool == tool:
                reasons = [share.reason for share in each.reasons if share.reason != OTHER_REASONS]
                return reasons[:_MOST_SHOWN]
        return []

    def _workflow(self) -> Callable[[str, str, dict[str, Any], float], None]:
        def override(view: str, account: str, told: dict[str, Any], at: float) -> None:
            self._steps.record(self._keep, view, account, told, at)

        return override

    def _keep(self, view: str, account: str, values: dict[str, Any], at: float) -> None:
        told = Told(**values)
        self._record.feedback.add_overrides(
            [
                Override(
                    id=f"override:{view}",
                    account=account,
                    tool=told.tool,
                    at=datetime.fromtimestamp(at, UTC),
                    reason=OverrideReason(told.reason),
                    detail=told.detail,
                    text=told.text,
                    recommended=told.recommended,
                    did_instead=told.did_instead,
                    weight=Weight(told.weight),
                    consent=told.consent,
                    named=told.named,
                )
            ]
        )
