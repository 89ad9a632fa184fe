from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.workspace import LocalWorkspace
from tests.programme.house import MANIFEST, Stage, stage


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(MANIFEST) as workspace:
        yield workspace


@pytest.fixture
def play(slack: LocalWorkspace, home: Path, tmp_path: Path) -> Iterator[Stage]:
    data_dir = Path(shutil.copytree(home, tmp_path / "data"))
    shutil.copytree(home.parent / "guides", tmp_path / "guides")
    with stage(slack, data_dir) as running:
        yield running
