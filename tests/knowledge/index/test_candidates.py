from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index import lexical
from knowledge.index.lexical import Lexical, stems_of
from tests.knowledge.passages import passage

WORDS = "budget sponsor pilot licence training champion report".split()
corpora = st.lists(st.lists(st.sampled_from(WORDS), max_size=8), min_size=1, max_size=30)


def lexical_of(corpus: list[list[str]]) -> Lexical:
    return Lexical.build([passage(" ".join(words), id=str(n)) for n, words in enumerate(corpus)])


@given(corpora, st.lists(st.sampled_from(WORDS), max_size=4), st.integers(1, 10), st.data())
def test_the_best_are_those_with_the_highest_scores(
    corpus: list[list[str]], asked: list[str], count: int, data: st.DataObject
):
    allowed = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(corpus), max_size=len(corpus)))
    )
    words = lexical_of(corpus).words(stems_of(" ".join(asked)), allowed)
    scores = np.where(allowed, words.scores_of(np.arange(len(corpus))), 0)
    rows = words.best(count)
    assert len(set(rows.tolist())) == len(rows) == min(count, np.count_nonzero(scores))
    np.testing.assert_allclose(np.sort(scores[rows]), np.sort(scores)[len(scores) - len(rows) :])


def test_words_that_very_many_passages_hold_count_for_those_found_with_rarer_ones(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(lexical, "_MOST_READ", 10)
    leg = lexical_of([["pilot", "budget"], *[["pilot"]] * 50, *[["budget"]] * 8])
    words = leg.words(stems_of("pilot budget"))
    rows = words.best(5)
    with_the_rarer = np.array([0, *range(51, 59)])
    assert set(rows.tolist()) <= set(with_the_rarer.tolist())
    scores = words.scores_of(np.arange(59))
    expected = np.sort(scores[with_the_rarer])[-5:]
    np.testing.assert_allclose(np.sort(scores[rows]), expected, rtol=1e-5)
    np.testing.assert_allclose(words.scores_of(rows), scores[rows], rtol=1e-5)
    assert len(leg.words(stems_of("pilot")).best(5)) == 5
