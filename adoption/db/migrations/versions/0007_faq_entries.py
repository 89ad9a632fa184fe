"""FAQ entries drafted from the replies of people who help, and which reply is the newest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("help_calls") as calls:
        calls.add_column(sa.Column("reply_ts", sa.String(32), nullable=True))
    op.create_table(
        "faq_cards",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(255), nullable=True),
        sa.Column("decided_by", sa.String(255), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_faq_cards_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_faq_cards"),
    )
    op.create_index("ix_faq_cards_state", "faq_cards", ["state"])
    op.create_index("ix_faq_cards_person_id", "faq_cards", ["person_id"])


def downgrade() -> None:
    op.drop_table("faq_cards")
    with op.batch_alter_table("help_calls") as calls:
        calls.drop_column("reply_ts")
