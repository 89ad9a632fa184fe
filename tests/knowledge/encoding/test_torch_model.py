from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from knowledge.encoding import torch_model
from knowledge.encoding.encoder import Encoder
from knowledge.encoding.onnx_export import model_folder
from knowledge.encoding.torch_model import TorchModel, _lengths, with_usual_prompts
from knowledge.errors import EncoderUnavailable

# Whoever collects the tests would wait for it.
if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

ODD = ["", "No.", "Who pays for the rollout?", "Größe, ½ und ☂: naïve café 东京 🙂", "x" * 5000]
TEXTS = [f"The pilot lasts {n} weeks. " * n for n in range(1, 40)]


@pytest.fixture(scope="module")
def original() -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)


def test_a_model_is_loaded_by_its_folder_and_gives_its_own_vectors(
    original: SentenceTransformer, encoder: Encoder
):
    named = Encoder(str(model_folder()))
    assert float((named.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min()) >= 0.999
    question = named.encode_question("Who pays?")
    np.testing.assert_allclose(question, original.encode("Who pays?"), atol=1e-6)
    assert named.encode([]).shape == (0, 384)


def test_the_exported_model_has_the_vectors_of_sentence_transformers(
    original: SentenceTransformer, encoder: Encoder
):
    texts = [*ODD, *TEXTS[::3]]
    expected = original.encode(texts, normalize_embeddings=True)
    many, few = encoder.encode(texts), np.stack([encoder.encode_question(each) for each in texts])
    for found in (many, few):
        assert float((found * expected).sum(axis=1).min()) >= 0.99999


@pytest.mark.parametrize("name", ["no/such/folder", "nobody/no-such-model"])
def test_a_model_that_is_not_there_is_named_with_the_setting_to_check(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderUnavailable, match="UPTAKE_EMBEDDING_MODEL") as caught:
        Encoder(name).encode(["One."])
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_questions_and_passages_get_the_models_own_prompts(original: SentenceTransformer):
    from sentence_transformers import SentenceTransformer

    prompts = {"query": "query: ", "document": "passage: "}
    prompted = SentenceTransformer(
        str(model_folder()), device="cpu", local_files_only=True, prompts=prompts
    )
    model = TorchModel(prompted)
    expected = original.encode(["query: Who pays?", "passage: Who pays?"])
    question = model.encode_questions(["Who pays?"])[0]
    np.testing.assert_allclose(question.vector, expected[0], atol=1e-5)
    assert question.offsets.tolist() == [[0, 3], [4, 8], [8, 9]]
    np.testing.assert_allclose(model.encode(["Who pays?"], 1)[0], expected[1], atol=1e-5)


@pytest.mark.parametrize(
    ("turned", "slowed", "chosen"),
    [(0.0, 0.0, "bfloat16"), (0.5, 0.0, "float32"), (0.0, 0.02, "float32")],
)
def test_the_number_format_is_the_faster_one_that_says_the_same(
    original: SentenceTransformer,
    monkeypatch: pytest.MonkeyPatch,
    turned: float,
    slowed: float,
    chosen: str,
):
    import torch

    passed = {False: 0.01, True: 0.001 + slowed}
    now = [0.0]
    used: list[str] = []

    def vectors(model, texts, prompt="", threads=None):
        bf16 = model.dtype == torch.bfloat16
        used.append("bfloat16" if bf16 else "float32")
        now[0] += passed[bf16]
        first = np.array([1.0, turned if bf16 else 0.0], dtype=np.float32)
        return np.tile(first / np.linalg.norm(first), (len(texts), 1))

    monkeypatch.setattr(torch_model, "_vectors", vectors)
    monkeypatch.setattr("knowledge.encoding.torch_model.time.perf_counter", lambda: now[0])
    model = TorchModel(original)
    model.encode([f"Text {n}." for n in range(40)], threads=2)
    assert used == ["float32"], "short texts tell nothing"
    model.encode([f"Text {n}. " * 40 for n in range(40)], threads=2)
    assert used[-1] == chosen


def test_pytorch_is_left_with_the_threads_it_had(
    original: SentenceTransformer, monkeypatch: pytest.MonkeyPatch
):
    import torch

    taken: list[int] = []
    monkeypatch.setattr(torch_model, "_all_threads", lambda: 3)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(torch, "set_num_threads", taken.append)
    model = TorchModel(original)
    model.encode_questions(["Who is my champion?"])
    assert taken == [1, 2]
    model.encode([f"Passage {n}" for n in range(16)], threads=3)
    assert set(taken[2::2]) == {3}
    assert set(taken[3::2]) == {2}


def test_token_vectors_are_those_of_the_default_model(encoder: Encoder):
    named = Encoder(str(model_folder()))
    few = ["Who pays for the rollout?", "", "Größe ☂", "x " * 400]
    for texts in (few, few * 5):
        for found, expected in zip(
            named.encode_with_tokens(texts), encoder.encode_with_tokens(texts), strict=True
        ):
            np.testing.assert_array_equal(found.offsets, expected.offsets)
            np.testing.assert_allclose(found.vector, expected.vector, atol=1e-5)
            np.testing.assert_allclose(found.tokens, expected.tokens, atol=1e-3)


def test_a_model_without_a_usual_tokenizer_is_encoded_all_the_same():
    class Bare:
        max_seq_length = 256

    texts = ["x" * 4 * n for n in range(16)]
    assert _lengths(cast(Any, Bare()), texts) == list(range(1, 17))


@pytest.mark.parametrize(
    ("name", "prompts", "expected"),
    [
        ("intfloat/multilingual-e5-small", {"query": "", "document": ""}, "query: "),
        ("intfloat/e5-base-v2", {}, "query: "),
        ("/models/multilingual-e5-large", {}, "query: "),
        ("someone/own-e5-small", {"query": "ask: "}, "ask: "),
        ("intfloat/multilingual-e5-large-instruct", {"query": ""}, ""),
        ("all-mpnet-base-v2", {"query": ""}, ""),
    ],
)
def test_e5_models_get_the_prompts_that_they_were_trained_with(
    name: str, prompts: dict[str, str], expected: str
):
    assert with_usual_prompts(name, prompts).get("query", "") == expected
