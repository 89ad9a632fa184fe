"""Does for all who ask at the same moment what costs little more than doing it for one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class Together(Generic[Asked, Given]):
    """Work on one thing, done at once for those that come from other threads meanwhile.

    Whoever comes first works; whoever comes while somebody works waits, and the next to work
    does it for all who wait, `most` at a time.
    """

    def __init__(self, work: Callable[[list[Asked]], Sequence[Given]], most: int) -> None:
        self._work = work
        self._most = most
        self._waiting: deque[tuple[Asked, Future[Given]]] = deque()
        self._turn = threading.Lock()

    def __call__(self, asked: Asked) -> Given:
        """What the work gives for one thing; raises what the work raises."""
        mine: Future[Given] = Future()
        self._waiting.append((asked, mine))
        with self._turn:
            while not mine.done():
                self._next()
        return mine.result()

    @property
    def waiting(self) -> int:
        """How many wait for somebody who works already."""
        return len(self._waiting)

    def _next(self) -> None:
        count = min(len(self._waiting), self._most)
        batch = [self._waiting.popleft() for _ in range(count)]
        try:
            given = self._work([asked for asked, _ in batch])
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), one in zip(batch, given, strict=True):
            future.set_result(one)
