"""Keys of usage begin with a place; an index for the check-ins of a span of time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What names a fact is not kept, so old keys stay as they are. Few or none, they are found
    # through an index of their own, which new ones do not enter.
    bare = sa.text("length(key) = 16")
    op.create_index("ix_usage_old", "usage", ["key"], sqlite_where=bare, postgresql_where=bare)
    op.create_index("ix_check_ins_done_at", "check_ins", ["done_at"])


def downgrade() -> None:
    op.drop_index("ix_check_ins_done_at", "check_ins")
    op.drop_index("ix_usage_old", "usage")
    op.execute("UPDATE usage SET key = substr(key, 5) WHERE length(key) = 20")
