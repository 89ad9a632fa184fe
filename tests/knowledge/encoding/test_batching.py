from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.encoding.batching import Batcher, batches_by_length


def test_concurrent_calls_are_batched_and_each_gets_its_own_result():
    batches: list[int] = []
    first, may_go_on = threading.Event(), threading.Event()

    def squared(numbers: list[int]) -> list[int]:
        batches.append(len(numbers))
        first.set()
        may_go_on.wait(30)
        return [number * number for number in numbers]

    batched = Batcher(squared, 4)
    found: dict[int, int] = {}

    def ask(number: int) -> None:
        found[number] = batched(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(10)]
    threads[0].start()
    assert first.wait(30)
    for thread in threads[1:]:
        thread.start()
    while batched.waiting < 9:
        threads[-1].join(0.01)
    may_go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == {number: number * number for number in range(10)}
    assert batches == [1, 4, 4, 1]


def test_an_error_reaches_the_caller_and_the_next_call_works():
    broken = [True]

    def work(asked: list[str]) -> list[str]:
        if broken[0]:
            raise MemoryError("full")
        return asked

    batched = Batcher(work, 3)
    with pytest.raises(MemoryError, match="full"):
        batched("a")
    broken[0] = False
    assert batched("b") == "b"


@given(st.lists(st.integers(0, 300), max_size=200), st.integers(1, 5000))
def test_batches_hold_every_text_once_and_no_more_than_they_may(lengths: list[int], most: int):
    batches = list(batches_by_length(lengths, most))
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[place] for place in batch)
        assert padded <= most or len(batch) == 1


def test_texts_of_like_length_share_a_batch_and_the_longest_come_first():
    assert list(batches_by_length([1, 9, 2, 8, 1], 18)) == [[1, 3], [2, 0, 4]]
