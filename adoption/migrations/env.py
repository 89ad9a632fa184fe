"""Tells Alembic which tables there are, over the connection that the record hands it."""

from __future__ import annotations

from alembic import context

from adoption import spending, threads
from adoption.models import Base

# Importing them is what tells the metadata of their tables.
_TABLES = (spending.ModelUse, threads.ThreadTurn)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
