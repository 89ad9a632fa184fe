"""User objects of every kind of person, as Slack gives them to an app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from slack_emulator.models import Json

PersonKind = Literal[
    "member",
    "admin",
    "owner",
    "guest",
    "single_channel_guest",
    "external",
    "bot",
    "deactivated",
]
PARTNER_TEAM = "T0PARTNER"
_FLAGS: dict[PersonKind, tuple[str, ...]] = {
    "member": (),
    "admin": ("is_admin",),
    "owner": ("is_admin", "is_owner"),
    "guest": ("is_restricted",),
    "single_channel_guest": ("is_restricted", "is_ultra_restricted"),
    "external": ("is_stranger",),
    "bot": ("is_bot",),
    "deactivated": ("deleted",),
}
_ALWAYS = (
    "deleted",
    "is_admin",
    "is_owner",
    "is_primary_owner",
    "is_restricted",
    "is_ultra_restricted",
    "is_bot",
    "is_app_user",
)


@dataclass(frozen=True)
class Profile:
    """Who somebody is.

    Attributes:
        kind: A member, admin or owner; a guest in several channels or in one; `external` for
            somebody of another company in a shared channel; another app's bot; or somebody whose
            account is deactivated.
        domain: The part of the email address after the @.
        timezone: Where they work, as IANA names it.
    """

    handle: str
    real_name: str
    title: str = ""
    kind: PersonKind = "member"
    domain: str = "northwind.example"
    timezone: str = "Europe/Berlin"


def user_object(user_id: str, team: str, who: Profile) -> Json:
    """Return the user object of a person."""
    first, _, last = who.real_name.partition(" ")
    now = datetime.now(ZoneInfo(who.timezone))
    flags = dict.fromkeys(_ALWAYS, False) | dict.fromkeys(_FLAGS[who.kind], True)
    profile = {
        "real_name": who.real_name,
        "display_name": who.real_name,
        "first_name": first,
        "last_name": last,
        "title": who.title,
        "team": team,
    }
    if who.kind == "bot":
        profile |= {"bot_id": f"B{user_id[1:]}", "api_app_id": f"A{user_id[1:]}"}
    else:
        profile["email"] = f"{who.handle}@{who.domain}"
    return {
        "id": user_id,
        "team_id": team,
        "name": who.handle,
        "real_name": who.real_name,
        **flags,
        "tz": who.timezone,
        "tz_label": now.tzname() or who.timezone,
        "tz_offset": int((now.utcoffset() or timedelta()).total_seconds()),
        "locale": "en-GB",
        "updated": 0,
        "profile": profile,
    }


def is_restricted(user: Json) -> bool:
    """Return whether somebody sees only the channels they are in: guests and external people."""
    return bool(user.get("is_restricted") or user.get("is_stranger") or user.get("deleted"))
