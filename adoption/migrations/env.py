"""Tells Alembic which tables there are, over the connection that the record hands it."""

from __future__ import annotations

from alembic import context

from adoption import desk_models, models, use_models, voice_models  # noqa: F401
from adoption.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
