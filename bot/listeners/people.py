"""Who is behind a payload, as the record knows them."""

from __future__ import annotations

from slack_bolt import BoltContext


def account_of(context: BoltContext) -> str:
    """Team and user in one word, so that two workspaces never share a person."""
    return f"{context.team_id}:{context.user_id}"
