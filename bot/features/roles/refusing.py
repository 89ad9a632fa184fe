"""Turns away whoever presses what is not theirs, before anything is shown to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_sdk import WebClient

from adoption.privacy.models import RestrictedAction
from bot.features.office import NOT_YOURS, Office
from bot.slack.accounts import account_of
from bot.slack.dialogs import opened


def pressed_by_admin(
    office: Office,
    action: Mapping[str, Any],
    body: Mapping[str, Any],
    context: BoltContext,
    act: RestrictedAction,
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


def dialog_for_admins(
    office: Office,
    act: RestrictedAction,
    dialog_of: Callable[[str, str], dict[str, Any] | None],
    *,
    told: str = NOT_YOURS,
    gone: str = "",
    about_of: Callable[[str], str] = str,
) -> Callable[..., None]:
    """A listener for a button that opens a dialog, for admins only.

    Args:
        dialog_of: gives the dialog for the action and value of the button; None where what it is
            about is not there any more.
        told: what is said to whoever is no admin.
        gone: what an admin is told where there is no dialog; nothing where it is empty.
        about_of: what the audit log says the try was about, from the value.
    """

    def pressed(
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        value = str(action.get("value") or "")
        if pressed_by_admin(office, action, body, context, act, about_of(value), told):
            dialog = dialog_of(action["action_id"], value)
            if dialog is not None:
                opened(client, body.get("trigger_id", ""), dialog)
            elif gone:
                account = account_of(context)
                id = f"told:{action['action_id']}:{action['action_ts']}:{account}"
                url = body.get("response_url") or ""
                office.deeds.take(id, "told", account=account, url=url, text=gone)
        ack()

    return pressed
