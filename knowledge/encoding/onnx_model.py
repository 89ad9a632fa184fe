"""The default embedding model on ONNX Runtime."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge.encoding.batching import batches_by_length
from knowledge.encoding.encoded import Encoded, Vectors
from knowledge.encoding.memory import release_free_memory
from knowledge.encoding.onnx_export import (
    MINILM_SHA256,
    check_weights,
    exported_model,
    has_fast_int8,
    model_folder,
    quantised_model,
)

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, OrtValue
    from tokenizers import Encoding, Tokenizer

DIMENSIONS = 384
# As the model's sentence_bert_config.json has it; longer texts are cut.
_MOST_TOKENS = 256
# Tokens of a batch, padding included: what fits a processor's caches and keeps it busy
# (docs/benchmarks.md).
_BATCH = 512
# Up to so many tokens, int8 loses more of a text's vector and saves little.
_SHORT = 32
# What many texts need is let go when none came for so long: a sync encodes them part by part.
_UNUSED_SECONDS = 30.0
# The vectors of the vocabulary, half of the model: as the graph and the weights' file name them.
_WORDS, _WORDS_IN_FILE = (
    "bert.embeddings.word_embeddings.weight",
    "embeddings.word_embeddings.weight",
)


class OnnxModel:
    """all-MiniLM-L6-v2, whose vectors are those of sentence-transformers.

    Each batch runs on one thread; many texts are spread over several, a batch for each. They are
    encoded in int8 if `quantised` is given, whose vectors have a cosine of 0.999 with the exact
    ones. Encoding is safe from several threads.

    ONNX Runtime and tokenizers are only called on threads of a pool, which Python waits for when
    it ends: a daemon thread that is inside one of them then would abort the process.

    Args:
        exact: the exported model.
        quantised: gives the same in int8, which is loaded when many texts come.
        unused: it is let go when none came for so many seconds.
    """

    dimensions = DIMENSIONS

    def __init__(
        self,
        exact: Path,
        quantised: Callable[[], Path] | None = None,
        unused: float = _UNUSED_SECONDS,
    ) -> None:
        self._pool = ThreadPoolExecutor(cores(), "encoder")
        self._exact = _Graph(self._pool.submit(_load, exact).result())
        self._tokenizer = self._pool.submit(load_tokenizer).result()
        self._quantised = quantised
        self._unused = unused
        self._loading = threading.Lock()
        self._int8: _Graph | None = None
        self._release_later: threading.Timer | None = None
        release_free_memory()

    @property
    def is_ready_for_many(self) -> bool:
        """Whether the model for many texts is in memory."""
        return self._int8 is not None

    def encode(self, texts: Sequence[str], threads: int) -> Vectors:
        """The vectors of texts, shape (texts, 384), each of length one."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for batch, outputs in self._outputs(texts, threads, ["vectors"]):
            vectors[batch.places] = outputs[0]
        return vectors

    def encode_with_tokens(self, texts: Sequence[str], threads: int) -> list[Encoded]:
        """The vectors of texts and of their tokens, without the two special ones."""
        found: dict[int, Encoded] = {}
        for batch, (vectors, tokens) in self._outputs(texts, threads, ["vectors", "token_vectors"]):
            for row, (place, text) in enumerate(zip(batch.places, batch.tokens, strict=True)):
                inner = slice(1, len(text.ids) - 1)
                offsets = np.array(text.offsets[inner], dtype=np.int64).reshape(-1, 2)
                found[place] = Encoded(vectors[row].copy(), tokens[row, inner].copy(), offsets)
        return [found[place] for place in range(len(texts))]

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """As `encode_with_tokens`: this model has no prompts."""
        return self.encode_with_tokens(texts, threads=1)

    def is_one_token(self, word: str) -> bool:
        """Whether the model has a token for the whole of a word, in lower case."""
        return self._tokenizer.token_to_id(word) is not None

    def _outputs(
        self, texts: Sequence[str], threads: int, names: list[str]
    ) -> Iterator[tuple[_Batch, list[Vectors]]]:
        if threads == 1:
            yield from self._pool.submit(self._run_all, texts, names).result()
            return
        with ThreadPoolExecutor(threads, "indexing") as pool:
            tokens = pool.submit(self._tokenizer.encode_batch, texts).result()
            yield from pool.map(lambda each: each[0].run(each[1], names), self._shared_out(tokens))
        self._start_timer()

    def _run_all(
        self, texts: Sequence[str], names: list[str]
    ) -> list[tuple[_Batch, list[Vectors]]]:
        batches = _batches(self._tokenizer.encode_batch(texts), _BATCH)
        return [self._exact.run(batch, names) for batch in batches]

    def _shared_out(self, tokens: Sequence[Encoding]) -> list[tuple[_Graph, _Batch]]:
        """Which graph encodes which texts: int8 the long ones, if there is one."""
        int8 = self._loaded_int8()
        if int8 is None:
            return [(self._exact, batch) for batch in _batches(tokens, _BATCH)]
        # Alone: what a number is rounded to depends on all that a batch holds.
        alone = _batches(tokens, most=0)
        long = [(int8, batch) for batch in alone if len(batch.tokens[0].ids) > _SHORT]
        short = [(self._exact, batch) for batch in alone if len(batch.tokens[0].ids) <= _SHORT]
        return long + short

    def _loaded_int8(self) -> _Graph | None:
        if self._quantised is None:
            return None
        with self._loading:
            if self._int8 is None:
                self._int8 = _Graph(self._pool.submit(_load, self._quantised()).result())
            return self._int8

    def _start_timer(self) -> None:
        with self._loading:
            if self._release_later is not None:
                self._release_later.cancel()
            self._release_later = threading.Timer(self._unused, self._on_timer)
            self._release_later.daemon = True
            self._release_later.start()

    def _on_timer(self) -> None:
        # Raised when the process ends.
        with suppress(RuntimeError):
            self._pool.submit(self._release)

    def _release(self) -> None:
        with self._loading:
            self._int8 = None
        release_free_memory()


