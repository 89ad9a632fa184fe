from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.encoding.encoded import Encoded
from knowledge.encoding.encoder import Encoder
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


def test_it_says_while_it_loads(monkeypatch: pytest.MonkeyPatch):
    go_on = threading.Event()

    def load(name: str):
        assert go_on.wait(20)
        raise EncoderUnavailable(name)

    monkeypatch.setattr("knowledge.encoding.encoder._load", load)
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


def test_each_token_has_a_vector_and_its_place_in_the_text(encoder: Encoder):
    text = "Größe: who PAYS?"
    (found,) = encoder.encode_with_tokens([text])
    words = [text[begin:end] for begin, end in found.offsets]
    assert "".join(words) == "Größe:whoPAYS?"
    assert found.tokens.shape == (len(words), 384)
    np.testing.assert_allclose(found.vector, encoder.encode([text])[0], atol=1e-6)
    question = encoder.encode_question_with_tokens(text)
    np.testing.assert_allclose(question.tokens, found.tokens, atol=1e-5)


def test_tokens_do_not_depend_on_the_texts_beside_them(encoder: Encoder):
    texts = [f"The pilot lasts {n} weeks. " * n for n in range(30)]
    for text, together in zip(texts, encoder.encode_with_tokens(texts), strict=True):
        (alone,) = encoder.encode_with_tokens([text])
        np.testing.assert_array_equal(together.offsets, alone.offsets)
        np.testing.assert_allclose(together.tokens, alone.tokens, atol=1e-4)
    assert encoder.encode_with_tokens([]) == []


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
    monkeypatch.setattr("knowledge.encoding.encoder._load", load)
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
        np.testing.assert_allclose(vector, expected[n], atol=1e-5)
        np.testing.assert_allclose(vector, encoder.encode([texts[n]])[0], atol=1e-5)
    assert len(found) == 8


class Counting:
    """A model that encodes a text as its length, once it may go on, and counts its batches."""

    dimensions = 1

    def __init__(self) -> None:
        self.batches: list[tuple[int, int]] = []
        self.begun, self.may_go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str], threads: int) -> np.ndarray:
        self.batches.append((len(texts), threads))
        self.begun.set()
        assert self.may_go_on.wait(30)
        return np.array([[float(len(text))] for text in texts], dtype=np.float32)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        none = np.zeros((0, 1), dtype=np.float32)
        offsets = np.zeros((0, 2), dtype=np.int64)
        return [Encoded(vector, none, offsets) for vector in self.encode(texts, threads=1)]


def test_the_model_has_everyday_words_and_no_misspelt_ones(encoder: Encoder):
    assert all(map(encoder.is_word, ["charging", "stock", "wrote", "doesn"]))
    assert not any(map(encoder.is_word, ["permision", "rigth", "confidental", ""]))


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr("knowledge.encoding.encoder._load", lambda name: made)
    return made


def test_questions_that_come_together_are_encoded_together(model: Counting):
    encoder = Encoder()
    found: dict[int, float] = {}

    def ask(n: int) -> None:
        found[n] = float(encoder.encode_question("x" * n)[0])

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(1, 51)]
    threads[0].start()
    assert model.begun.wait(30)
    for thread in threads[1:]:
        thread.start()
    while encoder._questions.waiting < 49:
        threads[-1].join(0.01)
    model.may_go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == {n: float(n) for n in range(1, 51)}
    assert [texts for texts, _ in model.batches] == [1, 15, 15, 15, 4]


def test_a_question_takes_one_thread_and_many_texts_take_all(
    model: Counting, monkeypatch: pytest.MonkeyPatch
):
    model.may_go_on.set()
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    encoder = Encoder()
    encoder.encode_question("Who is my champion?")
    encoder.encode(["A passage."] * 15)
    encoder.encode(["A passage."] * 16)
    monkeypatch.delenv("OMP_NUM_THREADS")
    encoder.encode(["A passage."] * 16)
    cores = len(os.sched_getaffinity(0))
    assert model.batches == [(1, 1), (15, 1), (16, 3), (16, cores)]


def test_a_question_that_cannot_be_encoded_says_so_to_everyone_who_waits(
    encoder: Encoder, model: Counting, monkeypatch: pytest.MonkeyPatch
):
    def fails(texts: Sequence[str]) -> list[Encoded]:
        raise RuntimeError("out of memory")

    broken = Encoder()
    with monkeypatch.context() as patch:
        patch.setattr(model, "encode_questions", fails)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="out of memory"):
                broken.encode_question("One?")
    model.may_go_on.set()
    assert broken.encode_question("One?").shape == (1,)


words = st.lists(
    st.sampled_from("a the pilot budget 1.234.567 größe ☂ licence".split()), max_size=400
)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(words.map(" ".join), min_size=16, max_size=40))
def test_many_texts_have_the_vectors_they_have_alone(encoder: Encoder, texts: list[str]):
    together = encoder.encode(texts)
    alone = np.stack([encoder.encode([text])[0] for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)
