"""Vectors of texts that ship with Uptake: encoded once on a machine, not by every process."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import numpy as np

from knowledge.encoding.encoded import Vectors

Encode = Callable[[Sequence[str]], Vectors]


def remembered(model: str, texts: Sequence[str], encode: Encode, folder: Path) -> Vectors:
    """The vectors of texts, from a file of an earlier process if there is a whole one.

    Where none can be written, every process encodes them.

    Args:
        model: names the model, whose weights never change.
    """
    name = sha256(json.dumps([model, *texts]).encode()).hexdigest()
    path = folder / f"examples-{name}.npy"
    with suppress(OSError, ValueError, EOFError):
        vectors: Vectors = np.load(path)
        if _are_whole(vectors, len(texts)):
            return vectors
    vectors = encode(texts)
    with suppress(OSError):
        _write(path, vectors)
    return vectors


def _are_whole(vectors: Vectors, count: int) -> bool:
    """Whether every text has a vector of length one."""
    if vectors.ndim != 2 or len(vectors) != count or vectors.dtype != np.float32:
        return False
    return bool(np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4))


def _write(path: Path, vectors: Vectors) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".draft-") as draft:
        made = Path(draft) / "vectors.npy"
        np.save(made, vectors)
        os.replace(made, path)
