"""An optional cross-encoder: reads question and passage together and puts the best first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from knowledge.errors import RerankerUnavailable
from knowledge.index.passages import Hit
from knowledge.retrieval.retriever import Found

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

log = logging.getLogger(__name__)

# What a question waits for at most while the model is still being loaded.
PATIENCE_SECONDS = 10.0
_LONGEST_PAIR = 512


class Reranker:
    """Puts passages that were found into another order; never adds or drops one.

    The model is loaded once, in a thread of its own. Where it cannot be loaded or fails, the
    order stays as it was found and the log says so, once.
    """

    def __init__(self, name: str, patience: float = PATIENCE_SECONDS) -> None:
        self.name = name
        self._patience = patience
        self._model: Future[CrossEncoder] = Future()
        self._starting, self._turn = threading.Lock(), threading.Lock()
        self._started = self._warned = False

    def start(self) -> None:
        """Begins to load the model; harmless when called again."""
        with self._starting:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._load, name="reranker", daemon=True).start()

    def check(self) -> None:
        """Waits until the model is loaded and tries it.

        Raises:
            RerankerUnavailable: it cannot be loaded, or gives no score.
        """
        self.start()
        self._model.result()
        self._scores("ready?", ["Ready."])

    def ranked(self, found: Found) -> Found:
        """The same passages, those first that the model finds to answer best.

        The scores stay as they were, in their order: what is quoted weighs them against the
        closeness of sentences, and the model's own are on a scale of their own.
        """
        if len(found.hits) < 2:
            return found
        self.start()
        try:
            self._model.exception(timeout=self._patience)
            texts = [f"{hit.passage.context}\n{hit.passage.text}" for hit in found.hits]
            scores = self._scores(found.question, texts)
        except TimeoutError:
            log.info("The reranker “%s” is still being loaded.", self.name)
            return found
        except RerankerUnavailable as error:
            if not self._warned:
                log.warning("%s", error)
            self._warned = True
            return found
        order = sorted(range(len(scores)), key=lambda row: -scores[row])
        return replace(found, hits=_in_order(found.hits, order))

    def _scores(self, question: str, texts: Sequence[str]) -> list[float]:
        try:
            model = self._model.result()
            with self._turn:
                given = model.predict([(question, text) for text in texts], show_progress_bar=False)
        except RerankerUnavailable:
            raise
        except Exception as error:
            raise self._unavailable("failed", error) from error
        scores = np.asarray(given, np.float64)
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise self._unavailable("gives no single score", None)
        return [float(score) for score in scores]

    def _load(self) -> None:
        try:
            from sentence_transformers import CrossEncoder

            self._model.set_result(CrossEncoder(self.name, device="cpu", max_length=_LONGEST_PAIR))
        except Exception as error:
            self._model.set_exception(self._unavailable("could not be loaded", error))

    def _unavailable(self, what: str, error: Exception | None) -> RerankerUnavailable:
        lines = str(error or "").strip().splitlines()
        why = f" ({lines[0][:200]})" if lines else ""
        return RerankerUnavailable(
            f"The reranker “{self.name}” {what}{why}, so passages keep the order in which they "
            "were found. Check UPTAKE_RERANKER, or leave it empty."
        )


def _in_order(hits: Sequence[Hit], order: Sequence[int]) -> tuple[Hit, ...]:
    """The hits in another order, with the scores that belong to the places."""
    return tuple(
        replace(hits[row], score=place.score) for place, row in zip(hits, order, strict=True)
    )
