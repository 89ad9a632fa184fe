from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.record import Record
from adoption.tables import METADATA
from tests.adoption.factories import fresh_record
from tests.e2e.fleet import fresh_database

_EMPTY = [f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables)]


@pytest.fixture(scope="session")
def on_postgresql(postgres: str) -> Iterator[Record]:
    """The record of all tests on PostgreSQL, which `record` empties for each.

    It has a database of its own: some tests take the tables out of the server's.
    """
    with fresh_database(postgres) as url:
        made = Record.open(url)
        yield made
        made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """An empty record on either database."""
    if request.param == "sqlite":
        made = fresh_record(tmp_path)
        yield made
        made.close()
    else:
        made = request.getfixturevalue("on_postgresql")
        emptied(made)
        yield made
        emptied(made)


def emptied(record: Record) -> None:
    """Deletes every row; PostgreSQL takes it in one go."""
    one_go = record.engine.dialect.name == "postgresql"
    with record.engine.begin() as connection:
        for statement in ["; ".join(_EMPTY)] if one_go else _EMPTY:
            connection.exec_driver_sql(statement)
