from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.record import Record
from tests.chroma_server import chroma_server
from tests.conftest import uptake_process
from tests.e2e.fleet import Worker, answered_once, ask, fresh_database, replies, workspace
from tests.e2e.test_conversation import BUDGET

pytestmark = pytest.mark.soak


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


def test_workers_without_a_disk_in_common_answer_from_one_index(
    database: str, guides: Path, tmp_path: Path
):
    with chroma_server(tmp_path / "chroma") as url, workspace() as slack:
        shared = {"UPTAKE_DATABASE_URL": database, "UPTAKE_CHROMA_URL": url}
        done = uptake_process(
            "ingest", str(guides), cwd=tmp_path, UPTAKE_DATA_DIR=str(tmp_path / "a"), **shared
        )
        assert done.returncode == 0, done.stderr
        worker = Worker(slack, tmp_path / "b", **shared)
        slack.wait_until_connected(1, 90)
        asked = ask(slack, BUDGET)
        record = Record.open(database)
        answered_once(slack, record, [asked])
        assert "15–20 %" in replies(slack, asked)[0].body["text"]
        assert not (tmp_path / "b" / "index" / "catalog.sqlite").exists()
        assert worker.stop() == 0
        record.close()


def test_without_the_chroma_server_what_is_derived_still_answers(
    database: str, guides: Path, tmp_path: Path
):
    data = {"UPTAKE_DATA_DIR": str(tmp_path / "a"), "UPTAKE_DATABASE_URL": database}
    with chroma_server(tmp_path / "chroma") as url:
        shared = data | {"UPTAKE_CHROMA_URL": url}
        assert uptake_process("ingest", str(guides), cwd=tmp_path, **shared).returncode == 0
    asked = uptake_process("ask", BUDGET, cwd=tmp_path, **shared)
    assert "15–20 %" in asked.stdout
    refused = uptake_process("ingest", "--rebuild", str(guides), cwd=tmp_path, **shared)
    assert refused.returncode == 2
    assert "does not answer" in refused.stderr
    assert "Traceback" not in refused.stderr
