"""Guides an admin looks at: the dialog, and the buttons beside their lists in Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from adoption.programme_models import Ruling, Tried
from bot.blocks import guides as blocks
from bot.dialogs import words
from bot.listeners.opening import opened
from bot.listeners.people import account_of
from bot.listeners.refusing import pressed_by_admin
from bot.programme.guides import facts_of
from bot.programme.office import Office


def register(app: App, office: Office) -> None:
    """Connects everything around guides."""

    def looked(
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
    ) -> None:
        id, say = str(action.get("value") or ""), words("guides")
        if pressed_by_admin(office, action, body, context, Tried.GUIDE, id, say["not_admin"]):
            facts = facts_of(office, id)
            if facts is not None:
                opened(client, body.get("trigger_id", ""), blocks.guide_dialog(facts))
            else:
                account = account_of(context)
                told = f"told:{action['action_id']}:{action['action_ts']}:{account}"
                office.deeds.take(told, "told", account=account, url="", text=say["gone"])
        ack()

    def decided(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        ruling, person, note = blocks.chosen(view)
        if ruling == blocks.ASKED and not person:
            errors = {blocks.PERSON: words("guides")["choose_person"]}
            ack(response_action="errors", errors=errors)
            return
        if ruling:
            id = str(view["private_metadata"])
            _decide(office, view["id"], id, context, ruling, person, note)
        ack()

    def brought_back(ack: Ack, action: dict[str, Any], context: BoltContext) -> None:
        key = f"{action['action_ts']}:{context.user_id}"
        id = str(action.get("value") or "")
        _decide(office, key, id, context, Ruling.BROUGHT_BACK.value)
        ack()

    app.action(blocks.LOOK)(looked)
    app.view_submission(blocks.GUIDE_DIALOG)(decided)
    app.action(blocks.BRING_BACK)(brought_back)


def _decide(
    office: Office,
    key: str,
    id: str,
    context: BoltContext,
    ruling: str,
    person: str = "",
    note: str = "",
) -> None:
    office.deeds.take(
        f"guide:{key}",
        "guide",
        guide=id,
        account=account_of(context),
        ruling=ruling,
        person=person,
        note=note,
        url="",
    )
