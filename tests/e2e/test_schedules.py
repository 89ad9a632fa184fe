from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOSClient

from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked
from adoption.record import Record
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source
from slack_emulator import LocalWorkspace
from slack_emulator.state.messages import Message
from tests.e2e.fleet import Worker, eventually, fresh_database, workspace

WORKERS = 2
KINDS = ("digest.weekly", "digest.alerts", "sources.sync")


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


def test_of_several_workers_on_postgresql_one_does_what_is_scheduled(
    database: str, data_dir: Path, tmp_path: Path
):
    guides = tmp_path / "shared"
    guides.mkdir()
    (guides / "pilot.md").write_text("# Pilots\n\nA pilot lasts six weeks.\n", "utf-8")
    SourceRegistry(data_dir).add(Source("shared", "folder", str(guides), every=60))
    record = Record.open(database)
    asked_last_week(record)
    with workspace() as slack:
        channel = slack.channel("general")
        settings = {"UPTAKE_DATABASE_URL": database, "UPTAKE_ADMIN_CHANNEL": channel}
        workers = [Worker(slack, data_dir, **settings) for _ in range(WORKERS)]
        slack.wait_until_connected(WORKERS, 90)
        done = eventually(lambda: scheduled(database))
        eventually(lambda: digests(slack))
        assert [worker.stop() for worker in workers] == [0] * WORKERS
        assert len(digests(slack)) == 1
    assert scheduled(database) == done
    assert SourceRegistry(data_dir).results()["shared"].fine
    record.close()


def asked_last_week(record: Record) -> None:
    at = datetime.now(UTC) - timedelta(days=7)
    record.questions.add(
        Asked(
            id="C1:1.1",
            account="T1:U1",
            asked_at=at,
            surface=Surface.CHANNEL,
            channel="C1",
            question="What is the weather?",
            outcome=Outcome.ABSTAINED,
            answer="",
            index_version="v1",
        )
    )


def scheduled(database: str) -> list[str]:
    """The jobs that the clock has started, one of each kind, as soon as all have ended."""
    client = DBOSClient(system_database_url=database)
    try:
        jobs = [
            job
            for kind in KINDS
            for job in client.list_workflows(name=kind, load_input=False, load_output=False)
        ]
    finally:
        client.destroy()
    done = [job.workflow_id for job in jobs if job.status == "SUCCESS"]
    return done if len(done) == len(jobs) >= len(KINDS) else []


def digests(slack: LocalWorkspace) -> list[Message]:
    seen = slack.user("admin").sees("general")
    return [m for m in seen if m.via_app and m.root == m.ts]
