"""What the language model used on a day, and which questions belong to one thread."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "model_use",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("day", "person_id", name="pk_model_use"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_model_use_person_id_people"),
    )
    op.create_index("ix_model_use_person_id", "model_use", ["person_id"])
    op.create_table(
        "thread_turns",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("thread", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", name="pk_thread_turns"),
    )
    op.create_index("ix_thread_turns_channel_thread", "thread_turns", ["channel", "thread"])


def downgrade() -> None:
    op.drop_index("ix_thread_turns_channel_thread", "thread_turns")
    op.drop_table("thread_turns")
    op.drop_index("ix_model_use_person_id", "model_use")
    op.drop_table("model_use")
