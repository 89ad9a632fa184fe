from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_emulator import LocalWorkspace
from tests.programme.house import MANIFEST, Stage, stage
from tests.support.slack import PATIENCE


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(MANIFEST, patience=PATIENCE) as workspace:
        yield workspace


@pytest.fixture
def places(home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A data folder of its own, and the guides that its index holds."""
    data_dir = Path(shutil.copytree(home, tmp_path / "data"))
    return data_dir, Path(shutil.copytree(home.parent / "guides", tmp_path / "guides"))


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[Stage]:
    with stage(slack, places[0]) as running:
        yield running
