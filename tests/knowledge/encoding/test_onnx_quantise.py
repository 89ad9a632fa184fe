from __future__ import annotations

import time

import numpy as np
import pytest

from knowledge.encoding.onnx_export import exported_model, has_fast_int8, quantised_model
from knowledge.encoding.onnx_model import OnnxModel

TEXTS = [
    "No.",
    "Größe, ½ und ☂: naïve café 东京 🙂",
    *(f"The pilot lasts {n} weeks, and the sponsor asks every month. " * n for n in range(1, 16)),
]
with_fast_int8 = pytest.mark.skipif(
    not has_fast_int8(), reason="without VNNI, int8 loses more and is not used"
)


@pytest.fixture(scope="module")
def exact() -> OnnxModel:
    return OnnxModel(exported_model())


@pytest.fixture(scope="module")
def fast() -> OnnxModel:
    return OnnxModel(exported_model(), quantised_model)


@with_fast_int8
def test_many_texts_have_nearly_the_exact_vectors_in_int8(exact: OnnxModel, fast: OnnxModel):
    expected, found = exact.encode(TEXTS, threads=2), fast.encode(TEXTS, threads=2)
    cosines = (expected * found).sum(axis=1)
    assert 0.997 <= cosines.min() < 0.99999
    assert cosines.mean() >= 0.9985
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


@with_fast_int8
def test_a_vector_in_int8_does_not_depend_on_the_texts_beside_it(fast: OnnxModel):
    together = fast.encode_with_tokens(TEXTS, threads=2)
    for text, expected in zip(TEXTS, together, strict=True):
        beside = fast.encode_with_tokens([text, "Another one. " * 90], threads=2)[0]
        np.testing.assert_array_equal(beside.vector, expected.vector)
        np.testing.assert_array_equal(beside.tokens, expected.tokens)


def test_few_texts_and_questions_are_encoded_exactly(exact: OnnxModel, fast: OnnxModel):
    for text in TEXTS:
        expected = exact.encode([text], threads=1)
        np.testing.assert_array_equal(fast.encode([text], threads=1), expected)
        np.testing.assert_array_equal(fast.encode_questions([text])[0].vector, expected[0])


def test_without_fast_int8_many_texts_are_encoded_exactly(exact: OnnxModel):
    many = exact.encode(TEXTS, threads=2)
    alone = np.concatenate([exact.encode([text], threads=1) for text in TEXTS])
    np.testing.assert_allclose(many, alone, atol=1e-5)


@with_fast_int8
def test_the_model_for_many_texts_is_let_go_when_none_come_and_loaded_again(fast: OnnxModel):
    model = OnnxModel(exported_model(), quantised_model, unused=0.01)
    expected = fast.encode(TEXTS, threads=2)
    for _ in range(2):
        np.testing.assert_array_equal(model.encode(TEXTS, threads=2), expected)
        until = time.monotonic() + 30
        while model.is_ready_for_many:
            assert time.monotonic() < until, "it is still there"
            time.sleep(0.01)
    assert fast.is_ready_for_many
