from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from knowledge.index.batching import Together
from tests.knowledge.passages import HashedQuestions, passage, written


def test_what_comes_meanwhile_is_done_at_once_and_nobody_gets_anothers():
    batches: list[int] = []
    first, may_go_on = threading.Event(), threading.Event()

    def squared(numbers: list[int]) -> list[int]:
        batches.append(len(numbers))
        first.set()
        may_go_on.wait(30)
        return [number * number for number in numbers]

    together = Together(squared, 4)
    found: dict[int, int] = {}

    def ask(number: int) -> None:
        found[number] = together(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    threads[0].start()
    assert first.wait(30)
    for thread in threads[1:]:
        thread.start()
    while together.waiting < 9:
        threads[-1].join(0.01)
    may_go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == {number: number * number for number in range(10)}
    assert batches == [1, 4, 4, 1]


def test_who_waits_is_told_of_what_went_wrong_and_the_next_one_is_served():
    broken = [True]

    def work(asked: list[str]) -> list[str]:
        if broken[0]:
            raise MemoryError("full")
        return asked

    together = Together(work, 3)
    with pytest.raises(MemoryError, match="full"):
        together("a")
    broken[0] = False
    assert together("b") == "b"


def test_many_questions_at_once_find_what_each_finds_alone(tmp_path: Path):
    encoder = HashedQuestions()
    passages = [passage(f"The {n}th guide tells of {n % 7} things.") for n in range(60)]
    snapshot = written(tmp_path, encoder, passages)
    asked = [encoder.encode_question(f"What of {n} things?") for n in range(40)]
    alone = [np.asarray(snapshot.vectors @ vector) for vector in asked]
    found: dict[int, np.ndarray] = {}

    def ask(n: int) -> None:
        found[n] = snapshot.nearness(asked[n])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for n, each in enumerate(alone):
        np.testing.assert_allclose(found[n], each, atol=1e-6)
    # NumPy's own threads would wait for each other's questions.
    blas = [each for each in threadpool_info() if each["internal_api"] == "openblas"]
    assert blas
    assert {each["num_threads"] for each in blas} == {1}
