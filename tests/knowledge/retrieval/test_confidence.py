from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.confidence import Confidence, Evidence, confidence_of
from knowledge.retrieval.weights import learned

SURE = Evidence(section=0.5, weakest=0.5, lead=10.0, nearest=0.5)
shares = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (SURE, Confidence.ANSWERED),
        (replace(SURE, lead=0.0), Confidence.UNSURE),
        # A rare name is found by its letters alone: it is offered, not claimed.
        (replace(SURE, nearest=0.1), Confidence.UNSURE),
        (replace(SURE, lead=0.0, nearest=0.1), Confidence.ABSTAINED),
        (None, Confidence.ABSTAINED),
    ],
)
def test_there_are_three_outcomes(evidence: Evidence | None, expected: Confidence):
    assert confidence_of(evidence) is expected


@given(shares, shares, st.floats(-50, 50), shares, st.floats(0, 1))
def test_more_evidence_never_makes_an_answer_less_likely(
    section: float, weakest: float, lead: float, nearest: float, more: float
):
    less = Evidence(section, weakest, lead, nearest)
    assert 0 <= less.likelihood <= 1
    for name in ("section", "weakest", "lead"):
        assert replace(less, **{name: getattr(less, name) + more}).likelihood >= less.likelihood


def test_the_weights_name_signals_that_are_known():
    weights = learned()
    assert set(weights.confidence) <= set(Evidence.__dataclass_fields__)
    assert all(weight >= 0 for weight in weights.ranking.values())
    assert 0 < weights.answer_from < 1
