"""Passages, snapshots and indexes made by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.encoding.encoded import Encoded, Vectors
from knowledge.encoding.encoder import Encoder
from knowledge.index import snapshot as snapshots
from knowledge.index.index import Index
from knowledge.index.passages import Passage, Scope
from knowledge.index.snapshot import Snapshot
from knowledge.index.store import as_document, context_length, contextual
from knowledge.index.tokens import pack
from knowledge.retrieval.retriever import Found, Retriever
from knowledge.retrieval.rewriting import Rewriter


def passage(text: str, id: str = "", **fields: Any) -> Passage:
    """A passage that is named by its text unless a name is given."""
    made = Passage(id=id or f"id of {text}", text=text, title="Guide", source="guide.md")
    return replace(made, **fields)


def kept(index: Index, passages: Sequence[Passage]) -> list[str]:
    """Puts passages into the index's store, not yet into a version; gives their ids."""
    return index.store.add_documents([as_document(each) for each in passages])


def published(folder: Path, encoder: Encoder, passages: Sequence[Passage]) -> Index:
    """An index whose live version holds the passages."""
    index = Index.open(folder, encoder)
    index.publish(kept(index, passages))
    return index


def written(folder: Path, encoder: Encoder, passages: Sequence[Passage]) -> Snapshot:
    """A snapshot of the passages, without an index around it."""
    encoded = encoder.encode_with_tokens([contextual(each) for each in passages])
    packed = {
        each.id: pack(one, context_length(each))
        for each, one in zip(passages, encoded, strict=True)
    }
    rows = zip(passages, [one.vector for one in encoded], strict=True)
    snapshots.write(folder, "v1", encoder.name, rows, packed)
    return snapshots.read(folder, "v1")


def find(
    question: str, snapshot: Snapshot, encoder: Encoder, scope: Scope, most: int = 10
) -> Found:
    """What a snapshot holds for a question."""
    return Retriever(encoder, Rewriter.of()).find(question, snapshot, scope, most)


class Hashed(Encoder):
    """Vectors drawn from the text itself, without a model; counts what it encodes."""

    def __init__(self) -> None:
        super().__init__("hashed")
        self.encoded: list[str] = []
        self.before: Callable[[Sequence[str]], None] = lambda texts: None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one; `before` is called with the texts and may break."""
        self.before(texts)
        self.encoded += texts
        rows = [np.random.default_rng(list(text.encode())).normal(size=16) for text in texts]
        vectors = np.array(rows, np.float32).reshape(-1, 16)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def encode_with_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """As `encode`, with a vector a word, which is the same wherever the word stands."""
        return [
            _with_words(text, vector)
            for text, vector in zip(texts, self.encode(texts), strict=True)
        ]

    def encode_question_with_tokens(self, text: str) -> Encoded:
        """The vectors of a question."""
        return self.encode_with_tokens([text])[0]

    def is_word(self, text: str) -> bool:
        """It has no vocabulary."""
        return False


def _with_words(text: str, vector: Vectors) -> Encoded:
    words = list(re.finditer(r"\w+", text))
    drawn = [
        np.random.default_rng(list(word[0].lower().encode())).normal(size=16) for word in words
    ]
    return Encoded(
        vector,
        np.array(drawn, np.float32).reshape(-1, 16),
        np.array([word.span() for word in words], np.int64).reshape(-1, 2),
    )


class Remembering(Encoder):
    """The real encoder, that encodes each text once however often it is asked."""

    def __init__(self, inner: Encoder) -> None:
        super().__init__(inner.name)
        self.inner = inner
        self.known: dict[str, Encoded] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, as the real encoder gave them the first time."""
        vectors = [each.vector for each in self.encode_with_tokens(texts)]
        return np.array(vectors, np.float32).reshape(len(texts), -1)

    def encode_with_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        """As `encode`, with those of their tokens."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known |= zip(new, self.inner.encode_with_tokens(new), strict=True)
        return [self.known[text] for text in texts]

    def encode_question_with_tokens(self, text: str) -> Encoded:
        """The vectors of a question."""
        return self.encode_with_tokens([text])[0]

    def is_word(self, text: str) -> bool:
        """As the real encoder."""
        return self.inner.is_word(text)
