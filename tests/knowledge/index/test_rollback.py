from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.encoding.encoder import Encoder
from knowledge.errors import IndexUnavailable, VersionUnknown
from knowledge.index.index import KEPT_VERSIONS, Index
from tests.knowledge.passages import Hashed, kept, passage

STATES = [[passage(f"State {n}."), passage("In every state.")] for n in range(4)]


@pytest.fixture
def encoder() -> Encoder:
    """Vectors without meaning are enough to be kept."""
    return Hashed()


def grown(folder: Path, encoder: Encoder, states: int) -> Index:
    index = Index.open(folder, encoder)
    for state in STATES[:states]:
        index.publish(kept(index, state))
    return index


def first_text(index: Index) -> str:
    return index.snapshot().passage(0).text


def test_the_newest_earlier_version_is_live_at_once(tmp_path: Path, encoder: Encoder):
    index = grown(tmp_path, encoder, 3)
    elsewhere = Index.open(tmp_path, encoder)
    assert first_text(elsewhere) == "State 2."
    assert index.roll_back().number == 2
    assert (first_text(index), first_text(elsewhere)) == ("State 1.", "State 1.")
    assert [each.live for each in index.catalog.versions()] == [False, True, False]


def test_a_version_is_chosen_by_its_number_or_name_and_forward_as_well(
    tmp_path: Path, encoder: Encoder
):
    index = grown(tmp_path, encoder, 3)
    assert index.roll_back("1").number == 1
    assert first_text(index) == "State 0."
    newest = index.catalog.versions()[0]
    assert index.roll_back(newest.name).number == 3
    assert first_text(index) == "State 2."


def test_what_is_published_after_going_back_is_a_new_version(tmp_path: Path, encoder: Encoder):
    index = grown(tmp_path, encoder, 2)
    index.roll_back()
    assert index.publish(kept(index, STATES[1])).number == 3
    assert first_text(index) == "State 1."


@pytest.mark.parametrize("wanted", ["9", "0", "-1", "", "last", "1; drop table"])
def test_an_unknown_version_changes_nothing(wanted: str, tmp_path: Path, encoder: Encoder):
    index = grown(tmp_path, encoder, 2)
    with pytest.raises(VersionUnknown, match="not kept"):
        index.roll_back(wanted)
    assert first_text(index) == "State 1."


def test_without_an_earlier_version_it_says_so(tmp_path: Path, encoder: Encoder):
    with pytest.raises(VersionUnknown, match="Nothing is indexed"):
        Index.open(tmp_path / "empty", encoder).roll_back()
    with pytest.raises(VersionUnknown, match="No version before 1"):
        grown(tmp_path / "one", encoder, 1).roll_back()


def test_a_version_of_another_model_is_refused(tmp_path: Path, encoder: Encoder):
    grown(tmp_path, encoder, 2)
    encoder.name = "another"
    with pytest.raises(VersionUnknown, match="another embedding model"):
        Index.open(tmp_path, encoder).roll_back()


def test_a_version_whose_files_are_lost_is_derived_again(tmp_path: Path, encoder: Encoder):
    import shutil

    index = grown(tmp_path, encoder, 2)
    shutil.rmtree(tmp_path / "snapshots" / index.catalog.versions()[1].name)
    index.roll_back()
    assert first_text(index) == "State 0."


def test_a_version_that_has_lost_passages_does_not_go_live(tmp_path: Path, encoder: Encoder):
    import shutil

    index = grown(tmp_path, encoder, 2)
    shutil.rmtree(tmp_path / "snapshots" / index.catalog.versions()[1].name)
    index.discard([STATES[0][0].id])
    with pytest.raises(IndexUnavailable, match="lost passages"):
        index.roll_back()
    assert first_text(index) == "State 1."


@settings(max_examples=12, deadline=None)
@given(
    steps=st.lists(
        st.one_of(st.integers(0, 3), st.sampled_from(["back", "1", "2", "3", "4"])), max_size=8
    )
)
def test_however_one_goes_back_and_forth_every_kept_version_is_whole(
    steps: list[int | str], tmp_path_factory: pytest.TempPathFactory
):
    index = Index.open(tmp_path_factory.mktemp("index"), Hashed())
    for step in steps:
        if isinstance(step, int):
            index.publish(kept(index, STATES[step]))
            continue
        try:
            index.roll_back(None if step == "back" else step)
        except VersionUnknown:
            continue
    versions = index.catalog.versions()
    assert len(versions) <= KEPT_VERSIONS
    assert sum(each.live for each in versions) == (1 if versions else 0)
    for version in versions:
        ids = index.catalog.members(version.name)
        assert len(list(index.store.fetch(ids))) == version.passages
