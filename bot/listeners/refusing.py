"""Turns away whoever presses what is not theirs, before anything is shown to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import BoltContext

from adoption.programme_models import Tried
from bot.listeners.people import account_of
from bot.programme.office import NOT_YOURS, Office


def pressed_by_admin(
    office: Office,
    action: Mapping[str, Any],
    body: Mapping[str, Any],
    context: BoltContext,
    act: Tried,
    about: str = "",
    words: str = NOT_YOURS,
) -> bool:
    """Whether an admin pressed; who is none is told, and the try written down."""
    if office.admins.knows(context.user_id or ""):
        return True
    account = account_of(context)
    key = f"{action['action_id']}:{action['action_ts']}:{account}"
    office.turn_away(key, account, act, about, words, body.get("response_url") or "")
    return False
