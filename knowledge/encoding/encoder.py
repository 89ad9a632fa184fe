"""The embedding model: turns texts into vectors of length one, loaded in the background."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cache, lru_cache

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.encoding.batching import Batcher
from knowledge.encoding.encoded import EmbeddingModel, Encoded, Vectors
from knowledge.encoding.onnx_export import cache_folder
from knowledge.encoding.onnx_model import cores
from knowledge.encoding.remembered import remembered
from knowledge.errors import EncoderUnavailable

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# From so many texts on, all cores share the work. Below, handing it out costs more than it gives:
# with another process on the same cores, a question took two threads ten times as long as one
# (docs/benchmarks.md).
_WORTH_SHARING = 16
_MOST_KEPT = 5_000
_RECENT = 64


class Encoder(Embeddings):
    """Encodes texts with one embedding model.

    The model is loaded once, in a thread of its own: `start` returns at once, and the first
    encoding waits for it. Encoding is safe from several threads.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: Future[EmbeddingModel] = Future()
        self._starting = threading.Lock()
        self._started = False
        self._questions = Batcher(self._encode_questions, _WORTH_SHARING - 1)
        # A question is looked at by several parts of an answer, which don't know of each other.
        self._recent = lru_cache(_RECENT)(self._questions)
        self._remembering = threading.Lock()
        self._remembered: dict[tuple[str, ...], Vectors] = {}
        self._kept: dict[str, Vectors] = {}

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
        model = self._loaded()
        if not texts:
            return np.empty((0, model.dimensions), dtype=np.float32)
        return model.encode([_whole(text) for text in texts], _threads(texts))

    def encode_with_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of `texts`, as `encode` gives them, and those of their tokens.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        model = self._loaded()
        return model.encode_with_tokens([_whole(text) for text in texts], _threads(texts))

    def encode_once(self, texts: tuple[str, ...]) -> Vectors:
        """As `encode`, remembered for as long as this encoder lives.

        Whoever asks for them meanwhile waits; many texts are remembered on the disk too.
        """
        with self._remembering:
            if texts not in self._remembered:
                self._remembered[texts] = self._once(texts)
            return self._remembered[texts]

    def _once(self, texts: tuple[str, ...]) -> Vectors:
        # The weights of another model may change under its name.
        if self.name != DEFAULT_MODEL or len(texts) < _WORTH_SHARING:
            return self.encode(texts)
        return remembered(self.name, texts, self.encode, cache_folder())

    def encode_kept(self, texts: Sequence[str]) -> Vectors:
        """As `encode`, with a cache for texts that are encoded again and again.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        kept = {text: vector for text in texts if (vector := self._kept.get(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in kept]
        new = dict(zip(missing, self.encode(missing), strict=True))
        if len(self._kept) + len(new) > _MOST_KEPT:
            self._kept.clear()
        self._kept |= new
        vectors = kept | new
        return np.array([vectors[text] for text in texts]) if texts else self.encode([])

    def encode_question(self, text: str) -> Vectors:
        """The vector of one question, shape (dimensions,); as `encode_question_with_tokens`."""
        return self.encode_question_with_tokens(text).vector

    def encode_question_with_tokens(self, text: str) -> Encoded:
        """The vectors of one question and of its tokens.

        Questions that come from several threads meanwhile are encoded together with it, and the
        last ones are remembered.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        return self._recent(text)

    def is_word(self, text: str) -> bool:
        """Whether the model has a token for it, as it has for the words that people use most.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        return self._loaded().is_one_token(_whole(text))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of `texts` as lists, which is LangChain's form."""
        return self.encode(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """The vector of one question as a list, which is LangChain's form."""
        return self.encode_question(text).tolist()  # type: ignore[no-any-return]

    def _encode_questions(self, texts: list[str]) -> list[Encoded]:
        return self._loaded().encode_questions([_whole(text) for text in texts])

    def _loaded(self) -> EmbeddingModel:
        self.start()
        return self._model.result()

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


def _threads(texts: Sequence[str]) -> int:
    return 1 if len(texts) < _WORTH_SHARING else cores()


def _whole(text: str) -> str:
    # Half a surrogate pair, which chat clients can send, is no text to a tokenizer.
    return text.encode("utf-8", "replace").decode()


@cache
def _load(name: str) -> EmbeddingModel:
    """The model, which all encoders of a process share."""
    if name == DEFAULT_MODEL:
        from knowledge.encoding.onnx_model import load_default

        return load_default()
    from knowledge.encoding.torch_model import load_named

    return load_named(name)
