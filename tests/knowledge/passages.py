"""Passages, snapshots and indexes made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index import snapshot as snapshots
from knowledge.index.encoder import Encoder, Vectors
from knowledge.index.index import Index
from knowledge.index.passages import Passage
from knowledge.index.sentences import encoded_units
from knowledge.index.snapshot import Snapshot
from knowledge.index.store import as_document, contextual, pack


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
    vectors = encoder.encode([contextual(each) for each in passages])
    packed = {
        each.id: pack(encoder.encode(encoded_units(each.headings, each.text))) for each in passages
    }
    rows = iter(list(zip(passages, vectors, strict=True)))
    snapshots.write(folder, "v1", encoder.name, rows, packed)
    return snapshots.read(folder, "v1")


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

    def encode_question(self, text: str) -> Vectors:
        """The vector of a question."""
        return self.encode([text])[0]


class Remembering(Encoder):
    """The real encoder, that encodes each text once however often it is asked."""

    def __init__(self, inner: Encoder) -> None:
        super().__init__(inner.name)
        self.inner = inner
        self.known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, as the real encoder gave them the first time."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known |= zip(new, self.inner.encode(new), strict=True)
        return np.array([self.known[text] for text in texts], np.float32)

    def encode_question(self, text: str) -> Vectors:
        """The vector of a question."""
        return self.encode([text])[0]


def unit_vectors_of(snapshot: Snapshot, row: int) -> Vectors:
    """The vectors of a passage's heading and units, unpacked to length one."""
    packed = snapshot.sentences[snapshot.starts[row] : snapshot.starts[row + 1]]
    vectors = packed.astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
