"""The rollout in a digest and a report: where each wave is, and what its gate says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from adoption.privacy.groups import Minimum
from adoption.reports.programme.part import Part, Span
from adoption.reports.recommendations import PROGRAMME, Finding, Recommendation
from adoption.reports.rich_text import (
    RichText,
    Section,
    Table,
    UntrustedText,
    counted,
    day_in_words,
)
from adoption.reports.rollout.figures import WaveStatus, wave_statuses
from adoption.reports.rollout.gates import Gate, with_interval
from adoption.reports.targets import Verdict
from adoption.rollout.models import Advice, WaveState
from adoption.usage.queries import UseReader

_WORDS = {
    Advice.GO: "the figures say go",
    Advice.PAUSE: "the figures say pause",
    Advice.UNKNOWN: "there is not enough data for go or pause",
}
# Beside what a week's figures show: a use that fell steeply is still the headline, for a gate has
# a message of its own.
_PAUSE, _GO, _UNKNOWN, _LATE = 0.7, 0.55, 0.5, 0.65


def rollout_part(
    reader: UseReader, span: Span, minimum: Minimum, with_checklists: bool = True
) -> Part:
    """How every wave stands at the end of a span; empty where no wave is planned."""
    today = span.last + timedelta(days=1)
    found = wave_statuses(reader, today, span.zone, minimum, with_checklists)
    if not found:
        return Part()
    # A digest's message shows the first lines: what is decided comes last.
    lines = [wave_line(each) for each in sorted(found, key=_is_passed)]
    section = Section("rollout", "Rollout", lines, _table(found))
    return Part(section, [finding for each in found for finding in _findings(each, span)])


def _is_passed(status: WaveStatus) -> bool:
    return status.wave.state is WaveState.PASSED


def wave_line(status: WaveStatus) -> RichText:
    """Where a wave is, in one line; what its gate says once it is live."""
    wave, plan = status.wave, status.wave.plan
    name: RichText = (UntrustedText(wave.name), ": ")
    if wave.state is WaveState.PLANNED:
        found = status.checklist
        ready = f", {found.ready} of {len(found.items)} ready" if found else ""
        return (*name, f"planned for {day_in_words(plan.go_live)}{ready}.")
    if wave.state is WaveState.PASSED:
        return (*name, f"live since {day_in_words(plan.go_live)}, gate passed.")
    state = (
        "paused" if wave.state is WaveState.PAUSED else f"live since {day_in_words(plan.go_live)}"
    )
    return (*name, f"{state}, gate on {day_in_words(plan.gate_on)}: {_WORDS[status.advice]}.")


def evidence_of(status: WaveStatus) -> list[Gate]:
    """Every gate, those that are not passed first; with its interval as text."""
    order = (Verdict.MISSED, Verdict.HIDDEN, Verdict.OPEN, Verdict.MET)
    return sorted(status.gates, key=lambda gate: order.index(gate.verdict))


def _findings(status: WaveStatus, span: Span) -> Iterator[Finding]:
    wave, today = status.wave, span.last + timedelta(days=1)
    name = UntrustedText(wave.name)
    if wave.is_launch_due(span.last):
        text: RichText = ("Launch ", name, ", or move its go-live.")
        sentence: RichText = (name, f" was due to go live on {day_in_words(wave.plan.go_live)}.")
        evidence = _missing(status) or "it is due, and nobody has launched it"
        action = Recommendation(f"launch:{wave.id}", text, (evidence,), PROGRAMME)
        yield Finding(_LATE, sentence, action)
    # A gate that comes up in the week of the digest is decided on then.
    if wave.is_gate_due(today + timedelta(days=6)):
        yield _gate_finding(status)


def _missing(status: WaveStatus) -> str:
    missing = len(status.missing)
    verb = "is" if missing == 1 else "are"
    return f"{counted(missing, 'item')} of its checklist {verb} not ready" if missing else ""


def _gate_finding(status: WaveStatus) -> Finding:
    name = UntrustedText(status.wave.name)
    gates = ". ".join(gate.in_words for gate in evidence_of(status))
    evidence = gates or "this gate has no targets"
    weight, verb = {
        Advice.PAUSE: (_PAUSE, "should pause"),
        Advice.GO: (_GO, "can go on"),
        Advice.UNKNOWN: (_UNKNOWN, "has not enough data at its gate"),
    }[status.advice]
    after: RichText = (" before ", UntrustedText(status.follows)) if status.follows else ()
    text: RichText = ("Decide on ", name, *after, ": ", f"{_WORDS[status.advice]}.")
    subject = f"gate:{status.wave.id}:{status.wave.plan.gate_on}"
    action = Recommendation(subject, text, (evidence,), PROGRAMME)
    return Finding(weight, (name, f" {verb}."), action)


def _table(found: Sequence[WaveStatus]) -> Table:
    columns = ["Wave", "State", "Go-live", "Gate", "Habitual users", "Overridden", "Helpful"]
    rows = [
        [
            UntrustedText(each.wave.name),
            str(each.wave.state),
            each.wave.plan.go_live.isoformat(),
            each.wave.plan.gate_on.isoformat(),
            with_interval(each.figures.habitual) or "–",
            with_interval(each.figures.overrides) or "–",
            with_interval(each.figures.helpful) or "–",
            str(each.figures.pulse.barrier or "none") if each.figures.pulse else "–",
            _decided(each),
        ]
        for each in found
    ]
    return Table([*columns, "Barrier", "Decided"], rows).without_empty_columns()


def _decided(status: WaveStatus) -> str:
    decisions = status.wave.decisions
    if not decisions:
        return "–"
    newest = decisions[0]
    return UntrustedText(
        f"{newest.decision}: {newest.reason}" if newest.reason else newest.decision
    )
