"""Any embedding model but the default one, on sentence-transformers and PyTorch."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.index.batching import batches_by_length

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

# Tokens of a batch, padding included (docs/benchmarks.md).
_BATCH = 4096
# How many texts the number formats are compared on, how often, and the characters they need at
# least: with a few words each, the time goes elsewhere.
_SAMPLE, _TRIES, _TELLING = 16, 2, 4000
# How far a faster number format may turn a vector, as a cosine.
_ALIKE = 0.999


class TorchModel:
    """A sentence-transformers model with its own prompts for questions and for passages.

    Batches are encoded in bfloat16 where this processor is measured to be faster with it.
    Encoding is safe from several threads.
    """

    def __init__(self, model: SentenceTransformer) -> None:
        self._exact = model
        # The same model in the faster number format, or itself; None before it is measured.
        self._fastest: SentenceTransformer | None = None
        self._choosing = threading.Lock()

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self._exact.get_embedding_dimension() or 0

    def encode(self, texts: Sequence[str], threads: int) -> NDArray[np.float32]:
        """The vectors of passages, shape (texts, dimensions), each of length one."""
        if threads == 1:
            return _vectors(self._exact, self._exact.encode_document, texts, threads)
        model = self._faster(texts)
        return _vectors(model, model.encode_document, texts, threads)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions, shape (texts, dimensions), each of length one."""
        return _vectors(self._exact, self._exact.encode_query, texts, threads=1)

    def _faster(self, texts: Sequence[str]) -> SentenceTransformer:
        """Measured once, with the first long texts: some processors are many times slower."""
        with self._choosing:
            if self._fastest is None:
                sample = sorted(texts, key=len)[-_SAMPLE:]
                if sum(map(len, sample)) < _TELLING:
                    return self._exact
                self._fastest = self._measured(sample)
            return self._fastest

    def _measured(self, sample: Sequence[str]) -> SentenceTransformer:
        half = copy.deepcopy(self._exact).bfloat16()
        exact, exactly = _timed(lambda: _vectors(self._exact, self._exact.encode, sample))
        close, closely = _timed(lambda: _vectors(half, half.encode, sample))
        alike = bool((exact * close).sum(axis=1).min() >= _ALIKE)
        return half if alike and closely < exactly else self._exact


def load_named(name: str) -> TorchModel:
    """The model of that name on the Hugging Face hub, or in that folder."""
    from sentence_transformers import SentenceTransformer

    return TorchModel(SentenceTransformer(name))


def _vectors(
    model: SentenceTransformer,
    encode: Callable[..., Any],
    texts: Sequence[str],
    threads: int | None = None,
) -> NDArray[np.float32]:
    vectors = np.empty((len(texts), model.get_embedding_dimension() or 0), dtype=np.float32)
    with _on(threads):
        for batch in batches_by_length(_lengths(model, texts), _BATCH):
            found = encode(
                [texts[row] for row in batch],
                batch_size=len(batch),
                convert_to_tensor=True,
                show_progress_bar=False,
            )
            vectors[batch] = found.float().cpu().numpy()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _lengths(model: SentenceTransformer, texts: Sequence[str]) -> list[int]:
    """How many tokens each text has; their order is what counts."""
    try:
        longest = model.max_seq_length
        found: Any = model.tokenizer(list(texts), truncation=True, max_length=longest)
        return [len(ids) for ids in found["input_ids"]]
    except (AttributeError, KeyError, TypeError, IndexError):
        # A model that has no tokenizer of the usual kind.
        return [len(text) // 4 + 1 for text in texts]


@contextmanager
def _on(threads: int | None) -> Iterator[None]:
    """Has PyTorch work on so many threads, on all if None; it holds for this thread."""
    import torch

    # Known before it is set for the first time.
    most = _all_threads()
    before = torch.get_num_threads()
    torch.set_num_threads(min(threads or most, most))
    try:
        yield
    finally:
        torch.set_num_threads(before)


@cache
def _all_threads() -> int:
    import torch

    return torch.get_num_threads()


def _timed(
    work: Callable[[], NDArray[np.float32]],
) -> tuple[NDArray[np.float32], float]:
    """The result and the shortest time, in seconds."""
    seconds = []
    for _ in range(_TRIES):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return result, min(seconds)
