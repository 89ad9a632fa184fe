"""Shows Slack's timestamps as days and times of this computer's zone."""

from __future__ import annotations

from datetime import datetime


def moment_of(ts: str) -> datetime:
    """Return the local moment of a message timestamp, or of seconds since the epoch."""
    return datetime.fromtimestamp(float(ts or 0)).astimezone()


def day_of(ts: str) -> str:
    """Return the day as YYYY-MM-DD."""
    return f"{moment_of(ts):%Y-%m-%d}"


def time_of(ts: str) -> str:
    """Return the time as HH:MM."""
    return f"{moment_of(ts):%H:%M}"
