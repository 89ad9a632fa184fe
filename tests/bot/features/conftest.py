from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app import RunningApp, running_app


@pytest.fixture(scope="module")
def shared(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """One app for the tests of a module, which look at their own messages only."""
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("app") / "data"))
    with running_app(data, admins=("admin",)) as made:
        yield made
