"""Keeps lessons from use up to date, in the background."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from knowledge.encoding.encoded import Vectors
from knowledge.index.index import Index
from knowledge.index.snapshot import Snapshot
from knowledge.index.tokens import shortened
from knowledge.retrieval.lessons import Judgement, Lessons, lessons_of

log = logging.getLogger(__name__)

# How long lessons hold before what people said is read again.
_HOLD_SECONDS = 60.0
# What the first question waits for at most.
_PATIENCE_SECONDS = 2.0

Read = Callable[[], Sequence[Judgement]]


class Learner:
    """Gives the lessons for a snapshot without making questions wait for them."""

    def __init__(
        self,
        index: Index,
        read: Read,
        needed: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Learns once `needed` people agree from what `read` gives, the newest first."""
        self._index = index
        self._read = read
        self._needed = needed
        self._clock = clock
        self._turn = threading.Lock()
        self._tokens: dict[str, Vectors] = {}
        self._judged: tuple[Judgement, ...] = ()
        self._lessons: Lessons | None = None
        self._read_at = float("-inf")

    def lessons(self, snapshot: Snapshot) -> Lessons | None:
        """What is known by now for a snapshot; None while that is still being learned."""
        known = self._lessons
        due = self._clock() - self._read_at > _HOLD_SECONDS
        if due or known is None or known.version != snapshot.version:
            thread = threading.Thread(target=self._try, args=(snapshot,), daemon=True)
            thread.start()
            if known is None:
                thread.join(_PATIENCE_SECONDS)
        known = self._lessons
        return known if known is not None and known.version == snapshot.version else None

    def learn(self, snapshot: Snapshot) -> None:
        """Reads what people said, and learns for a snapshot what has changed since."""
        judged = tuple(self._read())
        known = self._lessons
        if known is None or known.version != snapshot.version or judged != self._judged:
            self._lessons = self._learned(judged, snapshot)
        self._judged, self._read_at = judged, self._clock()

    def _try(self, snapshot: Snapshot) -> None:
        if not self._turn.acquire(blocking=False):
            return
        try:
            self.learn(snapshot)
        # Questions are answered without lessons rather than not at all.
        except Exception as error:
            log.warning("Nothing was learned from use this time: %s", error)
            self._read_at = self._clock()
        finally:
            self._turn.release()

    def _learned(self, judged: Sequence[Judgement], snapshot: Snapshot) -> Lessons:
        before = self._tokens
        words = dict.fromkeys(each.question for each in judged)
        # Words that the record does not hold any more are forgotten here as well.
        self._tokens = {
            text: before[text] if text in before else self._encoded(text) for text in words
        }
        catalog = self._index.catalog
        members = catalog.members(snapshot.version) if judged else []
        return lessons_of(
            [(each, self._tokens[each.question]) for each in judged],
            snapshot,
            {id: row for row, id in enumerate(members)},
            {file.source: file.passages for file in catalog.files()} if judged else {},
            self._needed,
        )

    def _encoded(self, text: str) -> Vectors:
        return shortened(self._index.encoder.encode_question_with_tokens(text).tokens)
