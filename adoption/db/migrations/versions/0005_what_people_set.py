"""Remarks, time saved, help of a person, rules of channels, pauses; names under overrides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("overrides") as overrides:
        overrides.add_column(
            sa.Column("named", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "remarks",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tool", sa.String(255), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_remarks_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_remarks"),
    )
    op.create_index("ix_remarks_at", "remarks", ["at"])
    op.create_table(
        "savings",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("saved", sa.String(32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_savings_person_id_people"),
        sa.PrimaryKeyConstraint("interaction_id", "person_id", name="pk_savings"),
    )
    op.create_table(
        "help_calls",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("home_channel", sa.String(255), nullable=False),
        sa.Column("home_thread", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(255), nullable=True),
        sa.Column("ts", sa.String(32), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("offered_at", moment, nullable=False),
        sa.Column("taken_by", sa.String(255), nullable=True),
        sa.Column("taken_at", moment, nullable=True),
        sa.Column("solved_by", sa.String(255), nullable=True),
        sa.Column("solved_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_help_calls_person_id_people"
        ),
        sa.PrimaryKeyConstraint("interaction_id", name="pk_help_calls"),
    )
    op.create_index("ix_help_calls_place", "help_calls", ["channel", "ts"])
    op.create_index("ix_help_calls_offered_at", "help_calls", ["offered_at"])
    op.create_table(
        "channel_rules",
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("hearing", sa.String(32), nullable=False),
        sa.Column("only_asker", sa.Boolean(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("tools", sa.JSON(), nullable=False),
        sa.Column("helper", sa.String(255), nullable=True),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.Column("set_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_rules"),
    )
    op.create_table(
        "pauses",
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.PrimaryKeyConstraint("account", name="pk_pauses"),
    )


def downgrade() -> None:
    for table in ("pauses", "channel_rules", "help_calls", "savings", "remarks"):
        op.drop_table(table)
    with op.batch_alter_table("overrides") as overrides:
        overrides.drop_column("named")
