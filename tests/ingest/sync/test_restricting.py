"""A guide that is restricted, or may be, is no longer quoted from the next sync on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parse.documents import Defaults
from ingest.sync.report import STATE, Report, from_state
from ingest.sync.sync import Sync
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.ingest.files import KINDS, pdf

FRONT = "---\ntitle: Plan\nowner: Ann\n---\n"


@pytest.fixture
def index(tmp_path: Path, encoder: Encoder) -> Index:
    return Index.open(tmp_path / "index", encoder)


def synced(index: Index, folder: Path) -> Report:
    return Sync(index).run([folder])


def texts(index: Index) -> str:
    snapshot = index.snapshot()
    return "\n".join(snapshot.passage(row).text for row in range(len(snapshot)))


@pytest.mark.parametrize(
    "now",
    [
        "---\naudience: admins\nkind: howto\n---\nThe plan is secret.",
        "---\naudience: board\n---\nThe plan is secret.",
        "---\naudience: admins\ntitle: [\n---\nThe plan is secret.",
        "---\ntitle: 'open\n---\nThe plan is secret.",
        '+++\naudience = "admins\n+++\nThe plan is secret.',
    ],
)
def test_an_edit_that_restricts_takes_the_public_text_out_at_once(
    now: str, tmp_path: Path, index: Index
):
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "other.md").write_text("Other words.", "utf-8")
    (folder / "plan.md").write_text(f"{FRONT}The plan is public.", "utf-8")
    synced(index, folder)
    assert "The plan is public." in texts(index)
    (folder / "plan.md").write_text(now, "utf-8")
    report = synced(index, folder)
    assert "The plan is public." not in texts(index)
    for problem in report.failed:
        assert (problem.owner, problem.removed) == ("Ann", True)
        assert problem.says.endswith("its earlier text was taken out")
        assert from_state(index.catalog.state(STATE)) == report.failed
    audiences = {index.snapshot().passage(row).audience for row in range(len(index.snapshot()))}
    assert audiences == ({"everyone"} if report.failed else {"everyone", "admins"})


def test_a_text_that_says_nothing_of_its_readers_keeps_its_last_version(
    tmp_path: Path, index: Index
):
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "plan.md").write_text("The plan is public.", "utf-8")
    synced(index, folder)
    (folder / "plan.md").write_bytes(b"\xff cut off while it was saved")
    (problem,) = synced(index, folder).failed
    assert not problem.removed
    assert "The plan is public." in texts(index)
    (folder / "plan.md").write_bytes("\xff audience: admins".encode("latin-1"))
    (problem,) = synced(index, folder).failed
    assert problem.removed


@pytest.mark.parametrize("broken", [pdf("secret"), b"%PDF-1.7 cut", b""])
def test_a_file_that_nobody_can_look_into_leaves(broken: bytes, tmp_path: Path, index: Index):
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "other.md").write_text("Other words.", "utf-8")
    (folder / "plan.pdf").write_bytes(KINDS["guide.pdf"]())
    synced(index, folder)
    (folder / "plan.pdf").write_bytes(broken)
    (problem,) = synced(index, folder).failed
    assert problem.removed
    assert texts(index) == "Other words."


def test_problems_are_remembered_until_their_files_are_looked_at_again(
    tmp_path: Path, index: Index
):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "a.md").write_text("---\naudience: board\n---\nWords.", "utf-8")
        (folder / "b.md").write_text(f"Words of {folder.name}.", "utf-8")
    owner = Defaults(owner="Bo")
    Sync(index, defaults_of=lambda path: owner).run([one])
    synced(index, other)
    kept = from_state(index.catalog.state(STATE))
    assert [(each.source, each.owner) for each in kept] == [
        (str(one / "a.md"), "Bo"),
        (str(other / "a.md"), ""),
    ]
    (one / "a.md").write_text("Words.", "utf-8")
    synced(index, one)
    kept = from_state(index.catalog.state(STATE))
    assert [each.source for each in kept] == [str(other / "a.md")]


def test_a_link_to_what_is_ignored_is_ignored(tmp_path: Path, index: Index):
    folder = tmp_path / "guides"
    (folder / "private" / "deep").mkdir(parents=True)
    (folder / ".uptakeignore").write_text("private/\nhidden.md\n", "utf-8")
    (folder / "private" / "deep" / "pay.md").write_text("The pay is secret.", "utf-8")
    (folder / "hidden.md").write_text("The plan is secret.", "utf-8")
    (folder / "seen.md").write_text("Seen words.", "utf-8")
    (folder / "pay.md").symlink_to(folder / "private" / "deep" / "pay.md")
    (folder / "plan.md").symlink_to("hidden.md")
    (folder / "public").symlink_to(folder / "private" / "deep")
    (folder / "again.md").symlink_to("seen.md")
    report = synced(index, folder)
    assert {Path(each).name for each in report.added} == {"seen.md", "again.md"}
    assert "secret" not in texts(index)


def test_documents_of_unread_kinds_are_counted(tmp_path: Path, index: Index):
    folder = tmp_path / "guides"
    folder.mkdir()
    for name in ("a.doc", "b.DOC", "c.adoc", "d.md", "e.png", "f.py"):
        (folder / name).write_text("Words.", "utf-8")
    assert synced(index, folder).passed_over == {".doc": 2, ".adoc": 1}


@pytest.mark.parametrize("audience", ["bosses", "everyone, or not"])
def test_who_keeps_a_guide_that_was_never_indexed_is_known(
    audience: str, tmp_path: Path, index: Index
):
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "a.md").write_text(f"---\nowner: Ann\naudience: {audience}\n---\nWords.", "utf-8")
    (problem,) = synced(index, folder).failed
    assert problem.owner == "Ann"


def test_a_folder_whose_rules_cannot_be_read_any_more_leaves_and_it_is_said(
    tmp_path: Path, index: Index
):
    folder = tmp_path / "guides"
    (folder / "team").mkdir(parents=True)
    (folder / "other.md").write_text("Other words.", "utf-8")
    (folder / "team" / "plan.md").write_text("The plan.", "utf-8")
    synced(index, folder)
    (folder / "team" / ".uptakeignore").write_bytes(b"plan\\")
    (problem,) = synced(index, folder).failed
    assert problem.source == str(folder / "team" / ".uptakeignore")
    assert "nothing in its folder is indexed" in problem.says
    assert texts(index) == "Other words."
