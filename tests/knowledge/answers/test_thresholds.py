from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers.evaluation import Case, Judged
from knowledge.answers.thresholds import TRIED, Shares, as_fields, at, fitting
from knowledge.retrieval.confidence import Confidence


def made(
    likelihood: float, quoted: bool = True, answerable: bool = True, source: str = ""
) -> Judged:
    case = Case(f"Q{likelihood}{source}?", source, answerable=answerable)
    outcome = Confidence.UNSURE
    return Judged(case, 1 if quoted else None, quoted, outcome, 0.1, likelihood)


def strange(likelihood: float, source: str = "") -> Judged:
    return made(likelihood, quoted=False, answerable=False, source=source)


def test_the_shares_of_a_worked_example():
    judged = [made(0.9), made(0.8, quoted=False), made(0.4), made(0.2), strange(0.7), strange(0.1)]
    assert at(judged, 0.75) == Shares(answered=0.5, wrong=0.25, strange=0.0)
    assert at(judged, 0.6) == Shares(answered=0.5, wrong=0.25, strange=0.5)
    assert at([], 0.5) == Shares(None, None, None)


def test_the_lowest_threshold_that_lets_little_through_fits():
    known = [made(0.9, source=f"g{n}") for n in range(40)]
    wrong = [made(0.52, quoted=False, source=f"w{n}") for n in range(10)]
    tempting = [strange(0.62, f"s{n}") for n in range(10)]
    others = [strange(0.1, f"o{n}") for n in range(30)]
    found = fitting([*known, *wrong, *tempting, *others])
    assert found is not None
    assert found.answer_from == 0.65
    assert found.expected == Shares(answered=0.8, wrong=0.0, strange=0.0)


def test_too_few_questions_suggest_nothing():
    assert fitting([*[made(0.9)] * 29, *[strange(0.1)] * 20]) is None
    assert fitting([*[made(0.9)] * 30, *[strange(0.1)] * 19]) is None
    assert fitting([*[made(0.9)] * 30, *[strange(0.1)] * 20]) is not None


def test_nothing_fits_where_the_surest_answers_are_wrong():
    judged = [*[made(0.99, quoted=False)] * 30, *[strange(0.1)] * 20]
    assert fitting(judged) is None
    assert as_fields(judged)["fitting"] is None


judgements = st.lists(
    st.one_of(
        st.builds(made, st.floats(0, 1), st.booleans(), source=st.sampled_from("abcdefg")),
        st.builds(strange, st.floats(0, 1), st.sampled_from("abcdefg")),
    ),
    max_size=80,
)


@given(judgements)
def test_a_higher_threshold_never_lets_more_through(judged: list[Judged]):
    for name in ("answered", "wrong", "strange"):
        shares = [getattr(at(judged, each), name) for each in TRIED]
        assert shares == [None] * len(TRIED) or shares == sorted(shares, reverse=True)
    found = fitting(judged)
    if found is not None:
        chosen = at(judged, found.answer_from)
        assert chosen.wrong == pytest.approx(0, abs=0.05)
        assert chosen.strange == pytest.approx(0, abs=0.1)
