"""The gates of a wave, and what their figures say: go, pause, or not enough data.

A gate on a share is passed where the whole 95 % interval is on the right side of what was agreed,
and not passed where the whole interval is on the other side. In between it is too close to call.
Uptake recommends a pause where a gate is not passed, a go where every gate is passed, and says
that there is not enough data otherwise. docs/measures.md explains it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.measures.use import HABIT_WEEKS
from adoption.privacy.disclosure import HIDDEN, MANY, ShownShare
from adoption.pulse.statements import Element
from adoption.reports.rich_text import percent
from adoption.reports.targets import Aim, Verdict, compared
from adoption.rollout.models import Advice
from adoption.rollout.wave import WavePlan

OUTCOMES = {
    Verdict.MET: "Passed",
    Verdict.MISSED: "Not passed",
    Verdict.OPEN: "Too close to call",
    Verdict.HIDDEN: "Not enough data",
}
# A share whose interval is wider could be nearly anything.
_WIDEST = 0.9
# Why a gate has no figure of habitual users.
_EARLY = f"(a habit takes {HABIT_WEEKS} weeks to show)"
_FEW = f"(only shown for {MANY} people or more)"


@dataclass(frozen=True)
class PulseSays:
    """What the newest pulse says about a wave: its barrier, or that it has none.

    Attributes:
        is_sure: whether the barrier is one however its mean was rounded.
    """

    barrier: Element | None
    is_sure: bool = True


@dataclass(frozen=True)
class WaveFigures:
    """Figures of a wave, as they may be shown; all hidden where it is too small.

    Attributes:
        eligible: people who may use the tools, rounded; 0 where they are too few.
        overrides, helpful: of four weeks.
        pulse: None where no pulse says anything about the wave.
    """

    eligible: int = 0
    habitual: ShownShare = HIDDEN
    overrides: ShownShare = HIDDEN
    helpful: ShownShare = HIDDEN
    pulse: PulseSays | None = None


@dataclass(frozen=True)
class Gate:
    """A gate: its target, what was found, and how the two compare.

    Attributes:
        interval: the 95 % interval of what was found: `38–61 %`; empty where it has none.
    """

    name: str
    target: str
    found: str
    verdict: Verdict
    interval: str = ""

    @property
    def in_words(self) -> str:
        """For a message: `Too close to call: habitual users 50 %, target over 40 %`."""
        return self._sentence(self.found)

    def __str__(self) -> str:
        """With its interval: `Too close to call: habitual users 50 % (38–61 %), target …`."""
        return self._sentence(f"{self.found} ({self.interval})" if self.interval else self.found)

    def _sentence(self, found: str) -> str:
        shown = f"{self.name} {found}".rstrip()
        return f"{OUTCOMES[self.verdict]}: {shown}, target {self.target}"


def gates_of(
    plan: WavePlan,
    aims: Sequence[Aim],
    figures: WaveFigures,
    ready: float | None,
    through: date,
) -> list[Gate]:
    """The gates that were agreed for a wave.

    Args:
        aims: the wave's targets; those for habitual users and overrides are gates.
        ready: the share of the next wave's checklist that is ready; None without a next wave.
        through: the last day of the figures. A habit takes nine weeks from the go-live to show.
    """
    made = []
    habitual = HIDDEN if _is_early(plan, through) else figures.habitual
    why_not = _EARLY if _is_early(plan, through) else _FEW
    for aim in aims:
        if aim.measure == "habitual":
            made.append(_share("habitual users", "over", aim.value, habitual, why_not))
        elif aim.measure == "overrides":
            made.append(_share("overrides", "under", aim.value, figures.overrides))
    if plan.helpful_least is not None:
        made.append(_share("helpful answers", "over", plan.helpful_least, figures.helpful))
    if plan.needs_no_barrier:
        made.append(_barrier(figures.pulse))
    if plan.readiness_least is not None and ready is not None:
        made.append(_readiness(plan.readiness_least, ready))
    return made


def advice_of(gates: Sequence[Gate]) -> Advice:
    """Pause where a gate is not passed, go where all are; else there is not enough data."""
    verdicts = {gate.verdict for gate in gates}
    if Verdict.MISSED in verdicts:
        return Advice.PAUSE
    return Advice.GO if verdicts == {Verdict.MET} else Advice.UNKNOWN


def with_interval(share: ShownShare) -> str:
    """A share with its 95 % interval: `74 % (65–82 %)`; empty if hidden, or if it says nothing."""
    interval = _interval(share)
    return f"{share} ({interval})" if interval else ""


def _interval(share: ShownShare) -> str:
    low, high = share.interval or (0.0, 1.0)
    return "" if high - low > _WIDEST else f"{low * 100:.0f}–{high * 100:.0f} %"


def _is_early(plan: WavePlan, through: date) -> bool:
    return through < plan.go_live + timedelta(weeks=HABIT_WEEKS)


def _share(name: str, side: str, value: float, share: ShownShare, why_not: str = "") -> Gate:
    """A gate on a share; `why_not` stands in place of a figure that is not shown."""
    interval = _interval(share)
    verdict = compared(share.interval if interval else None, value, at_most=side == "under")
    found = str(share) if interval else why_not
    return Gate(name, f"{side} {percent(value)}", found, verdict, interval)


def _barrier(pulse: PulseSays | None) -> Gate:
    """Too close to call where rounding alone may have made the barrier."""
    if pulse is None:
        return Gate("the pulse", "no barrier", "", Verdict.HIDDEN)
    if pulse.barrier is None:
        return Gate("the pulse", "no barrier", "shows no barrier", Verdict.MET)
    verdict = Verdict.MISSED if pulse.is_sure else Verdict.OPEN
    return Gate("the pulse", "no barrier", f"shows the barrier {pulse.barrier}", verdict)


def _readiness(least: float, ready: float) -> Gate:
    """The checklist is counted whole, so it needs no interval."""
    verdict = Verdict.MET if ready >= least else Verdict.MISSED
    return Gate(
        "next wave's checklist", f"at least {percent(least)}", f"{percent(ready)} ready", verdict
    )
