"""Stories on their way to the stories channel, roles, Home tabs, notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATES = ("draft", "awaiting", "changes", "declined", "published")


def upgrade() -> None:
    op.create_table(
        "story_cards",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="storystate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("decision", sa.String(255), nullable=True),
        sa.Column("decided_by", sa.String(255), nullable=True),
        sa.Column("channel", sa.String(64), nullable=True),
        sa.Column("ts", sa.String(32), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("reactions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_story_cards_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_story_cards"),
    )
    op.create_index("ix_story_cards_state", "story_cards", ["state"])
    op.create_index("ix_story_cards_person_id", "story_cards", ["person_id"])
    op.create_table(
        "roles",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column(
            "role", sa.Enum("champion", name="role", native_enum=False, length=32), nullable=False
        ),
        sa.Column("team", sa.String(255), nullable=True),
        sa.Column("trained_on", sa.Date(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_roles_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_roles"),
    )
    op.create_table(
        "homes",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("hash", sa.String(255), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_homes_person_id_people"),
        sa.PrimaryKeyConstraint("person_id", name="pk_homes"),
    )
    op.create_table(
        "notices",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_notices"),
    )


def downgrade() -> None:
    for name in ("notices", "homes", "roles", "story_cards"):
        op.drop_table(name)
