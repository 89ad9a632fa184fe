from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from adoption.db import engine
from adoption.db.engine import downgrade, migrate, newest_revision, open_database
from adoption.errors import RecordUnavailable
from adoption.record import Record
from adoption.tables import METADATA


def test_the_migrations_make_the_tables_of_the_models_and_take_them_back(record: Record):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with record.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert found == []
    downgrade(record.engine, "base")
    assert set(inspect(record.engine).get_table_names()) <= {"alembic_version"}
    migrate(record.engine)
    assert record.questions.count() == 0


def test_tables_of_the_newest_revision_are_told_as_alembic_does():
    from alembic.script import ScriptDirectory

    folder = Path(engine.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [newest_revision()]


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite:////proc/nowhere/x.sqlite", "postgresql+psycopg://127.0.0.1:1/x"]
)
def test_a_database_that_cannot_be_opened_is_said_in_a_sentence(url: str):
    with pytest.raises(RecordUnavailable, match=r"Check|wants"):
        open_database(url)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path):
    path = tmp_path / "record.sqlite"
    path.write_text("This is a shopping list, and quite a long one at that. " * 30)
    before = path.read_bytes()
    with pytest.raises(RecordUnavailable, match="not a database"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before
