from __future__ import annotations

import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from knowledge.errors import ModelResting, ModelUnavailable
from knowledge.llm.breaker import Breaker
from tests.support.examples import examples


class Clock:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def call(breaker: Breaker, fails: bool) -> None:
    with breaker.guarding():
        if fails:
            raise ModelUnavailable("no")


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ModelUnavailable):
            call(breaker, True)


def test_failures_in_a_row_open_it_and_none_less():
    breaker = Breaker(Clock(), failures=3, rest=60)
    fail(breaker, 2)
    call(breaker, False)
    fail(breaker, 2)
    assert not breaker.is_open
    fail(breaker)
    assert breaker.is_open
    with pytest.raises(ModelResting):
        call(breaker, False)


def test_after_a_rest_one_call_probes_and_closes_it():
    clock = Clock()
    breaker = Breaker(clock, failures=1, rest=60)
    fail(breaker)
    clock.now += 59.9
    with pytest.raises(ModelResting):
        call(breaker, False)
    clock.now += 0.1
    call(breaker, False)
    assert not breaker.is_open
    call(breaker, False)


def test_a_failed_probe_makes_it_rest_again():
    clock = Clock()
    breaker = Breaker(clock, failures=5, rest=60)
    fail(breaker, 5)
    clock.now += 60
    fail(breaker)
    clock.now += 59
    with pytest.raises(ModelResting):
        call(breaker, False)


def test_while_a_probe_is_under_way_nobody_else_is_let_through():
    clock = Clock()
    breaker = Breaker(clock, failures=1, rest=60)
    fail(breaker)
    clock.now += 60
    refused: list[bool] = []

    def another() -> None:
        try:
            call(breaker, False)
        except ModelResting:
            refused.append(True)

    with breaker.guarding():
        others = [threading.Thread(target=another) for _ in range(4)]
        for each in others:
            each.start()
        for each in others:
            each.join()
    assert refused == [True] * 4
    assert not breaker.is_open


def test_what_is_no_fault_of_the_model_does_not_count():
    breaker = Breaker(Clock(), failures=1)
    with pytest.raises(ZeroDivisionError), breaker.guarding():
        raise ZeroDivisionError
    assert not breaker.is_open


class AnyHistory(RuleBasedStateMachine):
    """Calls that go well or badly and time that passes, against a plain model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = Breaker(self.clock, failures=3, rest=10)
        self.in_a_row = 0
        self.open_since: float | None = None

    @rule(seconds=st.integers(0, 12))
    def time_passes(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(fails=st.booleans())
    def is_called(self, fails: bool) -> None:
        rests = self.open_since is not None and self.clock.now < self.open_since + 10
        try:
            call(self.breaker, fails)
        except ModelResting:
            assert rests
            return
        except ModelUnavailable:
            self.in_a_row += 1
            if self.open_since is not None or self.in_a_row >= 3:
                self.open_since = self.clock.now
        else:
            self.in_a_row, self.open_since = 0, None
        assert not rests

    @invariant()
    def is_open_when_it_should_be(self) -> None:
        assert self.breaker.is_open == (self.open_since is not None)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(deadline=None, max_examples=examples(50))
