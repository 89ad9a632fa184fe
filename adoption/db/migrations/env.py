"""Tells Alembic which tables there are, over the connection that the record hands it."""

from __future__ import annotations

from alembic import context

from adoption.db.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
