from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from ingest.errors import FolderMissing, IndexBusy
from ingest.sync.sync import Sync
from knowledge.answers.answerer import Answerer
from knowledge.encoding.encoded import Encoded
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.conftest import environment, write_guides
from tests.ingest.files import BROKEN, KINDS, write_all


class Counting(Encoder):
    """The real encoder, that counts what it encodes and may fail at a given text."""

    def __init__(self, inner: Encoder, fail_at: int | None = None) -> None:
        super().__init__(inner.name)
        self.inner, self.fail_at, self.encoded = inner, fail_at, 0

    def encode_with_tokens(self, texts: Sequence[str]) -> list[Encoded]:
        self.encoded += len(texts)
        if self.fail_at is not None and self.encoded >= self.fail_at:
            raise KeyboardInterrupt
        return self.inner.encode_with_tokens(texts)


def opened(folder: Path, encoder: Encoder) -> Index:
    return Index.open(folder, encoder)


def texts(index: Index) -> list[str]:
    snapshot = index.snapshot()
    return [snapshot.passage(row).text for row in range(len(snapshot))]


def test_an_unchanged_file_costs_no_embedding(tmp_path: Path, guides: Path, encoder: Encoder):
    counting = Counting(encoder)
    first = Sync(opened(tmp_path / "index", counting)).run([guides])
    assert len(first.added) == 3
    spent = counting.encoded
    assert spent > 0
    again = Sync(opened(tmp_path / "index", counting)).run([guides])
    assert counting.encoded == spent
    assert len(again.unchanged) == 3
    assert again.version == first.version


def test_a_changed_file_is_replaced_and_a_deleted_one_leaves(
    tmp_path: Path, guides: Path, encoder: Encoder
):
    counting = Counting(encoder)
    index = opened(tmp_path / "index", counting)
    Sync(index).run([guides])
    before = counting.encoded
    path = guides / "faq" / "accuracy.md"
    path.write_text(path.read_text("utf-8").replace("Not unseen.", "Only after a check."), "utf-8")
    (guides / "quick-starts" / "override.md").unlink()
    report = Sync(index).run([guides])
    assert report.updated == [str(path)]
    assert report.removed == [str(guides / "quick-starts" / "override.md")]
    assert 0 < counting.encoded - before < 10
    assert any("Only after a check." in text for text in texts(index))
    assert not any("Not unseen." in text or "Override a rec" in text for text in texts(index))


def test_files_of_other_paths_stay(tmp_path: Path, guides: Path, encoder: Encoder):
    index = opened(tmp_path / "index", encoder)
    Sync(index).run([guides / "faq"])
    Sync(index).run([guides / "playbook"])
    assert any("Not unseen." in text for text in texts(index))
    assert any("15–20 %" in text for text in texts(index))


def test_broken_files_fail_alone(tmp_path: Path, encoder: Encoder):
    folder = write_all(tmp_path / "mixed", BROKEN | {n: make() for n, make in KINDS.items()})
    index = opened(tmp_path / "index", encoder)
    report = Sync(index).run([folder])
    assert sorted(Path(each.source).name for each in report.failed) == sorted(BROKEN)
    assert sorted(Path(each).name for each in report.added) == sorted(KINDS)
    assert all(each.reason for each in report.failed)


def test_a_file_that_breaks_keeps_the_passages_it_had(
    tmp_path: Path, guides: Path, encoder: Encoder
):
    index = opened(tmp_path / "index", encoder)
    Sync(index).run([guides])
    path = guides / "playbook" / "budget.md"
    path.write_bytes(b"\xff broken \xfe")
    report = Sync(index).run([guides])
    assert [each.source for each in report.failed] == [str(path)]
    assert any("15–20 %" in text for text in texts(index))


@pytest.mark.parametrize("fail_at", [1, 2, 4])
def test_an_interrupted_run_repeated_ends_in_the_same_index(
    fail_at: int, tmp_path: Path, guides: Path, encoder: Encoder
):
    whole = Sync(opened(tmp_path / "whole", encoder)).run([guides])
    with pytest.raises(KeyboardInterrupt):
        Sync(opened(tmp_path / "index", Counting(encoder, fail_at))).run([guides])
    index = opened(tmp_path / "index", encoder)
    report = Sync(index).run([guides])
    assert report.version == whole.version
    tokens = opened(tmp_path / "whole", encoder).snapshot().tokens
    assert len(index.snapshot().tokens) == len(tokens)


KILLED = """
import os, sys
from pathlib import Path
import knowledge.index.index
from knowledge.encoding.encoder import Encoder
from ingest.sync.sync import Sync
where, folder, guides = sys.argv[1:]
module, name = where.rsplit(".", 1)
import importlib
owner = importlib.import_module(module.rsplit(".", 1)[0])
kind = getattr(owner, module.rsplit(".", 1)[1])
original = getattr(kind, name)
def dying(*a, **k):
    original(*a, **k)
    os.kill(os.getpid(), 9)
setattr(kind, name, dying)
Sync(knowledge.index.index.Index.open(Path(folder), Encoder())).run([Path(guides)])
"""


@pytest.mark.parametrize(
    "where",
    [
        "knowledge.index.store.PassageStore.add_documents",
        "knowledge.index.catalog.Catalog.keep_files",
        "knowledge.index.index.Index._derive",
        "knowledge.index.catalog.Catalog.publish",
    ],
)
def test_a_run_killed_anywhere_and_repeated_ends_in_the_same_index(
    where: str, tmp_path: Path, guides: Path, encoder: Encoder
):
    whole = Sync(opened(tmp_path / "whole", encoder)).run([guides])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, where, str(tmp_path / "index"), str(guides)],
        env=environment(),
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -9, done.stderr
    index = opened(tmp_path / "index", encoder)
    assert Sync(index).run([guides]).version == whole.version
    found = Answerer(index).find("How much of the budget goes to change management?")
    assert "15–20 %" in found.hits[0].passage.text


def test_two_writers_at_once_are_one_too_many(tmp_path: Path, guides: Path, encoder: Encoder):
    index = opened(tmp_path / "index", encoder)
    with FileLock(tmp_path / "index" / "writing.lock"), pytest.raises(IndexBusy):
        Sync(index).run([guides])


def test_a_missing_folder_changes_nothing(tmp_path: Path, guides: Path, encoder: Encoder):
    index = opened(tmp_path / "index", encoder)
    version = Sync(index).run([guides]).version
    with pytest.raises(FolderMissing):
        Sync(index).run([guides, tmp_path / "nowhere"])
    live = index.live()
    assert live is not None
    assert live.name == version


def test_another_recipe_encodes_everything_anew(
    tmp_path: Path, guides: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
):
    counting = Counting(encoder)
    index = opened(tmp_path / "index", counting)
    other = write_guides(tmp_path / "elsewhere")
    before = Sync(index).run([guides, other / "faq"])
    spent = counting.encoded
    monkeypatch.setattr("knowledge.index.snapshot.FORMAT", 999)
    assert index.outdated()
    after = Sync(index).run([guides])
    assert counting.encoded == 2 * spent
    assert (after.passages, after.version != before.version) == (before.passages, True)
    assert not index.outdated()
