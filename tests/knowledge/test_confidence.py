from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers.answer import Confidence
from knowledge.answers.quote import Quote
from knowledge.index.passages import Hit
from knowledge.retrieval.confidence import (
    ANSWER_SPREADS,
    CLOSEST,
    FIRST,
    HELP_SPREADS,
    HIGHEST,
    LOWEST,
    Bar,
    bar_above,
    certainty,
    confidence_of,
)
from knowledge.retrieval.retriever import Found
from tests.knowledge.passages import passage

shares = st.floats(0, 1)
BAR = Bar(0.4, 0.5)


def judged(dense: float, shared: float, *closeness: float) -> tuple[Found, list[Quote]]:
    hit = Hit(passage("Text."), 1.0, dense, 1.0, closeness)
    return Found("Q?", (hit,), {}, "v1"), [Quote(hit, "Text.", 1.0, shared, dense)]


@given(shares, shares, shares, shares)
def test_closer_passages_and_more_shared_words_are_never_less_sure(
    dense: float, more: float, shared: float, further: float
):
    low = certainty(*judged(min(dense, more), min(shared, further)))
    high = certainty(*judged(max(dense, more), max(shared, further)))
    assert 0 <= low <= high <= 1 + 1e-9


@given(shares, shares)
def test_the_outcome_follows_the_two_limits(dense: float, shared: float):
    found, quotes = judged(dense, shared)
    score = certainty(found, quotes)
    assert confidence_of(found, quotes, BAR) is (
        Confidence.ANSWERED
        if score >= BAR.answer_from
        else Confidence.UNSURE
        if score >= BAR.help_from
        else Confidence.ABSTAINED
    )


def test_the_closest_unit_of_the_first_three_hits_counts():
    near = Hit(passage("Near."), 0.1, 0.0, 0.0, (0.9,))
    far = [Hit(passage(f"Far {n}."), 0.5, 0.1, 0.0, (0.1,)) for n in range(3)]
    quotes = [Quote(far[0], "Far.", 1.0, 0.0, 0.1)]
    third = Found("Q?", (far[0], far[1], near), {}, "v1")
    fourth = Found("Q?", (*far, near), {}, "v1")
    assert certainty(third, quotes) == pytest.approx(CLOSEST * 0.9 + FIRST * 0.1)
    assert certainty(fourth, quotes) == pytest.approx(CLOSEST * 0.1 + FIRST * 0.1)


def test_nothing_found_is_no_answer():
    found, quotes = judged(1, 1)
    assert confidence_of(Found("Q?", (), {}, ""), [], BAR) is Confidence.ABSTAINED
    assert confidence_of(found, [], BAR) is Confidence.ABSTAINED
    assert certainty(found, quotes) == pytest.approx(1)


@given(st.lists(shares, min_size=1, max_size=200))
def test_the_bar_stands_above_what_cannot_be_answered(certainties: list[float]):
    bar = bar_above(certainties)
    assert LOWEST <= bar.help_from <= HIGHEST
    assert bar.help_from < bar.answer_from < 1
    if LOWEST < bar.help_from < HIGHEST:
        # Chebyshev: of any distribution, at most this share lies so many spreads away.
        over = sum(each >= bar.help_from + 1e-3 for each in certainties) / len(certainties)
        assert over <= 1 / (HELP_SPREADS - 0.1) ** 2


def test_the_bar_of_a_worked_example():
    # Mean 0.3, standard deviation 0.1.
    bar = bar_above([0.2, 0.4] * 50)
    assert bar.help_from == pytest.approx(0.3 + HELP_SPREADS * 0.1)
    assert bar.answer_from == pytest.approx(0.3 + ANSWER_SPREADS * 0.1)
