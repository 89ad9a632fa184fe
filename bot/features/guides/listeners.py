"""The dialog of a guide, and the buttons beside the lists in Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.guides.models import GuideDecision
from adoption.privacy.models import RestrictedAction
from bot.access import opens_for_admins
from bot.container import Container
from bot.features.guides import blocks
from bot.features.guides.facts import facts_of
from bot.features.guides.jobs import Decided, ReviewWanted, decide, request_review
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues, value_in
from bot.texts import texts


def register(app: App, container: Container) -> None:
    """Connects everything around guides."""
    say = texts("guides")

    def dialog(action: str, id: str) -> View | None:
        facts = facts_of(container, id)
        return None if facts is None else blocks.guide_dialog(facts)

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values, account = ViewValues(view), account_of(context)
        choice, person = values.chosen(blocks.DECISION), values.user(blocks.PERSON)
        if choice == blocks.REQUEST_REVIEW and not person:
            ack(response_action="errors", errors={blocks.PERSON: say["choose_person"]})
            return
        if choice == blocks.REQUEST_REVIEW:
            note = values.text(blocks.NOTE)[: blocks.LONGEST_NOTE]
            wanted = ReviewWanted(account, values.metadata, person, note)
            container.jobs.enqueue(request_review, wanted, key=values.id)
        elif choice in set(GuideDecision):
            decided = Decided(account, values.metadata, GuideDecision(choice))
            container.jobs.enqueue(decide, decided, key=values.id)
        ack()

    def included(ack: Ack, action: dict[str, Any], context: BoltContext) -> None:
        account, guide = account_of(context), value_in(action)
        decided = Decided(account, guide, GuideDecision.INCLUDED)
        container.jobs.enqueue(decide, decided, key=f"{action['action_ts']}:{account}")
        ack()

    app.action(blocks.REVIEW)(
        opens_for_admins(
            container, RestrictedAction.GUIDE, dialog, refusal=say["not_admin"], missing=say["gone"]
        )
    )
    app.view_submission(blocks.GUIDE_DIALOG)(submitted)
    app.action(blocks.INCLUDE)(included)
