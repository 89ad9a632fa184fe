"""People, questions with their citations, and feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(255), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("account", name="uq_people_account"),
    )
    op.create_table(
        "interactions",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("tool", sa.String(255), nullable=True),
        sa.Column("index_version", sa.String(64), nullable=False),
        sa.Column("model", sa.String(255), nullable=True),
        sa.Column("find_seconds", sa.Double(), nullable=False),
        sa.Column("answer_seconds", sa.Double(), nullable=False),
        sa.Column("post_seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interactions"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_interactions_person_id_people"
        ),
    )
    op.create_index("ix_interactions_asked_at", "interactions", ["asked_at"])
    op.create_index("ix_interactions_person_id", "interactions", ["person_id"])
    op.create_table(
        "citations",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("interaction_id", "number", name="pk_citations"),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name="fk_citations_interaction_id_interactions",
        ),
    )
    op.create_table(
        "feedback",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("vote", sa.String(32), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("interaction_id", "person_id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_feedback_person_id_people"),
    )


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("citations")
    op.drop_index("ix_interactions_person_id", "interactions")
    op.drop_index("ix_interactions_asked_at", "interactions")
    op.drop_table("interactions")
    op.drop_table("people")
