from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from slack_emulator import LocalWorkspace
from tests.slack_emulator.manifests import manifest
from tests.support.slack_apps import client_of


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(manifest()) as made:
        yield made


@pytest.fixture
def client(slack: LocalWorkspace) -> WebClient:
    return client_of(slack)


@pytest.fixture(scope="module")
def open_workspace() -> Iterator[LocalWorkspace]:
    """A workspace that several tests look at and none changes much."""
    with LocalWorkspace(manifest(), strict_rates=False) as made:
        yield made
