from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.personas import Cast, playing
from tests.support.browser import open_browser


@pytest.fixture(scope="module")
def company(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """Everybody, in the workspace of one process for the tests of a module."""
    place = tmp_path_factory.mktemp("personas")
    with open_browser() as browser, playing(home, place, browser) as cast:
        yield cast


@pytest.fixture
def cast(company: Cast) -> Iterator[Cast]:
    """Everybody; what the pages' own code complains of fails the test."""
    yield company
    company.tidies()
    assert company.faults() == []
