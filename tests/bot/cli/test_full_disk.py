"""On a full disk commands say so, leave nothing half-written, and what was there stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import uptake_process, write_guides
from tests.support.app import BUDGET
from tests.support.disks import fill, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", megabytes=20) as made:
        yield made


def test_guides_a_backup_and_an_import_on_a_full_disk(home: Path, disk: Path, tmp_path: Path):
    data = Path(shutil.copytree(home, disk / "data"))
    settings = {"UPTAKE_DATA_DIR": str(data)}
    more = write_guides(tmp_path / "more")
    (more / "new.md").write_text("# News\n\nEverything is new.\n" * 50, "utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "account,email,team\n" + "".join(f"u{n},u{n}@x.example,T{n % 9}\n" for n in range(3000))
    )
    filler = fill(disk)
    for command in (
        ("ingest", str(more)),
        ("backup", str(disk / "backup.tar.gz")),
        ("import", "roster", str(roster)),
    ):
        done = uptake_process(*command, cwd=tmp_path, **settings)
        assert done.returncode == 2, (command, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        assert "No space left" in done.stderr or "full" in done.stderr
    assert not list(disk.glob("backup*"))
    filler.unlink()
    asked = uptake_process("ask", BUDGET, cwd=tmp_path, **settings)
    assert "15–20 %" in asked.stdout
