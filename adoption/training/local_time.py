"""Moments by the clocks of a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str) -> ZoneInfo:
    """A time zone by the name that IANA gives it, such as `Europe/Berlin`.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone “{name[:60]}”") from None


def moment_at(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment, UTC, at which the clocks of a zone show a time; the first one where two do.

    Raises:
        ValueError: they never show it, because they are set forward past it.
    """
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(
            f"the clocks of {zone.key} skip {local:%H:%M} on {local:%Y-%m-%d}, "
            "because summer time begins"
        )
    return moment
