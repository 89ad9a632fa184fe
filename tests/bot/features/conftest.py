from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_emulator import LocalWorkspace
from tests.support.app import MANIFEST, RunningApp, running_app
from tests.support.slack import PATIENCE


@pytest.fixture(scope="module")
def shared(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One app for the tests of a module, which look at their own messages only."""
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("app") / "data"))
    with running_app(data, admins=("admin",)) as made:
        yield made


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
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    """An app for one test, whose admins are the workspace's own."""
    with running_app(places[0], slack, help_channel=None) as running:
        yield running
