from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from ingest.errors import FolderMissing
from ingest.sync.walk import SUFFIXES, files_under
from tests.support.examples import examples


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files_under([folder])]


def touch(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_known_kind_is_found_in_any_case(tmp_path: Path, suffix: str):
    touch(tmp_path, f"a{suffix}", f"b{suffix.upper()}")
    assert names(tmp_path) == [f"a{suffix}", f"b{suffix.upper()}"]


def test_hidden_files_folders_and_office_locks_are_passed_over(tmp_path: Path):
    touch(tmp_path, ".hidden.md", ".folder/a.md", "~$guide.docx", "sub/.b.md", "__pycache__/c.md")
    touch(tmp_path, "sub/seen.md")
    assert names(tmp_path) == ["sub/seen.md"]


def test_a_hidden_file_that_is_named_is_taken(tmp_path: Path):
    touch(tmp_path, ".folder/.notes.md")
    assert files_under([tmp_path / ".folder" / ".notes.md"]) == [tmp_path / ".folder/.notes.md"]


patterns = st.sampled_from(
    ["*.md", "sub/", "sub/*", "/a.md", "!a.md", "a.*", "**/b.md", "sub/deep", "# note", "", "?.txt"]
)
TREE = ["a.md", "a.txt", "b.md", "sub/a.md", "sub/b.md", "sub/deep/a.md", "sub/deep/b.txt"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    touch(folder, *TREE)
    return folder


def passed_over(lines: list[str], name: str) -> bool:
    """As git has it: a file in a folder that is passed over cannot be taken back in."""
    spec = GitIgnoreSpec.from_lines(lines)
    parts = name.split("/")
    above = ["/".join(parts[: n + 1]) + "/" for n in range(len(parts) - 1)]
    return any(spec.match_file(each) for each in [*above, name])


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(patterns, max_size=5), st.sampled_from([".gitignore", ".uptakeignore"]))
def test_an_ignore_file_means_what_it_means_to_git(tree: Path, lines: list[str], name: str):
    ignore = tree / name
    ignore.write_text("\n".join(lines))
    try:
        assert sorted(names(tree)) == sorted(n for n in TREE if not passed_over(lines, n))
    finally:
        ignore.unlink()


def test_both_ignore_files_hold_each_for_its_own_folder_and_below(tmp_path: Path):
    touch(tmp_path, *TREE)
    (tmp_path / ".gitignore").write_text("b.*\n")
    (tmp_path / "sub" / ".uptakeignore").write_text("/a.md\n")
    assert names(tmp_path) == ["a.md", "a.txt", "sub/deep/a.md"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00draft.md\n", b"[unclosed\n", b"draft.md\r\n"])
def test_an_odd_ignore_file_does_no_harm(tmp_path: Path, content: bytes):
    touch(tmp_path, "a.md")
    (tmp_path / ".gitignore").write_bytes(content)
    assert names(tmp_path) == ["a.md"]


def test_an_ignore_file_that_is_a_folder_does_no_harm(tmp_path: Path):
    touch(tmp_path, "a.md", ".gitignore/b.md")
    assert names(tmp_path) == ["a.md"]


def test_a_single_file_and_folders_keep_the_order_they_were_given(tmp_path: Path):
    touch(tmp_path, "one/a.md", "two/b.md", "c.md")
    given_paths = [tmp_path / "two", tmp_path / "c.md", tmp_path / "one"]
    assert files_under(given_paths) == [
        tmp_path / "two" / "b.md",
        tmp_path / "c.md",
        tmp_path / "one" / "a.md",
    ]


def test_a_folder_within_another_is_walked_once(tmp_path: Path):
    touch(tmp_path, "a.md", "sub/b.md")
    assert len(files_under([tmp_path, tmp_path / "sub", tmp_path])) == 2


def test_paths_are_given_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    touch(tmp_path, "sub/a.md")
    monkeypatch.chdir(tmp_path)
    assert files_under([Path("sub/../sub/a.md")]) == [tmp_path / "sub" / "a.md"]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert files_under([Path("~/sub")]) == [tmp_path / "sub" / "a.md"]


def test_a_link_within_the_folder_is_followed(tmp_path: Path):
    touch(tmp_path, "real/a.md")
    os.symlink(tmp_path / "real" / "a.md", tmp_path / "b.md")
    assert names(tmp_path) == ["b.md", "real/a.md"]


def test_a_link_that_leads_nowhere_is_passed_over(tmp_path: Path):
    touch(tmp_path, "a.md")
    os.symlink(tmp_path / "gone.md", tmp_path / "b.md")
    assert names(tmp_path) == ["a.md"]


@pytest.mark.parametrize("name", ["c.md", "folder"])
def test_a_link_to_itself_is_passed_over(tmp_path: Path, name: str):
    touch(tmp_path, "a.md")
    os.symlink(tmp_path / name, tmp_path / name)
    assert names(tmp_path) == ["a.md"]


def test_two_folders_that_link_to_each_other_come_to_an_end(tmp_path: Path):
    touch(tmp_path, "one/a.md", "two/b.md")
    os.symlink(tmp_path / "two", tmp_path / "one" / "two")
    os.symlink(tmp_path / "one", tmp_path / "two" / "one")
    found = names(tmp_path)
    assert {"one/a.md", "two/b.md"} <= set(found)
    assert len(found) < 50


def test_a_link_that_is_named_itself_is_followed(tmp_path: Path):
    touch(tmp_path, "real/a.md")
    os.symlink(tmp_path / "real", tmp_path / "link")
    assert names(tmp_path / "link") == ["a.md"]


def test_pipes_and_folders_with_a_files_name_are_passed_over(tmp_path: Path):
    touch(tmp_path, "folder.md/inner.md")
    os.mkfifo(tmp_path / "pipe.md")
    assert names(tmp_path) == ["folder.md/inner.md"]


@pytest.mark.parametrize("name", ["nowhere", "nowhere/a.md", "a.md/b.md"])
def test_a_path_that_is_not_there_is_named(tmp_path: Path, name: str):
    touch(tmp_path, "a.md")
    with pytest.raises(FolderMissing, match="is not there") as caught:
        files_under([tmp_path, tmp_path / name])
    assert str(tmp_path / name) in str(caught.value)


def test_a_pipe_that_is_named_is_said_not_to_be_there(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(FolderMissing):
        files_under([tmp_path / "pipe.md"])


def test_an_empty_folder_holds_nothing(tmp_path: Path):
    assert files_under([tmp_path]) == files_under([]) == []


def test_a_folder_that_goes_while_it_is_walked_takes_the_others_with_it_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    touch(tmp_path, "a.md", "gone/b.md", "z.md")
    scan = os.scandir

    def scandir(folder):
        if Path(folder).name == "gone":
            raise FileNotFoundError(folder)
        return scan(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tmp_path) == ["a.md", "z.md"]
