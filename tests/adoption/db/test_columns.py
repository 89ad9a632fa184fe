from __future__ import annotations

import pytest

from adoption.tables import METADATA
from tests.support.record_table import PAGE, ColumnUse, column_uses, page

COLUMNS = [str(column) for table in METADATA.tables.values() for column in table.c]


# Reads the whole product, which a process that only collects tests need not.
@pytest.fixture(scope="module")
def uses() -> list[ColumnUse]:
    return column_uses()


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_has_a_writer_and_a_reader(name: str, uses: list[ColumnUse]):
    (use,) = [each for each in uses if f"{each.table}.{each.column}" == name]
    assert use.writers, f"nothing writes {name}"
    # A key is read by every repeated write.
    is_key = METADATA.tables[use.table].c[use.column].primary_key
    assert use.readers or is_key, f"nothing reads {name}"


def test_the_page_about_the_record_is_up_to_date(uses: list[ColumnUse]):
    assert PAGE.read_text("utf-8") == page(uses), "run `python -m tests.support.record_table`"
