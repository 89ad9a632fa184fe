from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answers.answerer import Answerer
from knowledge.answers.evaluation import Case, Judged, as_fields, figures, folded, judge
from knowledge.index.index import Index
from knowledge.retrieval.confidence import Confidence

BUDGET = "How much of the budget should go to change management?"


def judged_one(index: Index, case: Case) -> Judged:
    (judged,) = judge(Answerer(index), [case])
    return judged


def test_a_question_is_judged_by_its_source_and_its_words(index: Index):
    judged = judged_one(index, Case(BUDGET, "budget", ("15–20 %",)))
    assert (judged.rank, judged.quoted, judged.outcome) == (1, True, Confidence.ANSWERED)
    assert judged.seconds > 0


@pytest.mark.parametrize("source", ["Budget and sponsor", "budget.md", "playbook/budget.md", ""])
def test_a_source_goes_by_its_title_its_name_or_the_end_of_its_path(index: Index, source: str):
    assert judged_one(index, Case(BUDGET, source)).rank == 1


@pytest.mark.parametrize(
    "case",
    [
        Case(BUDGET, "accuracy", ("15–20 %",)),
        Case(BUDGET, "budget", ("90 %",)),
        Case(BUDGET, "get.md"),
    ],
)
def test_another_source_or_other_words_are_no_hit(index: Index, case: Case):
    judged = judged_one(index, case)
    assert (judged.rank, judged.quoted) == (None, False)


def test_what_should_not_be_answered_has_no_rank(index: Index):
    judged = judged_one(index, Case("What is the capital of Peru?", answerable=False))
    assert (judged.rank, judged.quoted, judged.outcome) == (None, False, Confidence.ABSTAINED)


def made(
    rank: int | None = None,
    quoted: bool = False,
    outcome: Confidence = Confidence.ANSWERED,
    answerable: bool = True,
    seconds: float = 0.1,
) -> Judged:
    return Judged(Case("Q?", answerable=answerable), rank, quoted, outcome, seconds)


def test_the_figures_of_a_worked_example():
    judged = [
        made(1, True),
        made(1, True, Confidence.ABSTAINED),
        made(4, False, Confidence.UNSURE),
        made(None, False),
        made(answerable=False, outcome=Confidence.ABSTAINED),
        made(answerable=False, outcome=Confidence.UNSURE),
    ]
    assert as_fields(figures(judged)) == {
        "questions": 4,
        "hit@1": 0.5,
        "hit@3": 0.5,
        "hit@5": 0.75,
        "hit@10": 0.75,
        "quoted": 0.5,
        "quoted_and_shown": 0.25,
        "abstained": 0.25,
        "unsure": 0.25,
        "refused_though_right": 0.5,
        "out_of_scope": {"questions": 2, "abstained": 0.5, "not_answered": 1.0},
        "seconds": {"p50": 0.1, "p95": 0.1},
    }


def test_nothing_judged_has_no_figures_but_counts():
    fields = as_fields(figures([]))
    assert fields["questions"] == 0
    assert fields["hit@1"] is None
    assert fields["out_of_scope"] == {"questions": 0, "abstained": None, "not_answered": None}


outcomes = st.builds(
    made,
    st.one_of(st.none(), st.integers(1, 10)),
    st.booleans(),
    st.sampled_from(Confidence),
    st.booleans(),
    st.floats(0, 10),
)


@given(st.lists(outcomes, min_size=1, max_size=40))
def test_shares_are_shares_and_deeper_looks_find_no_less(judged: list[Judged]):
    found = figures(judged)
    shares = [share for share in found.hit_at.values() if share is not None]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)
    assert found.answerable + found.unanswerable == len(judged)
    assert 0 <= found.p50 <= found.p95 <= 10


@given(st.text())
def test_folded_text_has_words_and_single_spaces_only(text: str):
    once = folded(text)
    assert "  " not in once
    assert once == once.strip()
