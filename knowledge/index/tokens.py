"""Token vectors: one short vector a token, kept with every passage for late interaction.

A question's token is compared with every token of a passage, and the nearest one counts (Khattab
and Zaharia, ColBERT, 2020). The vectors come out of the pass that encodes the passage anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
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
# Blocks that are compared at once: 1 MB, which stays in the processor's cache.
_AT_ONCE = 85

Packed: TypeAlias = NDArray[np.void]
Places: TypeAlias = NDArray[np.int64]
# `start` is where the token begins in the passage's text; below 0 it is in its title or headings.
RECORD = np.dtype([("start", "<i4"), ("vector", "i1", (DIMENSIONS,))])


@dataclass(frozen=True)
class Weighted:
    """The tokens of a question in one of its wordings.

    Attributes:
        tokens: already shortened, shape (tokens, DIMENSIONS).
        weights: how much each counts in a window; their sum is one.
    """

    tokens: Vectors
    weights: Vectors


@dataclass(frozen=True)
class Closeness:
    """How near the tokens of a question come to some passages, as cosines from 0 up.

    Attributes:
        whole: nearest token anywhere in the passage, shape (passages, question tokens).
        window: the same in the best window of the text together with title and headings, where
            the weighted mean over the question's tokens is highest, shape (passages,).
    """

    whole: Vectors
    window: Vectors


@dataclass(frozen=True)
class _Blocks:
    """Parts of passages in blocks of `BLOCK` tokens.

    Attributes:
        places: where the tokens are, shape (BLOCK, blocks); a short block has its last one again.
        owners: the number of each block's passage, ascending.
    """

    places: Places
    owners: Places

    @classmethod
    def of(cls, begins: Places, ends: Places) -> _Blocks:
        """The blocks of parts that begin and end there."""
        counts = -(-(ends - begins) // BLOCK)
        owners = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = begins[owners] + BLOCK * number + np.arange(BLOCK)[:, None]
        return cls(np.minimum(places, ends[owners] - 1), owners)


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
    """Of packed tokens and a question's, already shortened, shape (records, question tokens)."""
    vectors = records["vector"].astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    products: Vectors = vectors @ question.T
    products /= np.maximum(lengths, 1e-9)[:, None]
    return products


def closeness(asked: Sequence[Weighted], tokens: Packed, spans: Places) -> list[Closeness]:
    """How near each wording of a question comes to each of some passages.

    Args:
        spans: where each passage's tokens begin and end in `tokens`, shape (passages, 2).
    """
    begins, ends = spans.T
    texts = begins + _in_headings(tokens, spans)
    above, text = _Blocks.of(begins, texts), _Blocks.of(texts, ends)
    question = np.concatenate([each.tokens for each in asked])
    nothing = np.zeros((len(spans), len(question)), dtype=np.float32)
    context = _raised(nothing, _nearest(question, tokens, above), above.owners)
    near = _nearest(question, tokens, text)
    whole = _raised(context, near, text.owners)
    windows = np.maximum(_with_next(near, text.owners), context[text.owners])
    found = []
    end = 0
    for each in asked:
        begin, end = end, end + len(each.tokens)
        low, best = (part[:, begin:end] @ each.weights for part in (context, windows))
        found.append(Closeness(whole[:, begin:end], _raised(low, best, text.owners)))
    return found


def _in_headings(tokens: Packed, spans: Places) -> Places:
    """How many tokens of each passage, the first ones, stand in its title and headings."""
    lengths = spans[:, 1] - spans[:, 0]
    ends = np.cumsum(lengths)
    order = np.arange(int(lengths.sum())) + np.repeat(spans[:, 1] - ends, lengths)
    before = np.r_[0, np.cumsum(tokens["start"][order] < 0)]
    counts: Places = before[ends] - before[ends - lengths]
    return counts


def _nearest(question: Vectors, tokens: Packed, blocks: _Blocks) -> Vectors:
    """The cosine of each token of a question to its nearest one in each block."""
    nearest = np.empty((len(blocks.owners), len(question)), dtype=np.float32)
    for begin in range(0, len(nearest), _AT_ONCE):
        places = blocks.places[:, begin : begin + _AT_ONCE]
        near = cosines(question, np.take(tokens, places.ravel()))
        near.reshape(*places.shape, -1).max(axis=0, out=nearest[begin : begin + _AT_ONCE])
    return nearest


def _with_next(near: Vectors, owners: Places) -> Vectors:
    """The higher of each block and the one that follows it in the same passage."""
    higher = near.copy()
    follows = np.flatnonzero(owners[1:] == owners[:-1])
    higher[follows] = np.maximum(near[follows], near[follows + 1])
    return higher


def _raised(low: Vectors, values: Vectors, owners: Places) -> Vectors:
    """What each passage has, raised to the highest of its blocks."""
    high = low.copy()
    if len(owners):
        firsts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        high[owners[firsts]] = np.maximum(
            low[owners[firsts]], np.maximum.reduceat(values, firsts, axis=0)
        )
    return high


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
