"""A wave of the rollout as the record has it: what is planned, agreed, and was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adoption.errors import WaveWrong
from adoption.rollout.models import Advice, WaveState


@dataclass(frozen=True)
class WavePlan:
    """What an admin plans for a wave.

    Attributes:
        teams: ids of its teams; without any, the people whom the roster puts into the wave.
        owner: the account of whoever is responsible; empty for nobody.
        helpful_least, readiness_least: shares (0 to 1) for the gate; None asks for nothing.
        needs_no_barrier: whether the pulse must show no barrier.
        cost: what the programme costs for this wave, once; None where it is unknown.
        hours_promised: hours a week that the wave should save; None where nothing was promised.
    """

    go_live: date
    gate_on: date
    teams: frozenset[int] = frozenset()
    owner: str = ""
    helpful_least: float | None = None
    readiness_least: float | None = None
    needs_no_barrier: bool = False
    cost: float | None = None
    hours_promised: float | None = None

    def __post_init__(self) -> None:
        if self.gate_on <= self.go_live:
            raise WaveWrong("The gate must be after the go-live.")
        shares = (self.helpful_least, self.readiness_least)
        if any(share is not None and not 0 < share <= 1 for share in shares):
            raise WaveWrong("A share must be more than 0 and at most 100 per cent.")
        if any(amount is not None and amount < 0 for amount in (self.cost, self.hours_promised)):
            raise WaveWrong("Costs and hours can't be negative.")


@dataclass(frozen=True)
class WaveDecision:
    """What an admin decided at a gate.

    Attributes:
        key: names the press, so that it can be repeated.
        advice: what Uptake recommended, and `figures` why, in lines.
        delay: by how many days the later waves and the next gate move; 0 for a go.
    """

    gate_on: date
    key: str
    decision: Advice
    advice: Advice
    figures: str
    reason: str
    delay: int
    account: str
    at: datetime


@dataclass(frozen=True)
class Wave:
    """A wave as the record has it.

    Attributes:
        teams: names of its teams by id.
        decisions: what was decided at its gates, the newest first.
    """

    id: str
    name: str
    state: WaveState
    version: int
    plan: WavePlan
    teams: Mapping[int, str]
    decisions: Sequence[WaveDecision] = ()

    def is_gate_due(self, today: date) -> bool:
        """Whether an admin is to decide now."""
        is_open = self.state in (WaveState.LIVE, WaveState.PAUSED)
        return is_open and self.plan.gate_on <= today

    def is_launch_due(self, today: date) -> bool:
        """Whether its go-live is today, or was missed."""
        return self.state is WaveState.PLANNED and self.plan.go_live <= today

    def comes_after(self, other: Wave) -> bool:
        """Whether it is planned, and goes live after another wave."""
        return self.state is WaveState.PLANNED and self.plan.go_live > other.plan.go_live
