from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.errors import EncoderUnavailable
from knowledge.index.encoder import MINILM_SHA256, Encoder, _batches, _lengths, check_weights


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


def test_it_says_while_it_loads(monkeypatch: pytest.MonkeyPatch):
    go_on = threading.Event()

    def load(name: str):
        assert go_on.wait(20)
        raise EncoderUnavailable(name)

    monkeypatch.setattr("knowledge.index.encoder._load", load)
    encoder = Encoder()
    assert not encoder.is_loading
    encoder.start()
    assert encoder.is_loading
    go_on.set()
    with pytest.raises(EncoderUnavailable):
        encoder.encode(["Who pays?"])
    assert not encoder.is_loading


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
    monkeypatch.setattr("knowledge.index.encoder.MINILM_SHA256", "0" * 64)
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
    monkeypatch.setattr("knowledge.index.encoder._load", load)
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
        found[n] = encoder.encode_question(texts[n])

    threads = [threading.Thread(target=encode, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n, vector in found.items():
        # As close as the number format that was chosen for batches allows.
        assert float(vector @ expected[n]) >= 0.999
        np.testing.assert_allclose(vector, encoder.encode([texts[n]])[0], atol=1e-5)
    assert len(found) == 8


def test_questions_that_come_together_are_encoded_together(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    encoder.encode(["Loaded already."])
    batches: list[int] = []
    first, may_go_on = threading.Event(), threading.Event()

    def vectors(model, texts, threads=None):
        batches.append(len(texts))
        first.set()
        may_go_on.wait(30)
        return np.array([[float(len(text))] for text in texts], dtype=np.float32)

    monkeypatch.setattr("knowledge.index.encoder._vectors", vectors)
    found: dict[int, float] = {}

    def ask(n: int) -> None:
        found[n] = float(encoder.encode_question("x" * n)[0])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 51)]
    threads[0].start()
    assert first.wait(30)
    for thread in threads[1:]:
        thread.start()
    while encoder._questions.waiting < 49:
        threads[-1].join(0.01)
    may_go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == {n: float(n) for n in range(1, 51)}
    assert batches == [1, 15, 15, 15, 4]


def test_a_question_that_cannot_be_encoded_says_so_to_everyone_who_waits(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    encoder.encode(["Loaded already."])

    def fails(model, texts, threads=None):
        raise RuntimeError("out of memory")

    with monkeypatch.context() as broken:
        broken.setattr("knowledge.index.encoder._vectors", fails)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="out of memory"):
                encoder.encode_question("One?")
    assert encoder.encode_question("One?").shape == (384,)


@pytest.mark.parametrize(
    ("turned", "slowed", "chosen"),
    [
        (0.0, 0.0, "bfloat16"),
        (0.5, 0.0, "float32"),
        (0.0, 0.02, "float32"),
    ],
)
def test_the_number_format_is_the_faster_one_that_says_the_same(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch, turned: float, slowed: float, chosen: str
):
    import torch

    encoder.encode(["Loaded already."])
    passed = {False: 0.01, True: 0.001 + slowed}
    now = [0.0]

    def vectors(model, texts, threads=None):
        bf16 = model.dtype == torch.bfloat16
        now[0] += passed[bf16]
        first = np.array([1.0, turned if bf16 else 0.0], dtype=np.float32)
        return np.tile(first / np.linalg.norm(first), (len(texts), 1))

    monkeypatch.setattr("knowledge.index.encoder._vectors", vectors)
    monkeypatch.setattr("knowledge.index.encoder.time.perf_counter", lambda: now[0])
    fresh = Encoder()
    fresh._model = encoder._model
    fresh._started = True
    assert fresh.number_format == ""
    fresh.encode([f"Text {n}." for n in range(40)])
    assert fresh.number_format == "", "short texts tell nothing"
    fresh.encode([f"Text {n}. " * 40 for n in range(40)])
    assert fresh.number_format == chosen


def test_a_question_takes_one_thread_and_many_texts_take_all(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    import torch

    taken: list[int] = []
    monkeypatch.setattr("knowledge.index.encoder._all_threads", lambda: 3)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(torch, "set_num_threads", taken.append)
    encoder.encode_question("Who is my champion?")
    # Whoever else works with PyTorch in this thread finds it as it was.
    assert taken == [1, 2]
    encoder.encode([f"Passage {n}" for n in range(16)])
    assert set(taken[2::2]) == {3}
    assert set(taken[3::2]) == {2}


words = st.lists(
    st.sampled_from("a the pilot budget 1.234.567 größe ☂ licence".split()), max_size=400
)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(words.map(" ".join), min_size=16, max_size=40))
def test_many_texts_have_the_vectors_they_have_alone(encoder: Encoder, texts: list[str]):
    together = encoder.encode(texts)
    alone = np.stack([encoder.encode([text])[0] for text in texts])
    assert float((together * alone).sum(axis=1).min()) >= 0.999


@given(st.lists(st.integers(0, 300), max_size=200), st.integers(1, 5000))
def test_batches_hold_every_text_once_and_no_more_than_they_may(lengths: list[int], most: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.index.encoder._BATCH", most)
        batches = list(_batches(lengths))
    assert sorted(place for batch in batches for place in batch) == list(range(len(lengths)))
    for batch in batches:
        filled_up = len(batch) * max(lengths[place] for place in batch)
        assert filled_up <= most or len(batch) == 1


def test_a_model_without_a_usual_tokenizer_is_encoded_all_the_same(encoder: Encoder):
    class Bare:
        max_seq_length = 256

    texts = ["x" * 4 * n for n in range(16)]
    assert _lengths(cast(Any, Bare()), texts) == list(range(1, 17))
