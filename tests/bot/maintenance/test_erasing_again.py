"""An older backup brings back nothing that somebody had erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adoption.record import Record
from adoption.tables import METADATA
from bot.maintenance.backup import backup, restore
from bot.settings import Settings
from tests.adoption.factories import asked
from tests.e2e.fleet import fresh_database

ME, OTHER = "T1:U1", "T1:U2"


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    there = tmp_path / "data"
    there.mkdir()
    if request.param == "sqlite":
        yield Settings(_env_file=None, data_dir=there)
        return
    with fresh_database(request.getfixturevalue("postgres")) as url:
        yield Settings(_env_file=None, data_dir=there, database_url=url)


def opened(settings: Settings) -> Record:
    return Record.open(settings.record_url)


def ask(settings: Settings, id: str, account: str) -> None:
    record = opened(settings)
    record.questions.add(asked(id, account=account))
    record.close()


def erase(settings: Settings, account: str, at: datetime) -> None:
    record = opened(settings)
    record.erasures.add(account, at)
    record.personal_data.erase(account)
    record.close()


def exported(settings: Settings, account: str) -> int:
    record = opened(settings)
    try:
        return len(record.personal_data.export(account).get("interactions", []))
    finally:
        record.close()


def everything(settings: Settings) -> str:
    record = opened(settings)
    with record.engine.connect() as connection:
        rows = [
            str(tuple(row))
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        ]
    record.close()
    return "\n".join(rows)


def test_what_was_erased_after_a_backup_is_erased_again_when_it_is_restored(
    settings: Settings, tmp_path: Path
):
    ask(settings, "C1:mine", ME)
    ask(settings, "C1:theirs", OTHER)
    backup(settings, tmp_path / "b.tar.gz")
    erase(settings, ME, datetime.now(UTC) + timedelta(seconds=5))
    for _ in range(2):
        # Also the second time: what was restored knows of the erasure.
        restore(settings, tmp_path / "b.tar.gz", replace=True)
        assert exported(settings, ME) == 0
        assert exported(settings, OTHER) == 1
        assert ME not in everything(settings)


def test_what_somebody_asked_after_they_erased_their_data_is_restored(
    settings: Settings, tmp_path: Path
):
    ask(settings, "C1:early", ME)
    erase(settings, ME, datetime.now(UTC) - timedelta(hours=1))
    ask(settings, "C1:late", ME)
    backup(settings, tmp_path / "b.tar.gz")
    restore(settings, tmp_path / "b.tar.gz", replace=True)
    assert exported(settings, ME) == 1


def test_somebody_who_is_only_named_is_found_too(tmp_path: Path):
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    record.erasures.add("T1:U7", noon)
    record.handoffs.open("C1:1", OTHER, noon, ("C1", "1.0"))
    record.handoffs.take("C1:1", "U7", noon)
    assert record.erasures.accounts_of(record.erasures.since(noon)) == ["U7"]
    assert record.erasures.since(noon + timedelta(seconds=1)) == []
    record.close()


def test_a_record_that_cannot_be_read_keeps_no_backup_away(tmp_path: Path):
    settings = Settings(_env_file=None, data_dir=tmp_path / "data")
    settings.data_dir.mkdir()
    ask(settings, "C1:mine", ME)
    backup(settings, tmp_path / "b.tar.gz")
    (settings.data_dir / "record.sqlite").write_bytes(b"damaged" * 1000)
    restore(settings, tmp_path / "b.tar.gz", replace=True)
    assert exported(settings, ME) == 1
