"""Who somebody is in Slack, and what they may do; asked of Slack and the settings."""

from __future__ import annotations

from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.admins import Admins


def user_of(account: str) -> str:
    """Slack's id of a person in their workspace, from the record's account."""
    return account.partition(":")[2]


class People:
    """Who administers the programme, and who made a channel."""

    def __init__(self, client: WebClient, admins: Admins, admin_channel: str | None = None) -> None:
        self._client = client
        self._admins = admins
        self._admin_channel = admin_channel

    @property
    def admins(self) -> list[str]:
        """The user ids that the setting names."""
        return self._admins.named

    @property
    def programme(self) -> list[str]:
        """Where the programme team is told: those the setting names, or else their channel."""
        return self.admins or ([self._admin_channel] if self._admin_channel else [])

    def is_admin(self, user: str) -> bool:
        """Whether somebody administers the programme."""
        return self._admins.knows(user)

    def may_rule(self, user: str, channel: str) -> bool:
        """Whether somebody may set how the app behaves in a channel."""
        if self.is_admin(user):
            return True
        try:
            found = self._of(self._client.conversations_info(channel=channel), "channel")
        except SlackApiError:
            return False
        return bool(found.get("creator") == user)

    def _of(self, response: Any, name: str) -> dict[str, Any]:
        return cast(dict[str, Any], response.data).get(name) or {}
