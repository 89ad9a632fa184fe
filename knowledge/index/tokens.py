"""Token vectors: one short vector a token, kept with every passage for late interaction.

A question's token is compared with every token of a passage, and the nearest one counts (Khattab
and Zaharia, ColBERT, 2020). The vectors come out of the pass that encodes the passage anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from knowledge.encoding.encoded import Encoded, Vectors

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a token's vector is shortened to. Of 384 numbers, 128 lose nothing that is measured
# (docs/benchmarks.md).
DIMENSIONS = 128
# Tokens of a block. The best two neighbouring blocks are a window: what belongs together is said
# near together.
BLOCK = 24
# Tokens that are compared at once: 1 MB, which stays in the processor's cache.
_AT_ONCE = 2048

Packed: TypeAlias = NDArray[np.void]
# `start` is where the token begins in the passage's text; below 0 it is in its title or headings.
RECORD = np.dtype([("start", "<i4"), ("vector", "i1", (DIMENSIONS,))])


@dataclass(frozen=True)
class Closeness:
    """How near the tokens of a question come to some passages, as cosines.

    Attributes:
        whole: nearest token anywhere in the passage, shape (question tokens, passages).
        window: the same in the best window of the text together with title and headings, where
            the weighted mean over the question's tokens is highest, shape (passages,).
    """

    whole: Vectors
    window: Vectors


def shortened(tokens: Vectors) -> Vectors:
    """Token vectors in `DIMENSIONS` numbers, each of length one, shape (tokens, DIMENSIONS)."""
    short = _unit(tokens.astype(np.float32)) @ _projection(
        tokens.shape[1] if tokens.ndim > 1 else 0
    )
    return _unit(short)


def pack(encoded: Encoded, context_length: int) -> bytes:
    """The tokens of a passage in `DIMENSIONS` + 4 bytes each.

    Args:
        context_length: characters of what was encoded before the passage's own text.
    """
    records = np.zeros(len(encoded.tokens), dtype=RECORD)
    if len(records):
        short = shortened(encoded.tokens)
        peaks = np.maximum(np.abs(short).max(axis=1, keepdims=True), 1e-9)
        records["vector"] = np.rint(short / peaks * 127)
        records["start"] = encoded.offsets[:, 0] - context_length
    packed: bytes = records.tobytes()
    return packed


def cosines(question: Vectors, records: Packed) -> Vectors:
    """Of a question's tokens, already shortened, and packed ones, shape (question, records)."""
    near = np.empty((len(records), len(question)), dtype=np.float32)
    for begin in range(0, len(records), _AT_ONCE):
        vectors = records["vector"][begin : begin + _AT_ONCE].astype(np.float32)
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        products = vectors @ question.T
        near[begin : begin + _AT_ONCE] = products / np.maximum(lengths, 1e-9)[:, None]
    return near.T


def closeness(question: Vectors, weights: Vectors, passages: Sequence[Packed]) -> Closeness:
    """How near a question's tokens, already shortened, come to each of some passages.

    Args:
        weights: how much each token counts in a window; their sum is one.
    """
    order = np.concatenate([np.zeros(0, dtype=RECORD), *passages], dtype=RECORD)
    ends = np.cumsum([len(records) for records in passages], dtype=np.intp)
    # How many tokens up to each stand in a title or headings.
    outside = np.cumsum(np.r_[0, order["start"] < 0])
    bounds: list[int] = []
    owners: list[int] = []
    in_text: list[bool] = []
    for owner, (begin, end) in enumerate(pairwise([0, *ends.tolist()])):
        text = begin + int(outside[end] - outside[begin])
        starts = ([begin] if text > begin else []) + list(range(text, end, BLOCK))
        bounds += starts
        owners += [owner] * len(starts)
        in_text += [start >= text for start in starts]
    if not bounds or not len(question):
        empty = np.zeros((len(question), len(passages)), dtype=np.float32)
        return Closeness(empty, np.zeros(len(passages), dtype=np.float32))
    near = cosines(question, order)
    blocks = np.maximum.reduceat(near, bounds, axis=1)
    return _by_passage(blocks, weights, np.array(owners), np.array(in_text), len(passages))


def _by_passage(
    blocks: Vectors,
    weights: Vectors,
    owners: NDArray[np.int64],
    in_text: NDArray[np.bool_],
    passages: int,
) -> Closeness:
    context = np.zeros((len(blocks), passages), dtype=np.float32)
    context[:, owners[~in_text]] = blocks[:, ~in_text]
    whole = context.copy()
    text, of = blocks[:, in_text], owners[in_text]
    np.maximum.at(whole.T, of, text.T)
    window = weights @ context
    if len(of):
        follows = np.r_[of[1:] == of[:-1], False]
        beside = np.where(follows, np.roll(text, -1, axis=1), text)
        best = weights @ np.maximum(np.maximum(text, beside), context[:, of])
        np.maximum.at(window, of, best)
    return Closeness(whole, window)


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


@cache
def _projection(width: int) -> Vectors:
    """What shortens vectors of a width, shape (width, DIMENSIONS).

    For the default model, the main directions of the tokens of the starter content, which
    `python -m bench.token_projection` writes; for others, directions drawn with a fixed seed.
    """
    known = np.load(str(files("knowledge.index") / "token_projection.npy"))
    if width == len(known):
        return np.asarray(known, dtype=np.float32)
    drawn = np.random.default_rng(0).standard_normal((max(width, 1), DIMENSIONS))
    return np.asarray(drawn / np.sqrt(DIMENSIONS), dtype=np.float32)
