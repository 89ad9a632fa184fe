from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.errors import FolderMissing
from ingest.sync.walk import files_under


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files_under([folder])]


def touch(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")


def test_known_kinds_are_found_in_order_and_others_passed_over(tmp_path: Path):
    touch(tmp_path, "b.md", "a.PDF", "sub/c.txt", "d.exe", "e", "node_modules/f.md", ".git/g.md")
    assert names(tmp_path) == ["a.PDF", "b.md", "sub/c.txt"]


def test_ignored_files_are_passed_over(tmp_path: Path):
    touch(tmp_path, "keep.md", "draft.md", "old/a.md", "old/keep.md", "sub/secret.md", "sub/b.md")
    (tmp_path / ".gitignore").write_text("draft.md\nold/*\n!old/keep.md\n")
    (tmp_path / "sub" / ".uptakeignore").write_text("secret*\n")
    assert names(tmp_path) == ["keep.md", "old/keep.md", "sub/b.md"]


def test_links_that_lead_out_or_in_circles_are_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    touch(outside, "secret.md")
    touch(inside, "a.md", "sub/b.md")
    os.symlink(outside, inside / "out")
    os.symlink(outside / "secret.md", inside / "secret.md")
    os.symlink(inside, inside / "sub" / "round")
    assert names(inside) == ["a.md", "sub/b.md"]


def test_a_file_named_twice_is_taken_once(tmp_path: Path):
    touch(tmp_path, "a.md")
    assert files_under([tmp_path / "a.md", tmp_path]) == [tmp_path / "a.md"]


def test_a_path_that_is_not_there_or_of_no_known_kind_is_said(tmp_path: Path):
    touch(tmp_path, "program.exe")
    with pytest.raises(FolderMissing, match="is not there"):
        files_under([tmp_path / "nowhere"])
    with pytest.raises(FolderMissing, match="cannot be indexed"):
        files_under([tmp_path / "program.exe"])


@pytest.mark.parametrize(("name", "better"), [("plan.doc", ".docx"), ("deck.PPT", ".pptx")])
def test_an_old_format_named_by_itself_is_refused_with_what_to_save_it_as(
    name: str, better: str, tmp_path: Path
):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(FolderMissing, match=rf"Save it as \{better}\."):
        files_under([tmp_path / name])


RULES = "secret.md\nprivate/\n"


@pytest.mark.parametrize(
    "written",
    [
        RULES.encode(),
        RULES.encode("utf-8-sig"),
        RULES.encode("utf-16"),
        RULES.replace("\n", "\r\n").encode(),
    ],
)
def test_what_is_to_be_ignored_is_read_as_any_editor_saves_it(written: bytes, tmp_path: Path):
    touch(tmp_path, "a.md", "secret.md", "private/b.md")
    (tmp_path / ".uptakeignore").write_bytes(written)
    assert names(tmp_path) == ["a.md"]


@pytest.mark.parametrize("written", [b"\xfcber.md\nprivate/", b"private\\", b"!", b"[z-a]", None])
def test_where_nobody_can_tell_what_is_ignored_nothing_of_the_folder_is_indexed(
    written: bytes | None, tmp_path: Path
):
    touch(tmp_path, "a.md", "sub/secret.md", "sub/private/b.md")
    os.symlink(tmp_path / "sub" / "secret.md", tmp_path / "link.md")
    rules = tmp_path / "sub" / ".uptakeignore"
    if written is None:
        os.symlink("moved-away", rules)
    else:
        rules.write_bytes(written)
    # The file that cannot be read stands for its folder, to be reported.
    assert names(tmp_path) == ["a.md", "sub/.uptakeignore"]


@pytest.mark.parametrize("odd", ["pipe", "device", "folder", "long"])
def test_rules_that_are_no_file_hold_nothing_up(odd: str, tmp_path: Path):
    touch(tmp_path, "a.md", "sub/secret.md")
    for rules in (tmp_path / "sub" / ".uptakeignore", tmp_path / ".gitignore"):
        if odd == "pipe":
            os.mkfifo(rules)
        elif odd == "device":
            os.symlink("/dev/zero", rules)
        elif odd == "folder":
            rules.mkdir()
        else:
            rules.write_text("secret.md\n" * 200_000)
    os.mkfifo(tmp_path / "pipe.md")
    os.symlink("/dev/zero", tmp_path / "zero.md")
    assert names(tmp_path) == ["a.md", "sub/.uptakeignore"]


def test_gits_rules_that_git_itself_passes_over_hide_nothing(tmp_path: Path):
    touch(tmp_path, "a.md", "draft.md", "sub/b.md")
    (tmp_path / ".gitignore").write_text("!\n[z-a]\ndraft.md\n")
    os.symlink("moved-away", tmp_path / "sub" / ".gitignore")
    assert names(tmp_path) == ["a.md", "sub/b.md"]


def test_what_a_repository_ignores_is_ignored_in_its_folders_too(tmp_path: Path):
    touch(tmp_path, "docs/a.md", "docs/secret/b.md", "docs/deep/c.md", "built/d.md")
    (tmp_path / ".uptakeignore").write_text("docs/secret/\nbuilt/\n")
    assert names(tmp_path / "docs") == ["a.md", "deep/c.md", "secret/b.md"]
    (tmp_path / ".git").mkdir()
    assert names(tmp_path / "docs") == ["a.md", "deep/c.md"]
    # A path that is named itself is meant.
    assert names(tmp_path / "built") == ["d.md"]
