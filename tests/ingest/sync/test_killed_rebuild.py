"""A run that is killed while everything is read anew loses no file of any folder."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.sources.files import replace_file
from ingest.sync.sync import Sync
from knowledge.encoding.encoded import Encoded
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index


class Killed(BaseException):
    """Stands for a process that ends at once."""


class Dying(Encoder):
    """The real encoder, which ends the process at a given text."""

    def __init__(self, inner: Encoder, after: int) -> None:
        super().__init__(inner.name)
        self.inner, self.left = inner, after

    def encode_with_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        self.left -= len(texts)
        if self.left < 0:
            raise Killed
        return self.inner.encode_with_tokens(texts)


def folders(where: Path) -> list[Path]:
    made = []
    for name in ("one", "two"):
        folder = where / name
        folder.mkdir()
        for number in range(3):
            (folder / f"{number}.md").write_text(f"# Guide {number}\n\nWords {name} {number}.")
        made.append(folder)
    return made


def texts(index: Index) -> set[str]:
    snapshot = index.snapshot()
    return {snapshot.passage(row).text for row in range(len(snapshot))}


@pytest.mark.parametrize("after", [0, 3, 5])
def test_files_of_other_folders_are_still_there(
    after: int, tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    one, two = folders(tmp_path)
    index = Index.open(tmp_path / "index", encoder)
    Sync(index).run([one])
    Sync(index).run([two])
    before = texts(index)
    assert len(before) == 6
    # Another recipe: everything has to be encoded anew.
    monkeypatch.setattr("knowledge.index.snapshot.FORMAT", 999)
    with pytest.raises(Killed):
        Sync(Index.open(tmp_path / "index", Dying(encoder, after))).run([one])
    again = Index.open(tmp_path / "index", encoder)
    Sync(again).run([one])
    assert texts(again) == before
    assert not again.outdated()


def test_drafts_of_killed_processes_are_removed(tmp_path: Path):
    old, fresh = tmp_path / ".results.json.999999", tmp_path / ".results.json.999998"
    for draft in (old, fresh):
        draft.write_text("half")
    os.utime(old, (time.time() - 7200,) * 2)
    replace_file(tmp_path / "results.json", b"{}")
    assert sorted(path.name for path in tmp_path.iterdir()) == [fresh.name, "results.json"]


def test_drafts_of_snapshots_are_removed_with_the_next_version(tmp_path: Path, encoder: Encoder):
    one, two = folders(tmp_path)
    index = Index.open(tmp_path / "index", encoder)
    Sync(index).run([one])
    old, fresh = (tmp_path / "index" / "snapshots" / f".version.{pid}" for pid in (1, 2))
    for draft in (old, fresh):
        draft.mkdir()
    os.utime(old, (time.time() - 7200,) * 2)
    Sync(index).run([two])
    assert (old.exists(), fresh.exists()) == (False, True)
