from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.encoder import MINILM_SHA256, Encoder, check_weights
from knowledge.errors import EncoderUnavailable


@settings(deadline=None, max_examples=8)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_every_vector_has_length_one(encoder: Encoder, texts: list[str]):
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: Encoder):
    texts = ["The sponsor asks every month.", "No.", "A pilot lasts six weeks. " * 10]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_nothing_to_encode_gives_no_vectors(encoder: Encoder):
    assert len(encoder.encode([])) == 0


def test_texts_of_like_meaning_are_closer_than_others(encoder: Encoder):
    question, like, unlike = encoder.encode(
        ["Who pays for the rollout?", "The sponsor carries its cost.", "Cats sleep all day."]
    )
    assert question @ like > question @ unlike


def test_lists_for_langchain_hold_the_same_numbers(encoder: Encoder):
    expected = encoder.encode(["One."])[0]
    np.testing.assert_array_equal(np.float32(encoder.embed_query("One.")), expected)
    np.testing.assert_array_equal(np.float32(encoder.embed_documents(["One."])[0]), expected)


def test_weights_with_the_published_fingerprint_are_taken(tmp_path: Path):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"weights")
    check_weights(path, hashlib.sha256(b"weights").hexdigest())


@pytest.mark.parametrize("content", [b"other weights", b""])
def test_weights_with_another_fingerprint_are_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(EncoderUnavailable, match="are not the published ones"):
        check_weights(path, MINILM_SHA256)


def test_missing_weights_are_said(tmp_path: Path):
    with pytest.raises(EncoderUnavailable, match="are missing"):
        check_weights(tmp_path / "model.safetensors", MINILM_SHA256)


def test_nothing_is_encoded_with_weights_that_are_not_the_published_ones(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("knowledge.encoder.MINILM_SHA256", "0" * 64)
    refused = Encoder()
    for _ in range(2):
        with pytest.raises(EncoderUnavailable, match="not the published ones"):
            refused.encode(["One."])


def test_a_model_that_is_not_there_is_named_with_the_setting_to_check(tmp_path: Path):
    name = str(tmp_path / "no-such-model")
    with pytest.raises(EncoderUnavailable, match="UPTAKE_EMBEDDING_MODEL") as caught:
        Encoder(name).encode(["One."])
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_model_is_loaded_in_the_background_and_once(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    may_load, loads, loaded_in = threading.Event(), [], []

    def load(name: str):
        loads.append(name)
        loaded_in.append(threading.current_thread().name)
        may_load.wait(30)
        return encoder._model.result()

    encoder.encode(["Loaded already."])
    monkeypatch.setattr("knowledge.encoder._load", load)
    slow = Encoder()
    # Returns though the model cannot be loaded yet.
    slow.start()
    slow.start()
    results: list[np.ndarray] = []
    asking = [
        threading.Thread(target=lambda: results.append(slow.encode(["One."]))) for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    assert results == []
    may_load.set()
    for thread in asking:
        thread.join(30)
    assert len(results) == 4
    assert all(np.array_equal(each, encoder.encode(["One."])) for each in results)
    assert loads == ["all-MiniLM-L6-v2"]
    assert loaded_in == ["encoder"]


def test_texts_encoded_from_many_threads_do_not_mix(encoder: Encoder):
    texts = [f"Sentence number {n} of the guide." for n in range(8)]
    expected = encoder.encode(texts)
    found: dict[int, np.ndarray] = {}

    def encode(n: int) -> None:
        found[n] = encoder.encode([texts[n]])[0]

    threads = [threading.Thread(target=encode, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, vector in found.items():
        np.testing.assert_allclose(vector, expected[n], atol=1e-5)
    assert len(found) == 8
