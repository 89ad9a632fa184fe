"""The app's manifest, as Slack takes it, for Socket Mode or for a web address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import SettingsWrong

_PATH, _MCP_PATH = "/slack/events", "/mcp"


def manifest_path() -> Path:
    """The path of the manifest, which ships with the package."""
    return Path(__file__).parent / "manifest.json"


def manifest_for(http: str | None = None, mcp: str | None = None) -> dict[str, Any]:
    """The manifest.

    Args:
        http: the address at which Slack reaches the bot; Socket Mode without one.
        mcp: the address at which Slackbot asks in people's names; it doesn't without one.

    Raises:
        SettingsWrong: an address is none that Slack can call.
    """
    made: dict[str, Any] = json.loads(manifest_path().read_text("utf-8"))
    if mcp is not None:
        server = {"url": _address(mcp, _MCP_PATH), "auth_type": "slack_identity_auth"}
        made["mcp_servers"] = {"uptake": server}
        made["oauth_config"]["scopes"]["bot"].append("mcp:connect")
        made["oauth_config"]["scopes"]["bot"].sort()
    if http is None:
        return made
    url = _address(http)
    settings = made["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = url
    settings["interactivity"]["request_url"] = url
    for command in made["features"]["slash_commands"]:
        command["url"] = url
    return made


def _address(http: str, end: str = _PATH) -> str:
    parts = urlsplit(http)
    if parts.scheme != "https" or not parts.hostname:
        raise SettingsWrong(
            f"“{http}” is no address that Slack can call. Write it like https://uptake.example.com."
        )
    path = parts.path.rstrip("/")
    return f"https://{parts.netloc}{path if path.endswith(end) else path + end}"
