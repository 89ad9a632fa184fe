from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import uptake

pytestmark = pytest.mark.soak


def run(*arguments: str, data_dir: Path, **settings: str):
    settings = {"UPTAKE_DATA_DIR": str(data_dir)} | settings
    return uptake(*arguments, cwd=data_dir.parent, **settings)


def test_a_source_is_added_listed_synced_and_removed(data_dir: Path, tmp_path: Path):
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "vpn.md").write_text("# VPN\n\nThe assistant works only inside the network.\n")
    added = run("sources", "add", "team", "--owner", "Ann", "--every", "6h", data_dir=data_dir)
    assert added.returncode == 0, added.stdout + added.stderr
    asked = run("ask", "Does it work outside the network?", data_dir=data_dir)
    assert "inside the network" in asked.stdout
    listed = run("sources", "list", data_dir=data_dir, COLUMNS="200").stdout
    assert all(word in listed for word in ("team", "folder", "Ann", "6h", "1 guides"))
    (folder / "broken.docx").write_bytes(b"no docx")
    assert "nothing to look at" in run("sources", "sync", "--due", data_dir=data_dir).stdout
    synced = run("sources", "sync", "team", data_dir=data_dir)
    assert synced.returncode == 1
    assert "broken.docx" in "".join(synced.stdout.split())
    assert run("sources", "remove", "team", data_dir=data_dir).returncode == 0
    asked = run("ask", "Does it work outside the network?", data_dir=data_dir)
    assert "inside the network" not in asked.stdout
    assert "no sources yet" in run("sources", "list", data_dir=data_dir).stdout


def test_a_source_for_champions_is_listed_as_theirs(data_dir: Path, tmp_path: Path):
    folder = tmp_path / "team"
    folder.mkdir()
    (folder / "vpn.md").write_text("# VPN\n\nThe assistant works only inside the network.\n")
    added = run("sources", "add", "team", "--audience", "champions", data_dir=data_dir)
    assert "for champions" in added.stdout
    assert "champions" in run("sources", "list", data_dir=data_dir, COLUMNS="200").stdout
    # Whoever uses the terminal can read the files anyway, so it answers from all of them.
    run("ingest", "team", data_dir=data_dir)
    asked = run("ask", "Does it work outside the network?", data_dir=data_dir)
    assert "inside the network" in asked.stdout


def test_mistakes_with_sources_are_one_sentence(data_dir: Path):
    for arguments in (
        ("add", "confluence", "--kind", "confluence"),
        ("add", "nowhere"),
        ("remove", "nosuch"),
        ("sync", "nosuch"),
    ):
        done = run("sources", *arguments, data_dir=data_dir)
        assert done.returncode == 2
        assert done.stderr.startswith("uptake: ")
        assert "Traceback" not in done.stderr
