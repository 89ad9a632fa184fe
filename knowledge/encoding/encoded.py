"""What an embedding model gives for a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Encoded:
    """A text as vectors.

    Attributes:
        vector: of the whole text, shape (dimensions,), of length one.
        tokens: one a token in order, shape (tokens, dimensions), of any length; the tokens that
            the model adds at both ends, and those of its prompt, are left out.
        offsets: where each token begins and ends in the text, in characters, shape (tokens, 2).
    """

    vector: Vectors
    tokens: Vectors
    offsets: NDArray[np.int64]


class EmbeddingModel(Protocol):
    """A loaded model. Vectors of texts have length one."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def encode(self, texts: Sequence[str], threads: int) -> Vectors:
        """The vectors of passages, shape (texts, dimensions)."""

    def encode_with_tokens(self, texts: Sequence[str], threads: int) -> list[Encoded]:
        """The vectors of passages and of their tokens."""

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of questions, for which some models have another prompt, and tokens."""

    def is_one_token(self, word: str) -> bool:
        """Whether the model has a token for the whole of a word."""
