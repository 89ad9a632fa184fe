from __future__ import annotations

import pytest

from adoption.tables import METADATA
from tests.support.record_table import PAGE, ColumnUse, column_uses, page

USES = column_uses()


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.table}.{use.column}")
def test_every_column_has_a_writer_and_a_reader(use: ColumnUse):
    assert use.writers, f"nothing writes {use.table}.{use.column}"
    # A key is read by every repeated write.
    is_key = METADATA.tables[use.table].c[use.column].primary_key
    assert use.readers or is_key, f"nothing reads {use.table}.{use.column}"


def test_the_page_about_the_record_is_up_to_date():
    assert PAGE.read_text("utf-8") == page(USES), "run `python -m tests.support.record_table`"
