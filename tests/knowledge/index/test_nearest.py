from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index import nearest
from knowledge.index.candidates import candidates
from knowledge.index.nearest import Nearest
from knowledge.index.passages import Scope
from tests.knowledge.passages import Hashed, passage, written
from tests.support.examples import examples

COUNT = 6000


def drawn(count: int, seed: int) -> np.ndarray:
    dice = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(60, 32))
    vectors = centres[dice.integers(60, size=count)] + dice.normal(size=(count, 32)) * 0.4
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32)


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(nearest, "EXACT_UP_TO", 1000)


def looked_up(folder: Path, vectors: np.ndarray, public: np.ndarray) -> Nearest:
    folder.mkdir(exist_ok=True)
    nearest.write(folder, vectors, public)
    return nearest.read(folder, vectors)


def ten_best(vectors: np.ndarray, question: np.ndarray, allowed: np.ndarray) -> set[int]:
    rows = np.flatnonzero(allowed)
    return set(rows[np.argsort(-(vectors[rows] @ question))[:10]].tolist())


@pytest.mark.parametrize("share", [1.0, 0.5, 0.2, 0.05])
def test_the_nearest_are_found_among_many_whatever_part_is_allowed(tmp_path: Path, share: float):
    vectors, questions = drawn(COUNT, 2), drawn(100, 3)
    allowed = np.random.default_rng(4).random(COUNT) < share
    found = looked_up(tmp_path, vectors, np.ones(COUNT, dtype=bool))
    kept = 0
    for question in questions:
        rows = found.rows(question, allowed, 200)
        assert allowed[rows].all()
        assert len(set(rows.tolist())) == len(rows)
        kept += len(ten_best(vectors, question, allowed) & set(rows.tolist()))
    assert kept >= 980


def test_restricted_passages_change_nothing_for_others(tmp_path: Path):
    everyone, secret = drawn(COUNT, 2), drawn(4000, 9)
    both = np.concatenate([everyone, secret])
    public = np.arange(len(both)) < COUNT
    with_secret = looked_up(tmp_path / "both", both, public)
    for question in drawn(50, 3):
        rows = with_secret.rows(question, public, 200)
        exact = Nearest(everyone).rows(question, public[:COUNT], 200)
        assert set(rows.tolist()) <= set(range(COUNT))
        assert len(np.intersect1d(rows, exact)) >= 180


def test_few_public_passages_are_compared_one_by_one(tmp_path: Path):
    vectors = drawn(COUNT, 2)
    public = np.arange(COUNT) < 900
    found = looked_up(tmp_path, vectors, public)
    assert list(tmp_path.iterdir()) == []
    for question in drawn(20, 3):
        every = np.ones(COUNT, dtype=bool)
        assert ten_best(vectors, question, every) <= set(found.rows(question, every, 10).tolist())


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 300), st.integers(1, 50), st.floats(0, 1))
def test_few_passages_are_found_exactly(passages: int, count: int, share: float):
    vectors, question = drawn(passages, 2), drawn(1, 3)[0]
    allowed = np.random.default_rng(4).random(passages) < share
    rows = Nearest(vectors).rows(question, allowed, count)
    assert len(rows) == min(count, np.count_nonzero(allowed))
    cosines = np.where(allowed, vectors @ question, -2)
    assert set(np.round(cosines[rows], 5)) == set(np.round(np.sort(cosines)[::-1][: len(rows)], 5))


def test_candidates_are_the_nearest_and_those_with_the_words(tmp_path: Path):
    encoder = Hashed()
    texts = [f"The {n}th guide tells of {n % 7} things." for n in range(60)]
    open_to_all = [passage(text) for text in texts]
    secret = [passage(f"{text} Secret.", audience="admins") for text in texts]
    snapshot = written(tmp_path, encoder, [*open_to_all, *secret])
    vector = encoder.encode_question("What of things?")
    found = candidates(snapshot, vector, ["5th", "secret"], Scope(), count=5)
    assert found.allowed == 60
    assert set(found.rows.tolist()) <= set(range(60))
    assert 5 in found.rows
    assert found.bm25[found.rows == 5] > 0
    near = np.argsort(-(snapshot.vectors[:60] @ vector))[:5]
    assert set(near.tolist()) <= set(found.rows.tolist())
    np.testing.assert_allclose(found.cosines, snapshot.vectors[found.rows] @ vector, atol=1e-6)
    alone = written(tmp_path / "alone", encoder, open_to_all)
    same = candidates(alone, vector, ["5th", "secret"], Scope(), count=5)
    np.testing.assert_array_equal(found.rows, same.rows)
    # The average length of passages is part of BM25, and counts restricted ones.
    np.testing.assert_allclose(found.bm25, same.bm25, rtol=0.03)
    assert found.weights == same.weights
