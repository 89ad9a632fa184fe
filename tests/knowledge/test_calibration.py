from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.answers.answer import Confidence
from knowledge.answers.answerer import Answerer
from knowledge.index.encoder import Encoder
from knowledge.index.index import Index
from knowledge.retrieval.calibration import everyday, keep_bar, kept_bar, measured
from knowledge.retrieval.confidence import USUAL_BAR, Bar


def test_there_are_enough_everyday_requests_and_each_is_one():
    requests = everyday()
    assert len(requests) >= 150
    assert len({request.lower() for request in requests}) == len(requests)


def test_a_new_version_is_measured_before_anybody_asks(index: Index):
    version = index.live()
    assert version is not None
    kept = kept_bar(index.folder / "snapshots" / version.name)
    assert kept is not None
    assert kept == measured(index.snapshot(), index.encoder) == index.bar(version.name)


def test_everyday_requests_are_not_answered(index: Index):
    answerer = Answerer(index)
    outcomes = [answerer.answer(answerer.find(request)).outcome for request in everyday()]
    assert outcomes.count(Confidence.ABSTAINED) / len(outcomes) >= 0.95


def test_a_lost_bar_is_measured_again(data_dir: Path, encoder: Encoder):
    index = Index.open(data_dir / "index", encoder)
    version = index.live()
    assert version is not None
    place = index.folder / "snapshots" / version.name
    before = kept_bar(place)
    (place / "bar.json").write_text("{broken", "utf-8")
    again = Index.open(data_dir / "index", encoder)
    again.snapshot()
    assert again.bar(version.name) == kept_bar(place) == before


def test_a_version_that_was_never_measured_has_the_usual_bar(index: Index):
    assert index.bar("never-there") == index.bar("") == USUAL_BAR


def test_a_bar_that_cannot_be_written_harms_nothing(tmp_path: Path):
    keep_bar(tmp_path / "gone", Bar(0.4, 0.5))
    assert kept_bar(tmp_path / "gone") is None


@pytest.mark.parametrize("text", ["[]", "{}", '{"recipe": 0, "help_from": 1, "answer_from": 1}'])
def test_a_bar_of_another_recipe_is_not_taken(tmp_path: Path, text: str):
    (tmp_path / "bar.json").write_text(text, "utf-8")
    assert kept_bar(tmp_path) is None
