"""Guides an admin looks at: the dialog, and the buttons beside their lists in Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.guides.models import GuideDecision
from adoption.privacy.models import RestrictedAction
from bot.features.guides import blocks
from bot.features.guides.jobs import facts_of
from bot.features.office import Office
from bot.features.roles.refusing import dialog_for_admins
from bot.slack.accounts import account_of
from bot.texts import texts


def register(app: App, office: Office) -> None:
    """Connects everything around guides."""
    say = texts("guides")

    def look(action: str, id: str) -> dict[str, Any] | None:
        facts = facts_of(office.container, id)
        return blocks.guide_dialog(facts) if facts is not None else None

    def decided(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        ruling, person, note = blocks.chosen(view)
        if ruling == blocks.ASKED and not person:
            errors = {blocks.PERSON: say["choose_person"]}
            ack(response_action="errors", errors=errors)
            return
        if ruling:
            id = str(view["private_metadata"])
            _decide(office, view["id"], id, context, ruling, person, note)
        ack()

    def brought_back(ack: Ack, action: dict[str, Any], context: BoltContext) -> None:
        key = f"{action['action_ts']}:{context.user_id}"
        id = str(action.get("value") or "")
        _decide(office, key, id, context, GuideDecision.INCLUDED.value)
        ack()

    app.action(blocks.LOOK)(
        dialog_for_admins(
            office, RestrictedAction.GUIDE, look, told=say["not_admin"], gone=say["gone"]
        )
    )
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
