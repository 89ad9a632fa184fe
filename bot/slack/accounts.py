"""Who is behind a payload, as the record knows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltContext

from bot.jobs.steps import Place


def account_of(context: BoltContext) -> str:
    """Team and user in one word, so that two workspaces never share a person."""
    return f"{context.team_id}:{context.user_id}"


def place_of(body: Mapping[str, Any]) -> Place:
    """Where a button was pressed: its channel, and the thread its message stands in or begins."""
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    message = body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts") or ""
    # Below what only one person sees there can be no thread.
    if not thread and not container.get("is_ephemeral"):
        thread = container.get("message_ts") or ""
    return Place(str(channel), str(thread))


def is_alone(body: Mapping[str, Any]) -> bool:
    """Whether the message whose button was pressed is seen by one person only."""
    return bool((body.get("container") or {}).get("is_ephemeral"))


def is_colleague(body: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether whoever pressed or wrote is of this workspace, and not of one it shares with."""
    user = body.get("user")
    home = user.get("team_id") if isinstance(user, Mapping) else body.get("team_id")
    return home in (None, context.team_id)
