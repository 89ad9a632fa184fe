from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.surfaces.house import Office, office


@pytest.fixture(scope="module")
def shared(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One app for the tests of a module, which look at their own messages only."""
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("office") / "data"))
    with office(data, admins=("admin",)) as made:
        yield made
