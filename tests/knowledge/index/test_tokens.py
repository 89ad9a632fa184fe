from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.encoding.encoded import Encoded
from knowledge.encoding.encoder import Encoder
from knowledge.index.tokens import (
    BLOCK,
    DIMENSIONS,
    RECORD,
    Closeness,
    Packed,
    Weighted,
    closeness,
    cosines,
    pack,
    shortened,
)
from tests.support.examples import examples

DICE = np.random.default_rng(3)


def encoded(count: int, width: int = 384) -> Encoded:
    tokens = DICE.normal(size=(count, width)).astype(np.float32)
    offsets = np.array([[5 * n, 5 * n + 4] for n in range(count)], np.int64).reshape(-1, 2)
    return Encoded(np.ones(width, np.float32), tokens, offsets)


def records(one: Encoded, context: int) -> Packed:
    return np.frombuffer(pack(one, context), dtype=RECORD)


@settings(deadline=None, max_examples=examples(30))
@given(st.integers(0, 60), st.sampled_from([16, 384, 768]))
def test_packed_tokens_keep_their_direction_within_a_degree(count: int, width: int):
    one = encoded(count, width)
    packed = records(one, 0)
    assert packed.nbytes == count * (DIMENSIONS + 4)
    near = cosines(shortened(one.tokens), packed).diagonal()
    assert np.degrees(np.arccos(np.clip(near, -1, 1))).max(initial=0) < 1


def near_to(asked: list[Weighted], passages: list[Packed]) -> list[Closeness]:
    """The closeness of passages whose tokens are stored one after the other."""
    ends = np.cumsum([0, *map(len, passages)])
    stored = np.concatenate([np.zeros(0, dtype=RECORD), *passages], dtype=RECORD)
    return closeness(asked, stored, np.stack([ends[:-1], ends[1:]], axis=1))


def test_a_token_says_where_it_stands_in_the_text():
    assert records(encoded(4), 10)["start"].tolist() == [-10, -5, 0, 5]


@settings(deadline=None, max_examples=examples(30))
@given(st.lists(st.tuples(st.integers(0, 80), st.integers(0, 200)), max_size=5), st.integers(0, 5))
def test_the_nearest_token_counts_wherever_it_stands(sizes: list[tuple[int, int]], asked: int):
    question = shortened(encoded(asked).tokens)
    passages = [records(encoded(count), context) for count, context in sizes]
    weights = np.full(asked, 1 / max(asked, 1), np.float32)
    near = near_to([Weighted(question, weights)], passages)[0]
    assert near.whole.shape == (len(passages), asked)
    for number, packed in enumerate(passages):
        expected = cosines(question, packed).max(axis=0, initial=0)
        np.testing.assert_allclose(near.whole[number], expected, atol=1e-5)
        assert near.window[number] <= near.whole[number].sum() * weights.max(initial=0) + 1e-5


def test_wordings_that_are_compared_together_come_as_near_as_each_alone():
    passages = [records(encoded(count), 20) for count in (0, 3, BLOCK, 2 * BLOCK + 1)]
    asked = [
        Weighted(shortened(encoded(count).tokens), np.full(count, 1 / count, np.float32))
        for count in (4, 9)
    ]
    for one, together in zip(asked, near_to(asked, passages), strict=True):
        alone = near_to([one], passages)[0]
        np.testing.assert_allclose(together.whole, alone.whole, atol=1e-6)
        np.testing.assert_allclose(together.window, alone.window, atol=1e-6)


def test_a_window_holds_what_is_said_near_together():
    question = np.eye(2, DIMENSIONS, dtype=np.float32)
    filler = np.eye(1, DIMENSIONS, 5, dtype=np.float32)[0]

    def text(*places: int) -> Packed:
        made = np.zeros(6 * BLOCK, dtype=RECORD)
        made["start"] = np.arange(len(made))
        made["vector"] = np.rint(filler * 127)
        for number, place in enumerate(places):
            made["vector"][place] = np.rint(question[number] * 127)
        return made

    passages = [text(3, 10), text(3, 5 * BLOCK)]
    near = near_to([Weighted(question, np.array([0.5, 0.5], np.float32))], passages)[0]
    np.testing.assert_allclose(near.whole.mean(axis=1), [1, 1], atol=1e-5)
    np.testing.assert_allclose(near.window, [1, 0.5], atol=1e-5)
    telling = near_to([Weighted(question, np.array([0.9, 0.1], np.float32))], passages)[0]
    np.testing.assert_allclose(telling.window, [1, 0.9], atol=1e-5)


def test_shortened_tokens_of_real_texts_are_as_near_as_whole_ones(encoder: Encoder):
    texts = [
        "Who pays for the licence of the assistant?",
        "The sponsor carries the cost of a seat.",
    ]
    one, other = (each.tokens for each in encoder.encode_with_tokens(texts))
    whole = _unit(one) @ _unit(other).T
    short = shortened(one) @ shortened(other).T
    assert np.corrcoef(whole.ravel(), short.ravel())[0, 1] > 0.97


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
