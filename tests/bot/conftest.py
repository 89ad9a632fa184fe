"""What the tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from adoption.privacy.groups import Minimum

_RULE = Minimum.in_company_of


@pytest.fixture(scope="package", autouse=True)
def _large_company() -> Iterator[None]:
    """A handful of people stand for a company in which the smallest group is as it is set.

    What holds in small companies is tested with the rules, and in whole processes.
    """
    with patch.object(Minimum, "in_company_of", lambda minimum, people: minimum):
        yield


@pytest.fixture
def small_companies(_large_company: None) -> Iterator[None]:
    """The rule for small companies, as it is."""
    with patch.object(Minimum, "in_company_of", _RULE):
        yield
