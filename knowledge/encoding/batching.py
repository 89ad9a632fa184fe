"""Batches concurrent calls of one function, and splits texts into batches of like length."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Calls a function with the items of all threads that wait, at most `most` at once.

    The first caller runs the function; the items of those that come meanwhile form the next
    batch, which one of them runs.
    """

    def __init__(self, work: Callable[[list[Item]], Sequence[Result]], most: int) -> None:
        self._work = work
        self._most = most
        self._waiting: deque[tuple[Item, Future[Result]]] = deque()
        self._running = threading.Lock()

    def __call__(self, item: Item) -> Result:
        """The function's result for one item; raises what the function raises."""
        mine: Future[Result] = Future()
        self._waiting.append((item, mine))
        with self._running:
            while not mine.done():
                self._next()
        return mine.result()

    @property
    def waiting(self) -> int:
        """How many items wait for the running batch to end."""
        return len(self._waiting)

    def _next(self) -> None:
        count = min(len(self._waiting), self._most)
        batch = [self._waiting.popleft() for _ in range(count)]
        try:
            results = self._work([item for item, _ in batch])
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)


def batches_by_length(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """The places of texts that are encoded together, the longest first.

    Texts of like length share a batch, so that little is padded. A batch holds at most `most`
    tokens, padding included, or a single text.
    """
    batch: list[int] = []
    longest = 0
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and (len(batch) + 1) * longest > most:
            yield batch
            batch = []
        longest = longest if batch else lengths[place]
        batch.append(place)
    if batch:
        yield batch
