"""Questions that were put anew after they were answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "revisions",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("edited_at", moment, nullable=False),
        sa.Column("before", sa.String(32), nullable=False),
        sa.Column("after", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", "edited_at", name="pk_revisions"),
    )


def downgrade() -> None:
    op.drop_table("revisions")
