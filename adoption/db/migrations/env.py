"""Runs migrations over the connection that the record hands to Alembic, and drafts new ones."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.operations.ops import CreateTableOp, MigrationScript

from adoption.db.base import Base, UtcDateTime


def _render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Types of our own are columns of the library's in a migration."""
    is_moment = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if is_moment else False


def _without_policies(_: Any, __: Any, scripts: list[MigrationScript]) -> None:
    """Policies for personal data belong to the models, not to the database."""
    for script in scripts:
        for operation in script.upgrade_ops.ops if script.upgrade_ops else ():
            if isinstance(operation, CreateTableOp):
                operation.info.clear()


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
    process_revision_directives=_without_policies,
)
with context.begin_transaction():
    context.run_migrations()
