"""The formula of go and pause."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.pulse.statements import Element
from adoption.reports.rollout.gates import (
    OUTCOMES,
    Gate,
    PulseSays,
    WaveFigures,
    advice_of,
    gates_of,
    with_interval,
)
from adoption.reports.targets import Aim, Dimension, Verdict, compared
from adoption.rollout.models import Advice
from tests.adoption.reports.shares import exact
from tests.adoption.rollout.test_waves import TODAY, plan

AIMS = [
    Aim("habitual", Dimension.WAVE, "One", 0.4),
    Aim("overrides", Dimension.WAVE, "One", 0.3),
    Aim("weekly", Dimension.WAVE, "One", 0.9),
]
SHARES = st.one_of(
    st.just(HIDDEN),
    st.integers(1, 400).flatmap(
        lambda whole: st.builds(lambda part: exact(part, whole), st.integers(0, whole))
    ),
)
LATE = TODAY + timedelta(weeks=12)


def shown(part: int, whole: int) -> ShownShare:
    return exact(part, whole)


@given(SHARES, st.floats(0.01, 0.99))
def test_a_gate_is_passed_or_not_only_with_its_whole_interval(share: ShownShare, value: float):
    least, most = (compared(share.interval, value, at_most=at_most) for at_most in (False, True))
    if share.interval is None:
        assert least is most is Verdict.HIDDEN
        return
    low, high = share.interval
    assert (least is Verdict.MET) == (low > value) == (most is Verdict.MISSED)
    assert (least is Verdict.MISSED) == (high < value) == (most is Verdict.MET)
    assert (least is Verdict.OPEN) == (most is Verdict.OPEN) == (low <= value <= high)


@given(st.lists(st.sampled_from(Verdict), max_size=6))
def test_one_gate_that_is_not_passed_is_a_pause_and_a_go_needs_all(verdicts: list[Verdict]):
    advice = advice_of([Gate("g", "a", "f", verdict) for verdict in verdicts])
    assert (advice is Advice.PAUSE) == (Verdict.MISSED in verdicts)
    assert (advice is Advice.GO) == (bool(verdicts) and set(verdicts) == {Verdict.MET})
    # Nothing agreed, hidden figures, or figures that are too close to call.
    assert (advice is Advice.UNKNOWN) == (advice not in (Advice.PAUSE, Advice.GO))


def test_every_gate_that_was_agreed_is_judged_by_its_figure():
    agreed = plan(helpful_least=0.5, readiness_least=0.8, needs_no_barrier=True)
    figures = WaveFigures(
        100,
        habitual=shown(80, 100),
        overrides=shown(10, 100),
        helpful=shown(52, 100),
        pulse=PulseSays(Element.KNOWLEDGE),
    )
    found = gates_of(agreed, AIMS, figures, 0.75, LATE)
    assert [str(gate) for gate in found] == [
        "Passed: habitual users 80 % (70–87 %), target over 40 %",
        "Passed: overrides 10 % (5–19 %), target under 30 %",
        "Too close to call: helpful answers 52 % (41–62 %), target over 50 %",
        "Not passed: the pulse shows the barrier knowledge, target no barrier",
        "Not passed: next wave's checklist 75 % ready, target at least 80 %",
    ]
    assert advice_of(found) is Advice.PAUSE
    better = replace(figures, helpful=shown(90, 100), pulse=PulseSays(None))
    assert advice_of(gates_of(agreed, AIMS, better, 0.8, LATE)) is Advice.GO
    # Without a next wave there is nothing to be ready for.
    assert len(gates_of(agreed, AIMS, better, None, LATE)) == 4


def test_a_barrier_that_rounding_may_have_made_is_too_close_to_call():
    agreed = plan(needs_no_barrier=True)
    for is_sure, verdict in ((True, Verdict.MISSED), (False, Verdict.OPEN)):
        figures = WaveFigures(pulse=PulseSays(Element.DESIRE, is_sure))
        assert gates_of(agreed, [], figures, None, LATE)[0].verdict is verdict


def test_figures_that_are_hidden_are_not_enough_data():
    agreed = plan(helpful_least=0.5, needs_no_barrier=True)
    found = gates_of(agreed, AIMS, WaveFigures(), 0.9, LATE)
    assert {gate.verdict for gate in found} == {Verdict.HIDDEN}
    assert [str(gate) for gate in found[:2]] == [
        "Not enough data: habitual users (only shown for 50 people or more), target over 40 %",
        "Not enough data: overrides, target under 30 %",
    ]
    assert advice_of(found) is Advice.UNKNOWN


def test_a_share_that_could_be_anything_is_not_enough_data():
    figures = WaveFigures(100, helpful=ShownShare(0.5, 0.5, 10))
    [gate] = gates_of(plan(helpful_least=0.5), [], figures, None, LATE)
    assert gate.verdict is Verdict.HIDDEN
    assert with_interval(figures.helpful) == ""


@pytest.mark.parametrize(("weeks", "verdict"), [(8, Verdict.HIDDEN), (9, Verdict.MISSED)])
def test_a_habit_is_not_judged_before_it_can_be_there(weeks: int, verdict: Verdict):
    figures = WaveFigures(100, habitual=shown(0, 100))
    [gate] = gates_of(plan(), AIMS[:1], figures, None, TODAY + timedelta(weeks=weeks))
    assert gate.verdict is verdict
    assert ("(a habit takes 9 weeks to show)" in gate.in_words) == (weeks < 9)


def test_every_verdict_has_words():
    assert set(OUTCOMES) == set(Verdict)
