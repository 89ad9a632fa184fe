from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.errors import EncoderUnavailable, IndexEmpty, IndexUnavailable
from knowledge.index.index import KEPT_VERSIONS, Index
from knowledge.index.passages import Scope
from tests.knowledge.passages import find


def sync(data: Path, guides: Path, encoder: Encoder) -> Index:
    index = Index.open(data, encoder)
    Sync(index).run([guides])
    return index


def change(guides: Path, number: int) -> None:
    (guides / "new.md").write_text(f"# New\n\nRule number {number} holds from now on.\n")


def test_a_reader_keeps_its_version_and_meets_the_next_one_at_its_next_question(
    data_dir: Path, tmp_path: Path, guides: Path, encoder: Encoder
):
    reader = sync(tmp_path / "i", guides, encoder)
    old = reader.snapshot()
    change(guides, 7)
    writer = sync(tmp_path / "i", guides, encoder)
    assert not any("Rule number" in old.passage(row).text for row in range(len(old)))
    assert find("budget", old, encoder, Scope()).hits
    new = reader.snapshot()
    assert new.version == writer.snapshot().version != old.version
    assert "number 7" in find("rule number", new, encoder, Scope()).hits[0].passage.text


def test_the_newest_versions_stay_and_older_ones_go_with_their_passages(
    tmp_path: Path, guides: Path, encoder: Encoder
):
    for number in range(6):
        change(guides, number)
        index = sync(tmp_path / "i", guides, encoder)
    assert len(index.catalog.versions()) == KEPT_VERSIONS
    kept = {version.name for version in index.catalog.versions()}
    assert {place.name for place in (tmp_path / "i" / "snapshots").iterdir()} == kept
    texts = index.store.get()["documents"]
    assert sum("Rule number" in text for text in texts) == KEPT_VERSIONS


@pytest.mark.parametrize(
    "file", ["about.json", "vectors.npy", "passages.jsonl", "tokens.bin", "starts.npy"]
)
def test_a_damaged_version_is_said_and_made_anew(
    file: str, tmp_path: Path, guides: Path, encoder: Encoder
):
    index = sync(tmp_path / "i", guides, encoder)
    version = index.snapshot().version
    path = tmp_path / "i" / "snapshots" / version / file
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(IndexUnavailable, match="--rebuild"):
        Index.open(tmp_path / "i", encoder).snapshot()
    Sync(Index.open(tmp_path / "i", encoder)).run([guides], rebuild=True)
    assert len(Index.open(tmp_path / "i", encoder).snapshot()) > 0


def test_a_version_whose_files_are_gone_is_derived_again(
    tmp_path: Path, guides: Path, encoder: Encoder
):
    import shutil

    before = sync(tmp_path / "i", guides, encoder).snapshot()
    shutil.rmtree(tmp_path / "i" / "snapshots")
    after = Index.open(tmp_path / "i", encoder).snapshot()
    assert after.version == before.version
    assert [after.passage(n) for n in range(len(after))] == [
        before.passage(n) for n in range(len(before))
    ]


def test_nothing_indexed_is_said(tmp_path: Path, encoder: Encoder):
    with pytest.raises(IndexEmpty, match="uptake ingest"):
        Index.open(tmp_path / "i", encoder).snapshot()


def test_an_index_of_another_model_is_said(tmp_path: Path, guides: Path, encoder: Encoder):
    sync(tmp_path / "i", guides, encoder)
    other = Index.open(tmp_path / "i", Encoder("another-model"))
    assert other.outdated()
    with pytest.raises(IndexUnavailable, match="UPTAKE_EMBEDDING_MODEL"):
        other.snapshot()


def test_a_folder_that_is_none_is_said(tmp_path: Path, encoder: Encoder):
    (tmp_path / "file").write_text("x")
    with pytest.raises(IndexUnavailable):
        Index.open(tmp_path / "file", encoder)


def test_a_model_that_cannot_be_loaded_says_so_at_every_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    encoder = Encoder(str(tmp_path / "no-model"))
    encoder.start()
    for _ in range(2):
        with pytest.raises(EncoderUnavailable, match="UPTAKE_EMBEDDING_MODEL"):
            encoder.encode(["x"])
