from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.confidence import Confidence, Evidence, confidence_of, evidence_of
from knowledge.retrieval.signals import Signals
from knowledge.retrieval.weights import learned

SURE = Evidence(section=0.5, weakest=0.5, lead=10.0, nearest=0.5, score=20.0)
shares = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (SURE, Confidence.ANSWERED),
        (replace(SURE, lead=0.0), Confidence.UNSURE),
        # A rare name is found by its letters alone: it is offered, not claimed.
        (replace(SURE, nearest=0.1), Confidence.UNSURE),
        (replace(SURE, lead=0.0, nearest=0.1), Confidence.ABSTAINED),
        # Near as a whole, but no word of the question is at home there.
        (replace(SURE, lead=0.0, nearest=0.36, score=10.0), Confidence.ABSTAINED),
        (replace(SURE, lead=0.0, nearest=0.36, score=20.0), Confidence.UNSURE),
        (None, Confidence.ABSTAINED),
    ],
)
def test_there_are_three_outcomes(evidence: Evidence | None, expected: Confidence):
    assert confidence_of(evidence) is expected


@given(st.builds(Evidence, shares, shares, st.floats(-50, 50), shares, shares), st.floats(0, 1))
def test_more_evidence_never_makes_an_answer_less_likely(less: Evidence, more: float):
    assert 0 <= less.likelihood <= 1
    assert 0 <= less.answerable <= 1
    for name in ("section", "weakest", "lead"):
        assert replace(less, **{name: getattr(less, name) + more}).likelihood >= less.likelihood
    for name in ("nearest", "score"):
        assert replace(less, **{name: getattr(less, name) + more}).answerable >= less.answerable


def lead_among(count: int) -> float:
    """The lead of a section that stands four above others that are all alike."""
    scores = np.zeros(count, np.float32)
    scores[0] = 4.0
    alike = Signals(*[scores] * len(Signals.__dataclass_fields__))
    return evidence_of(alike, scores, range(min(count, 10))).lead


def test_a_lead_says_less_where_there_were_few_to_choose_from():
    leads = [lead_among(count) for count in (2, 4, 8, 10, 20, 50, 100, 200)]
    assert leads == sorted(leads)
    assert leads[-1] == leads[-2] == pytest.approx(4.0)
    assert leads[0] < 0 < leads[4]
    assert lead_among(1) == 0.0


def test_what_a_section_gained_from_lessons_says_nothing_of_the_guides():
    scores = np.array([12.0, 9.0], np.float32)
    alike = Signals(*[scores / 20] * len(Signals.__dataclass_fields__))
    plain = evidence_of(alike, scores, (0, 1))
    taught = evidence_of(alike, np.add(scores, [4, 0]), (0, 1), np.array([4.0, 0.0], np.float32))
    assert taught.score == pytest.approx(plain.score)
    assert taught.answerable == pytest.approx(plain.answerable)


def test_a_section_that_stands_out_by_a_rare_word_alone_has_no_larger_lead():
    scores = np.zeros(100, np.float32)
    scores[0] = 1000.0
    alike = Signals(*[scores] * len(Signals.__dataclass_fields__))
    lead = evidence_of(alike, scores, range(10)).lead
    assert lead == pytest.approx(3 * learned().spread)


def test_the_weights_name_signals_that_are_known():
    weights = learned()
    for table in (weights.confidence, weights.offering):
        assert set(table) - {"intercept"} <= set(Evidence.__dataclass_fields__)
    assert all(weight >= 0 for weight in weights.ranking.values())
    assert 0 < weights.answer_from < 1
