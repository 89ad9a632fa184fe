from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import uptake

pytestmark = pytest.mark.soak


def run(*arguments: str, data_dir: Path):
    return uptake(*arguments, cwd=data_dir.parent, UPTAKE_DATA_DIR=str(data_dir))


def test_versions_are_listed_and_one_can_go_back(data_dir: Path, tmp_path: Path):
    (tmp_path / "vpn.md").write_text("# VPN\n\nThe assistant works only inside the network.\n")
    assert run("ingest", "vpn.md", data_dir=data_dir).returncode == 0
    rows = [row.split() for row in run("index", "versions", data_dir=data_dir).stdout.splitlines()]
    assert [(row[0], row[-1] == "live") for row in rows[1:]] == [("2", True), ("1", False)]
    done = run("index", "rollback", data_dir=data_dir)
    assert done.returncode == 0
    assert "Version 1 is live" in done.stdout
    asked = run("ask", "Does it work outside the network?", data_dir=data_dir)
    assert "inside the network" not in asked.stdout
    again = run("ingest", "vpn.md", data_dir=data_dir)
    assert again.returncode == 0
    assert "3 " in run("index", "versions", data_dir=data_dir).stdout


def test_a_version_that_is_not_kept_is_a_persons_mistake(data_dir: Path):
    done = run("index", "rollback", "7", data_dir=data_dir)
    assert done.returncode == 2
    assert done.stderr.startswith("uptake: Version 7 is not kept.")


def test_nobody_goes_back_while_another_process_writes(data_dir: Path):
    with FileLock(data_dir / "index" / "writing.lock"):
        done = run("index", "rollback", data_dir=data_dir)
    assert done.returncode == 2
    assert "Another process is writing" in done.stderr
