from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from adoption.record import Record
from adoption.tables import METADATA
from tests.adoption.factories import fresh_record


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """An empty record on either database."""
    if request.param == "sqlite":
        made = fresh_record(tmp_path)
    else:
        made = Record.open(request.getfixturevalue("postgres"))
        emptied(made)
    yield made
    emptied(made)
    made.close()


def emptied(record: Record) -> None:
    """Deletes every row."""
    with record.engine.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
