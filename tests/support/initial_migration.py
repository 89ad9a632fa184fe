"""Writes the first migration from the models, as long as no version is released.

`python -m tests.support.initial_migration`; afterwards the file is frozen, and a change gets a
migration of its own.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from adoption.db.base import UtcDateTime
from adoption.tables import METADATA

PATH = Path(__file__).parents[2] / "adoption/db/migrations/versions/0001_initial.py"
_HEAD = '''"""Creates every table of the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# SQLite numbers rows by itself only where the column is its own INTEGER.
COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:'''


def lines() -> Iterator[str]:
    """The migration, line by line."""
    yield _HEAD
    tables = METADATA.sorted_tables
    for table in tables:
        yield f'    op.create_table("{table.name}",'
        yield from (f"        {_column(column)}," for column in table.c)
        if table.dialect_options["sqlite"]["with_rowid"] is False:
            yield "        sqlite_with_rowid=False,"
        yield "    )"
        yield from _indexes(table)
    names = " ".join(table.name for table in reversed(tables))
    yield '\n\ndef downgrade() -> None:\n    tables = """'
    yield from (f"        {line}" for line in textwrap.wrap(names, 90))
    yield '    """\n    for table in tables.split():\n        op.drop_table(table)'


def _column(column: sa.Column[Any]) -> str:
    parts = [f'"{column.name}"', _type(column.type)]
    parts += [_foreign_key(key) for key in column.foreign_keys]
    if column.primary_key:
        parts.append("primary_key=True")
    elif not column.nullable:
        parts.append("nullable=False")
    if column.primary_key and column.autoincrement is False:
        parts.append("autoincrement=False")
    parts += [f"{name}=True" for name in ("unique", "index") if getattr(column, name)]
    return f"sa.Column({', '.join(parts)})"


def _foreign_key(key: sa.ForeignKey) -> str:
    deletes = f', ondelete="{key.ondelete}"' if key.ondelete else ""
    return f'sa.ForeignKey("{key.target_fullname}"{deletes})'


def _type(kind: Any) -> str:
    if isinstance(kind, UtcDateTime):
        return "MOMENT"
    if isinstance(kind, sa.BigInteger):
        return "COUNTER" if kind.dialect_impl(_SQLITE).__class__ is not type(kind) else _name(kind)
    length = getattr(kind, "length", None)
    if isinstance(kind, sa.Enum | sa.String) and not isinstance(kind, sa.Text):
        return f"sa.String({length})"
    return f"{_name(kind)}({length})" if length else _name(kind)


_SQLITE: Any = sa.create_engine("sqlite://").dialect


def _name(kind: Any) -> str:
    return f"sa.{type(kind).__name__}"


def _indexes(table: sa.Table) -> Iterator[str]:
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        columns = list(index.columns)
        if len(columns) > 1 or not columns[0].index:
            names = ", ".join(f'"{column.name}"' for column in columns)
            yield f'    op.create_index("{index.name}", "{table.name}", [{names}])'


if __name__ == "__main__":
    PATH.write_text("\n".join(lines()) + "\n", "utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(PATH)], check=True)
