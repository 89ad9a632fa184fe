"""The time zone that somebody works in, as their Slack profile says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.slack.errors import SlackRefused
from bot.slack.identity import user_of
from bot.slack.reader import SlackReader


def zone_of(slack: SlackReader, account: str, usual: ZoneInfo) -> ZoneInfo:
    """The time zone in somebody's Slack profile.

    Args:
        usual: the zone of people whom Slack does not know, or whose zone is none of IANA's.

    Raises:
        SlackUnavailable: Slack does not answer now; another try may succeed.
    """
    user = user_of(account)
    try:
        return known_zone(slack.user(user), usual) if user else usual
    except SlackRefused:
        return usual


def all_zones(slack: SlackReader, usual: ZoneInfo) -> dict[str, str]:
    """The time zones of everybody in the workspace, by user id: a few calls for thousands.

    Raises:
        SlackUnavailable: as `zone_of`.
    """
    return {str(each["id"]): known_zone(each, usual).key for each in slack.users()}


def known_zone(user: Mapping[str, Any], usual: ZoneInfo) -> ZoneInfo:
    """The time zone in what Slack says of a user; `usual` where it is none of IANA's."""
    name = str(user.get("tz") or "")
    try:
        return ZoneInfo(name) if name else usual
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return usual
