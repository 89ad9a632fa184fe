"""Creates every table of the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# SQLite numbers rows by itself only where the column is its own INTEGER.
COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("owner", sa.String(255)),
        sa.Column("outcome", sa.Text),
        sa.Column("done_at", MOMENT),
    )
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("raised_at", MOMENT, nullable=False),
    )
    op.create_table(
        "allowed_logs",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("allowed_by", sa.String(255)),
        sa.Column("allowed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "channel_rules",
        sa.Column("channel", sa.String(255), primary_key=True),
        sa.Column("mode", sa.String(32), nullable=False),
        sa.Column("only_asker", sa.Boolean, nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("tools", sa.JSON, nullable=False),
        sa.Column("helper", sa.String(255)),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
    )
    op.create_table(
        "covered_days",
        sa.Column("tool", sa.String(255), primary_key=True),
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
    )
    op.create_table(
        "dismissed_questions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("dismissed_by", sa.String(255)),
        sa.Column("dismissed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("erased_at", MOMENT, nullable=False),
    )
    op.create_table(
        "first_uses",
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("tool", sa.String(255), primary_key=True),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("first_value", sa.Date),
    )
    op.create_table(
        "guide_decisions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("reviewed_on", sa.Date),
        sa.Column("excluded", sa.Boolean, nullable=False),
        sa.Column("decision_key", sa.String(255), nullable=False),
        sa.Column("decided_by", sa.String(255)),
        sa.Column("decided_at", MOMENT, nullable=False),
    )
    op.create_table(
        "lesson_decisions",
        sa.Column("lesson", sa.String(64), primary_key=True),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.String(255)),
        sa.Column("decided_at", MOMENT, nullable=False),
    )
    op.create_table(
        "logging_pauses",
        sa.Column("account", sa.String(255), primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
    )
    op.create_table(
        "name_words",
        sa.Column("digest", sa.String(32), primary_key=True),
    )
    op.create_table(
        "notices",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("posted_at", MOMENT, nullable=False),
    )
    op.create_table(
        "nudge_campaigns",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("holdout", sa.Double, nullable=False),
        sa.Column("approved_by", sa.String(255), nullable=False),
        sa.Column("approved_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT),
    )
    op.create_table(
        "nudge_opt_outs",
        sa.Column("account", sa.String(255), primary_key=True),
        sa.Column("since", MOMENT, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("account", sa.String(255), unique=True),
        sa.Column("first_seen", MOMENT, nullable=False),
    )
    op.create_table(
        "person_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("tool", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("shown", sa.BigInteger, nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("edited", sa.BigInteger, nullable=False),
        sa.Column("overridden", sa.BigInteger, nullable=False),
        sa.Column("ignored", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_person_days_person_id", "person_days", ["person_id", "tool"])
    op.create_table(
        "person_weeks",
        sa.Column("monday", sa.Date, primary_key=True),
        sa.Column("tool", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("actions", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "pulse_rounds",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("first_on", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("every", sa.Integer, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("reminds_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("is_invited", sa.Boolean, nullable=False),
        sa.Column("is_reminded", sa.Boolean, nullable=False),
        sa.Column("set_by", sa.String(255), nullable=False),
        sa.Column("rounding", sa.String(32), nullable=False),
        sa.Column("salt", sa.String(32)),
        sa.Column("key_check", sa.String(32)),
    )
    op.create_table(
        "question_edits",
        sa.Column("interaction_id", sa.String(255), primary_key=True),
        sa.Column("edited_at", MOMENT, primary_key=True),
    )
    op.create_table(
        "refused_actions",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("about", sa.String(255), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_refused_actions_at", "refused_actions", ["at"])
    op.create_table(
        "seen_signatures",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "targets",
        sa.Column("measure", sa.String(64), primary_key=True),
        sa.Column("dimension", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("by", sa.Date),
    )
    op.create_table(
        "team_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("tool", sa.String(255), primary_key=True),
        sa.Column("team_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("shown", sa.BigInteger, nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("edited", sa.BigInteger, nullable=False),
        sa.Column("overridden", sa.BigInteger, nullable=False),
        sa.Column("ignored", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(255), nullable=False, unique=True),
        sa.Column("name", sa.String(255), nullable=False),
    )
    op.create_table(
        "themes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("centre", sa.LargeBinary, nullable=False),
        sa.Column("first_week", sa.String(8), nullable=False),
        sa.Column("sizes", sa.JSON, nullable=False),
    )
    op.create_table(
        "thread_turns",
        sa.Column("interaction_id", sa.String(255), primary_key=True),
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("thread", sa.String(255), nullable=False),
    )
    op.create_index("ix_thread_turns_channel_thread", "thread_turns", ["channel", "thread"])
    op.create_table(
        "tool_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("tool", sa.String(255), nullable=False, index=True),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "tools",
        sa.Column("name", sa.String(255), primary_key=True),
        sa.Column("owner", sa.String(255)),
        sa.Column("seat_cost", sa.Double),
    )
    op.create_table(
        "training_courses",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("tools", sa.JSON, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("waves", sa.JSON, nullable=False),
        sa.Column("materials", sa.JSON, nullable=False),
    )
    op.create_table(
        "usage",
        sa.Column("id", COUNTER, primary_key=True),
        sa.Column("key", sa.LargeBinary(20), nullable=False, unique=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32)),
        sa.Column("team_id", sa.Integer),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("attributes", sa.JSON),
    )
    op.create_index("ix_usage_day", "usage", ["day"])
    op.create_table(
        "waves",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False, unique=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("go_live", sa.Date, nullable=False),
        sa.Column("gate_on", sa.Date, nullable=False),
        sa.Column("owner", sa.String(255)),
        sa.Column("helpful_least", sa.Double),
        sa.Column("readiness_least", sa.Double),
        sa.Column("needs_no_barrier", sa.Boolean, nullable=False),
        sa.Column("cost", sa.Double),
        sa.Column("hours_promised", sa.Double),
        sa.Column("launch_key", sa.String(255)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "access_tokens",
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False, index=True
        ),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("may_write", sa.Boolean, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("last_used_on", sa.Date),
    )
    op.create_table(
        "check_ins",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("tool", sa.String(255)),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("done_at", MOMENT),
        sa.Column("minutes_low", sa.Double),
        sa.Column("minutes_high", sa.Double),
        sa.Column("comment", sa.Text),
        sa.Column("consent", sa.Boolean, nullable=False),
    )
    op.create_index("ix_check_ins_done_at", "check_ins", ["done_at"])
    op.create_index("ix_check_ins_due_on", "check_ins", ["due_on"])
    op.create_table(
        "feedback_comments",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("tool", sa.String(255)),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
    )
    op.create_index("ix_feedback_comments_at", "feedback_comments", ["at"])
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False, index=True
        ),
        sa.Column("occasion", sa.String(64), nullable=False),
        sa.Column("weeks", sa.Integer, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("how", sa.String(32)),
        sa.Column("obstacle", sa.String(32)),
        sa.Column("answered_on", sa.Date),
        sa.Column("answer_key", sa.String(255)),
        sa.Column("point", sa.String(255)),
        sa.Column("draft", sa.String(64)),
    )
    op.create_index("ix_follow_ups_due_on", "follow_ups", ["due_on"])
    op.create_table(
        "handles",
        sa.Column("handle", sa.String(255), primary_key=True),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False, index=True
        ),
    )
    op.create_table(
        "handoffs",
        sa.Column("interaction_id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_channel", sa.String(255), nullable=False),
        sa.Column("asked_thread", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(255)),
        sa.Column("ts", sa.String(32)),
        sa.Column("offers", sa.Integer, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.String(255)),
        sa.Column("taken_at", MOMENT),
        sa.Column("solved_by", sa.String(255)),
        sa.Column("solved_at", MOMENT),
        sa.Column("reply_ts", sa.String(32)),
        sa.Column("answered_at", MOMENT),
    )
    op.create_index("ix_handoffs_asked_at", "handoffs", ["asked_at"])
    op.create_index("ix_handoffs_message", "handoffs", ["channel", "ts"])
    op.create_index("ix_handoffs_offered_at", "handoffs", ["offered_at"])
    op.create_table(
        "home_views",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("content_hash", sa.String(255), nullable=False),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
    )
    op.create_table(
        "interactions",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False, index=True
        ),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("tool", sa.String(255)),
        sa.Column("index_version", sa.String(64), nullable=False),
        sa.Column("model", sa.String(255)),
        sa.Column("find_seconds", sa.Double, nullable=False),
        sa.Column("answer_seconds", sa.Double, nullable=False),
        sa.Column("post_seconds", sa.Double, nullable=False),
    )
    op.create_index("ix_interactions_asked_at", "interactions", ["asked_at"])
    op.create_table(
        "members",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id"), index=True),
        sa.Column("wave", sa.String(255)),
        sa.Column("role", sa.String(255)),
        sa.Column("eligible_since", sa.Date),
        sa.Column("left_on", sa.Date),
        sa.Column("on_leave", sa.Boolean, nullable=False),
        sa.Column("part_time", sa.Boolean, nullable=False),
    )
    op.create_table(
        "model_use",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True, index=True
        ),
        sa.Column("tokens_in", sa.Integer, nullable=False),
        sa.Column("tokens_out", sa.Integer, nullable=False),
        sa.Column("cost", sa.Double, nullable=False),
    )
    op.create_table(
        "nudges",
        sa.Column("campaign_id", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("skipped_for", sa.String(32)),
        sa.Column("reaction", sa.String(32)),
    )
    op.create_index("ix_nudges_person_id_due_at", "nudges", ["person_id", "due_at"])
    op.create_table(
        "overrides",
        sa.Column("id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("tool", sa.String(255), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(64)),
        sa.Column("text", sa.Text),
        sa.Column("recommended", sa.Text),
        sa.Column("did_instead", sa.Text),
        sa.Column("weight", sa.String(32), nullable=False),
        sa.Column("consent", sa.Boolean, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
    )
    op.create_index("ix_overrides_at", "overrides", ["at"])
    op.create_table(
        "pulse_comments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("round_id", sa.String(64), sa.ForeignKey("pulse_rounds.id"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_groups",
        sa.Column("round_id", sa.String(64), sa.ForeignKey("pulse_rounds.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id")),
        sa.Column("wave", sa.String(255)),
        sa.Column("invited", sa.Integer, nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
    )
    op.create_table(
        "pulse_invitations",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("round_id", sa.String(64), sa.ForeignKey("pulse_rounds.id"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table(
        "pulse_receipts",
        sa.Column("round_id", sa.String(64), sa.ForeignKey("pulse_rounds.id"), primary_key=True),
        sa.Column("receipt", sa.String(32), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "readiness_items",
        sa.Column(
            "wave_id",
            sa.String(255),
            sa.ForeignKey("waves.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("text", sa.String(255)),
        sa.Column("owner", sa.String(255)),
        sa.Column("due_on", sa.Date),
        sa.Column("evidence", sa.Text),
        sa.Column("done_at", MOMENT),
        sa.Column("is_met", sa.Boolean),
        sa.Column("missing", sa.String(1000)),
        sa.Column("checked_at", MOMENT),
    )
    op.create_table(
        "roles",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("team", sa.String(255)),
        sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id")),
    )
    op.create_table(
        "seats",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("tool", sa.String(255), primary_key=True),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), nullable=False, index=True
        ),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("named", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("review_messages", sa.JSON, nullable=False),
        sa.Column("decision_key", sa.String(255)),
        sa.Column("decided_by", sa.String(255)),
        sa.Column("channel", sa.String(64)),
        sa.Column("ts", sa.String(32)),
        sa.Column("link", sa.Text),
        sa.Column("reactions", sa.Integer, nullable=False),
    )
    op.create_index("ix_submissions_kind_state", "submissions", ["kind", "state"])
    op.create_index("ix_submissions_message", "submissions", ["channel", "ts"])
    op.create_table(
        "time_saved",
        sa.Column("interaction_id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("saved", sa.String(32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "training_sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(
            "course_id",
            sa.String(64),
            sa.ForeignKey("training_courses.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("starts_at", MOMENT, nullable=False, index=True),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("host", sa.String(255)),
        sa.Column("place", sa.String(500), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("cancelled_at", MOMENT),
        sa.Column("attendance_at", MOMENT),
    )
    op.create_table(
        "trainings",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("tier", sa.String(32), primary_key=True),
        sa.Column("done_on", sa.Date, nullable=False),
    )
    op.create_table(
        "votes",
        sa.Column("interaction_id", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True),
        sa.Column("vote", sa.String(32), nullable=False),
        sa.Column("voted_at", MOMENT, nullable=False),
        sa.Column("passage_id", sa.String(64)),
        sa.Column("reason", sa.String(32)),
        sa.Column("comment", sa.Text),
    )
    op.create_index("ix_votes_voted_at", "votes", ["voted_at"])
    op.create_table(
        "wave_decisions",
        sa.Column(
            "wave_id",
            sa.String(255),
            sa.ForeignKey("waves.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("gate_on", sa.Date, primary_key=True),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("advice", sa.String(32), nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("delay_days", sa.Integer, nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_table(
        "wave_messages",
        sa.Column(
            "wave_id",
            sa.String(255),
            sa.ForeignKey("waves.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(255)),
        sa.Column("reminded_for", sa.Date),
        sa.Column("sent_at", MOMENT),
    )
    op.create_table(
        "wave_teams",
        sa.Column("team_id", sa.Integer, sa.ForeignKey("teams.id"), primary_key=True),
        sa.Column(
            "wave_id",
            sa.String(255),
            sa.ForeignKey("waves.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
    )
    op.create_table(
        "citations",
        sa.Column(
            "interaction_id", sa.String(255), sa.ForeignKey("interactions.id"), primary_key=True
        ),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("passage_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "training_seats",
        sa.Column(
            "session_id", sa.String(64), sa.ForeignKey("training_sessions.id"), primary_key=True
        ),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("people.id"), primary_key=True, index=True
        ),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("pressed_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("told_revision", sa.Integer, nullable=False),
        sa.Column("told_state", sa.String(32)),
        sa.Column("told_sequence", sa.Integer),
        sa.Column("told_at", MOMENT),
        sa.Column("zone", sa.String(64)),
    )


def downgrade() -> None:
    tables = """
        training_seats citations wave_teams wave_messages wave_decisions votes trainings
        training_sessions time_saved submissions seats roles readiness_items pulse_receipts
        pulse_invitations pulse_groups pulse_comments overrides nudges model_use members
        interactions home_views handoffs handles follow_ups feedback_comments check_ins
        access_tokens waves usage training_courses tools tool_tokens thread_turns themes teams
        team_days targets seen_signatures refused_actions question_edits pulse_rounds person_weeks
        person_days people nudge_opt_outs nudge_campaigns notices name_words logging_pauses
        lesson_decisions guide_decisions first_uses erasures dismissed_questions covered_days
        channel_rules allowed_logs alerts actions
    """
    for table in tables.split():
        op.drop_table(table)
