"""Roster, usage with its daily roll-ups, overrides, stories, check-ins, targets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alerts"),
    )
    op.create_table(
        "escalations",
        sa.Column("interaction_id", sa.String(255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("interaction_id", name="pk_escalations"),
    )
    op.create_index("ix_escalations_asked_at", "escalations", ["asked_at"])
    op.create_table(
        "first_uses",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("first_value", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "tool", name="pk_first_uses"),
    )
    op.create_table(
        "follow_ups",
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(255), nullable=True),
        sa.Column("did", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("week", "subject", name="pk_follow_ups"),
    )
    op.create_table(
        "name_words",
        sa.Column("digest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_name_words"),
    )
    op.create_table(
        "person_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=False),
        sa.Column("overridden", sa.BigInteger(), nullable=False),
        sa.Column("ignored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "tool", "person_id", name="pk_person_days"),
    )
    op.create_index("ix_person_days_person_id", "person_days", ["person_id", "tool"])
    op.create_table(
        "person_weeks",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("monday", "tool", "person_id", name="pk_person_weeks"),
    )
    op.create_table(
        "targets",
        sa.Column("measure", sa.String(64), nullable=False),
        sa.Column("dimension", sa.String(16), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("by", sa.Date(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("measure", "dimension", "name", name="pk_targets"),
    )
    op.create_table(
        "team_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("shown", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("edited", sa.BigInteger(), nullable=False),
        sa.Column("overridden", sa.BigInteger(), nullable=False),
        sa.Column("ignored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "tool", "team_id", name="pk_team_days"),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("key", name="uq_teams_key"),
    )
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("centre", sa.LargeBinary(), nullable=False),
        sa.Column("first_week", sa.String(8), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_themes"),
    )
    op.create_table(
        "tool_tokens",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_tool_tokens"),
    )
    op.create_index("ix_tool_tokens_tool", "tool_tokens", ["tool"])
    op.create_table(
        "tools",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("owner", sa.String(255), nullable=True),
        sa.Column("seat_cost", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_tools"),
    )
    op.create_table(
        "usage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_usage"),
        sa.UniqueConstraint("key", name="uq_usage_key"),
    )
    op.create_index("ix_usage_day", "usage", ["day"])
    op.create_table(
        "check_ins",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tool", sa.String(255), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_low", sa.Double(), nullable=True),
        sa.Column("minutes_high", sa.Double(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_check_ins"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_check_ins_person_id_people"),
    )
    op.create_index("ix_check_ins_due_on", "check_ins", ["due_on"])
    op.create_table(
        "handles",
        sa.Column("handle", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("handle", name="pk_handles"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_handles_person_id_people"),
    )
    op.create_index("ix_handles_person_id", "handles", ["person_id"])
    op.create_table(
        "members",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("wave", sa.String(255), nullable=True),
        sa.Column("role", sa.String(255), nullable=True),
        sa.Column("eligible_since", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name="pk_members"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_members_person_id_people"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_members_team_id_teams"),
    )
    op.create_index("ix_members_team_id", "members", ["team_id"])
    op.create_table(
        "overrides",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(64), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("recommended", sa.Text(), nullable=True),
        sa.Column("did_instead", sa.Text(), nullable=True),
        sa.Column("weight", sa.String(32), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_overrides"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_overrides_person_id_people"),
    )
    op.create_index("ix_overrides_at", "overrides", ["at"])
    op.create_table(
        "seats",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "tool", name="pk_seats"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_seats_person_id_people"),
    )
    op.create_table(
        "stories",
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tool", sa.String(255), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("minutes_low", sa.Double(), nullable=True),
        sa.Column("minutes_high", sa.Double(), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_stories_person_id_people"),
    )
    op.create_index("ix_stories_at", "stories", ["at"])
    op.create_table(
        "trainings",
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "tier", name="pk_trainings"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_trainings_person_id_people"),
    )


def downgrade() -> None:
    op.drop_table("trainings")
    op.drop_index("ix_stories_at", "stories")
    op.drop_table("stories")
    op.drop_table("seats")
    op.drop_index("ix_overrides_at", "overrides")
    op.drop_table("overrides")
    op.drop_index("ix_members_team_id", "members")
    op.drop_table("members")
    op.drop_index("ix_handles_person_id", "handles")
    op.drop_table("handles")
    op.drop_index("ix_check_ins_due_on", "check_ins")
    op.drop_table("check_ins")
    op.drop_index("ix_usage_day", "usage")
    op.drop_table("usage")
    op.drop_table("tools")
    op.drop_index("ix_tool_tokens_tool", "tool_tokens")
    op.drop_table("tool_tokens")
    op.drop_table("themes")
    op.drop_table("teams")
    op.drop_table("team_days")
    op.drop_table("targets")
    op.drop_table("person_weeks")
    op.drop_index("ix_person_days_person_id", "person_days")
    op.drop_table("person_days")
    op.drop_table("name_words")
    op.drop_table("follow_ups")
    op.drop_table("first_uses")
    op.drop_index("ix_escalations_asked_at", "escalations")
    op.drop_table("escalations")
    op.drop_table("alerts")
