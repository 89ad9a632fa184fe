"""Days for which use is known; the index of keys without locality goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_usage_old", "usage")
    op.create_table(
        "covered_days",
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tool", "source", "day", name="pk_covered_days"),
    )


def downgrade() -> None:
    op.drop_table("covered_days")
    bare = sa.text("length(key) = 16")
    op.create_index("ix_usage_old", "usage", ["key"], sqlite_where=bare, postgresql_where=bare)