@dataclass(frozen=True)
class _Graph:
    """A loaded model."""

    session: InferenceSession

    def run(self, batch: _Batch, names: list[str]) -> tuple[_Batch, list[Vectors]]:
        """The outputs of these names, a row for each text of the batch."""
        longest = max(len(text.ids) for text in batch.tokens)
        ids = np.zeros((len(batch.tokens), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, text in enumerate(batch.tokens):
            ids[row, : len(text.ids)] = text.ids
            mask[row, : len(text.ids)] = 1
        return batch, self.session.run(names, {"ids": ids, "mask": mask})


@dataclass(frozen=True)
class _Batch:
    places: list[int]
    tokens: list[Encoding]


def _load(path: Path) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_initializer(_WORDS, _word_vectors())
    return InferenceSession(path, options, providers=["CPUExecutionProvider"])


@cache
def _word_vectors() -> OrtValue:
    """The vectors of the vocabulary, read from the weights' file where they are needed."""
    from onnxruntime import OrtValue

    weights = model_folder() / "model.safetensors"
    check_weights(weights, MINILM_SHA256)
    with weights.open("rb") as file:
        # The format: 8 bytes with the length of a JSON header, the header, the tensors.
        length = int.from_bytes(file.read(8), "little")
        words = json.loads(file.read(length))[_WORDS_IN_FILE]
    begin = 8 + length + words["data_offsets"][0]
    return OrtValue.ortvalue_from_numpy(
        np.memmap(weights, np.float32, "r", begin, tuple(words["shape"]))
    )


def load_tokenizer() -> Tokenizer:
    """The model's own, which cuts texts to what the model reads."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(_MOST_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _batches(tokens: Sequence[Encoding], most: int) -> list[_Batch]:
    lengths = [len(text.ids) for text in tokens]
    return [
        _Batch(places, [tokens[place] for place in places])
        for places in batches_by_length(lengths, most)
    ]


def load_default() -> OnnxModel:
    """The default model, exported now if this installation has not done it yet.

    Raises:
        EncoderUnavailable: it could not be exported.
    """
    return OnnxModel(exported_model(), quantised_model if has_fast_int8() else None)


def cores() -> int:
    """How many threads many texts are encoded on: OMP_NUM_THREADS, or all cores."""
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    return int(wanted) if wanted.isdecimal() and int(wanted) else len(os.sched_getaffinity(0))
