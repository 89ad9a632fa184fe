"""Manifests for tests: one app that may do everything, and smaller ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SCOPES = (
    "app_mentions:read assistant:write bookmarks:read bookmarks:write channels:history "
    "channels:join channels:manage channels:read chat:write chat:write.customize commands "
    "files:read files:write groups:history groups:read groups:write im:history im:read im:write "
    "mpim:history mpim:read mpim:write pins:read pins:write reactions:read reactions:write "
    "team:read usergroups:read users.profile:read users:read users:read.email"
).split()
EVENTS = (
    "agent_session_stopped app_context_changed app_home_opened app_mention file_shared "
    "member_joined_channel member_left_channel message.channels message.groups message.im "
    "message.mpim reaction_added reaction_removed"
).split()


def manifest(
    scopes: Sequence[str] = SCOPES,
    events: Sequence[str] = EVENTS,
    *,
    home: bool = True,
    agent: bool = True,
) -> dict[str, Any]:
    """Give a manifest with these scopes and events."""
    made: dict[str, Any] = {
        "display_information": {"name": "Tiny"},
        "features": {
            "agent_view": {
                "agent_description": "Answers in tests",
                "suggested_prompts": [{"title": "Prompts", "message": "How do I prompt?"}],
            },
            "app_home": {"home_tab_enabled": home, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Tiny"},
            "slash_commands": [{"command": "/tiny", "description": "Says what you wrote"}],
            "shortcuts": [
                {"name": "Tiny form", "type": "global", "callback_id": "tiny_form"},
                {"name": "Tiny save", "type": "message", "callback_id": "tiny_save"},
            ],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {"event_subscriptions": {"bot_events": list(events)}},
    }
    if not agent:
        del made["features"]["agent_view"]
    return made


def without(*scopes: str) -> dict[str, Any]:
    """Give the manifest of an app that may do everything but this."""
    return manifest([scope for scope in SCOPES if scope not in scopes])
