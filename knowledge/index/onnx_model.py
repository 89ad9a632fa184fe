"""The default embedding model on ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.index.batching import batches_by_length
from knowledge.index.onnx_export import exported_model, model_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

DIMENSIONS = 384
# As the model's sentence_bert_config.json has it; longer texts are cut.
_MOST_TOKENS = 256
# Tokens of a batch, padding included: what fits a processor's caches and keeps it busy
# (docs/benchmarks.md).
_BATCH = 4096


class OnnxModel:
    """all-MiniLM-L6-v2, whose vectors are those of sentence-transformers.

    Each batch runs on one thread; many texts are spread over several, a batch for each.
    Encoding is safe from several threads.

    ONNX Runtime and tokenizers are only called on threads of a pool, which Python waits for when
    it ends: a daemon thread that is inside one of them then would abort the process.
    """

    dimensions = DIMENSIONS

    def __init__(self, path: Path) -> None:
        self._pool = ThreadPoolExecutor(cores(), "encoder")
        self._session, self._tokenizer = self._pool.submit(_load, path).result()

    def encode(self, texts: Sequence[str], threads: int) -> NDArray[np.float32]:
        """The vectors of texts, shape (texts, 384), each of length one."""
        if threads == 1:
            return self._pool.submit(self._encode_here, texts).result()
        with ThreadPoolExecutor(threads, "indexing") as pool:
            tokens = pool.submit(self._tokenizer.encode_batch, texts).result()
            return _joined(len(texts), pool.map(self._run, _batches(tokens)))

    def _encode_here(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer.encode_batch(texts)
        return _joined(len(texts), map(self._run, _batches(tokens)))

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `encode`: this model has no prompts for questions."""
        return self.encode(texts, threads=1)

    def _run(self, batch: _Batch) -> tuple[list[int], NDArray[np.float32]]:
        longest = max(len(text.ids) for text in batch.tokens)
        ids = np.zeros((len(batch.tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(batch.tokens):
            ids[row, : len(text.ids)] = text.ids
            mask[row, : len(text.ids)] = 1
        return batch.places, self._session.run(["vectors"], {"ids": ids, "mask": mask})[0]


@dataclass(frozen=True)
class _Batch:
    places: list[int]
    tokens: list[Encoding]


def _load(path: Path) -> tuple[InferenceSession, Tokenizer]:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = InferenceSession(path, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(_MOST_TOKENS)
    tokenizer.no_padding()
    return session, tokenizer


def _batches(tokens: Sequence[Encoding]) -> list[_Batch]:
    lengths = [len(text.ids) for text in tokens]
    return [
        _Batch(places, [tokens[place] for place in places])
        for places in batches_by_length(lengths, _BATCH)
    ]


def _joined(
    count: int, parts: Iterable[tuple[list[int], NDArray[np.float32]]]
) -> NDArray[np.float32]:
    vectors = np.empty((count, DIMENSIONS), dtype=np.float32)
    for places, part in parts:
        vectors[places] = part
    return vectors


def load_default() -> OnnxModel:
    """The default model, exported now if this installation has not done it yet.

    Raises:
        EncoderUnavailable: it could not be exported.
    """
    return OnnxModel(exported_model())


def cores() -> int:
    """How many threads many texts are encoded on: OMP_NUM_THREADS, or all cores."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) if wanted.isdecimal() and int(wanted) else len(os.sched_getaffinity(0))
