"""Any embedding model but the default one, on sentence-transformers and PyTorch."""

from __future__ import annotations

import copy
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.encoding.batching import batches_by_length
from knowledge.encoding.encoded import Encoded, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Tokens of a batch, padding included (docs/benchmarks.md).
_BATCH = 4096
# How many texts the number formats are compared on, how often, and the characters they need at
# least: with a few words each, the time goes elsewhere.
_SAMPLE, _TRIES, _TELLING = 16, 2, 4000
# What a model without a tokenizer of the usual kind raises.
_NO_TOKENIZER = (AttributeError, KeyError, TypeError, IndexError, NotImplementedError)
# The names of E5 models but the ones that take instructions.
_E5 = re.compile(r"(?:^|[/_-])e5-(?:small|base|large)(?:-v2|-unsupervised)?$", re.IGNORECASE)
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

    def encode(self, texts: Sequence[str], threads: int) -> Vectors:
        """The vectors of passages, shape (texts, dimensions), each of length one."""
        model = self._exact if threads == 1 else self._faster(texts)
        return _vectors(model, texts, _prompt(model, "document", "passage"), threads)

    def encode_with_tokens(self, texts: Sequence[str], threads: int) -> list[Encoded]:
        """The vectors of passages and of their tokens."""
        model = self._exact if threads == 1 else self._faster(texts)
        return _encoded(model, texts, _prompt(model, "document", "passage"), threads)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of questions and of their tokens."""
        return _encoded(self._exact, texts, _prompt(self._exact, "query"), threads=1)

    def is_one_token(self, word: str) -> bool:
        """Whether the model has a token for the whole of a word."""
        try:
            return len(self._exact.tokenizer.tokenize(word)) == 1
        except _NO_TOKENIZER:
            return False

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
        exact, exactly = _timed(lambda: _vectors(self._exact, sample))
        close, closely = _timed(lambda: _vectors(half, sample))
        alike = bool((exact * close).sum(axis=1).min() >= _ALIKE)
        return half if alike and closely < exactly else self._exact


def load_named(name: str) -> TorchModel:
    """The model of that name on the Hugging Face hub, or in that folder."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(name)
    model.prompts = {**with_usual_prompts(name, model.prompts)}
    return TorchModel(model)


def with_usual_prompts(name: str, prompts: Mapping[str, str | None]) -> dict[str, str | None]:
    """The prompts of a model, with those that its makers ask for where its files have none.

    The E5 models were trained with “query: ” and “passage: ” (Wang and others, Text Embeddings by
    Weakly-Supervised Contrastive Pre-training, 2022), but do not say so in their files.
    """
    given = {kind: prompt for kind, prompt in prompts.items() if prompt}
    if given or not _E5.search(name):
        return dict(prompts)
    return {"query": "query: ", "document": "passage: "}


def _prompt(model: SentenceTransformer, *names: str) -> str:
    """The model's own prompt for questions or for passages; empty if it has none."""
    found = (model.prompts.get(name) for name in (*names, model.default_prompt_name or ""))
    return next((prompt for prompt in found if prompt), "")


def _vectors(
    model: SentenceTransformer, texts: Sequence[str], prompt: str = "", threads: int | None = None
) -> Vectors:
    vectors = np.empty((len(texts), model.get_embedding_dimension() or 0), dtype=np.float32)
    for places, outputs in _outputs(model, texts, prompt, threads):
        vectors[places] = [_numbers(each["sentence_embedding"]) for each in outputs]
    return _of_length_one(vectors)


def _encoded(
    model: SentenceTransformer, texts: Sequence[str], prompt: str, threads: int
) -> list[Encoded]:
    found: dict[int, Encoded] = {}
    for places, outputs in _outputs(model, texts, prompt, threads):
        for place, output in zip(places, outputs, strict=True):
            found[place] = _one_encoded(model, prompt, texts[place], output)
    return [found[place] for place in range(len(texts))]


def _one_encoded(
    model: SentenceTransformer, prompt: str, text: str, output: dict[str, Any]
) -> Encoded:
    vector = _of_length_one(_numbers(output["sentence_embedding"])[None])[0]
    try:
        marked: Any = model.tokenizer(
            prompt + text,
            truncation=True,
            max_length=model.max_seq_length,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        tokens = _numbers(output["token_embeddings"])
        offsets = np.array(marked["offset_mapping"], dtype=np.int64).reshape(-1, 2) - len(prompt)
        own = (np.array(marked["special_tokens_mask"]) == 0) & (offsets[:, 0] >= 0)
        return Encoded(vector, tokens[: len(own)][own], offsets[own])
    except _NO_TOKENIZER:
        none = np.zeros((0, len(vector)), dtype=np.float32)
        return Encoded(vector, none, np.zeros((0, 2), dtype=np.int64))


def _outputs(
    model: SentenceTransformer, texts: Sequence[str], prompt: str, threads: int | None
) -> Iterator[tuple[list[int], Any]]:
    with _on(threads):
        for places in batches_by_length(_lengths(model, texts), _BATCH):
            yield (
                places,
                model.encode(
                    [texts[place] for place in places],
                    prompt=prompt or None,
                    batch_size=len(places),
                    output_value=None,
                    show_progress_bar=False,
                ),
            )


def _numbers(tensor: Any) -> Vectors:
    return np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _lengths(model: SentenceTransformer, texts: Sequence[str]) -> list[int]:
    """How many tokens each text has; their order is what counts."""
    try:
        longest = model.max_seq_length
        found: Any = model.tokenizer(list(texts), truncation=True, max_length=longest)
        return [len(ids) for ids in found["input_ids"]]
    except _NO_TOKENIZER:
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
    work: Callable[[], Vectors],
) -> tuple[Vectors, float]:
    """The result and the shortest time, in seconds."""
    seconds = []
    for _ in range(_TRIES):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return result, min(seconds)
