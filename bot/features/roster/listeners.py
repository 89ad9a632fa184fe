"""The button that opens the dialog for people, and the dialog."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.privacy.models import RestrictedAction
from bot.access import opens_for_admins
from bot.action_ids import OPEN_ROSTER
from bot.container import Container
from bot.features.roster.blocks import ROSTER_DIALOG, roster_dialog
from bot.features.roster.jobs import ImportAsked, import_now
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues


def register(app: App, container: Container) -> None:
    """Connects them."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        asked = ImportAsked(account_of(context))
        container.jobs.enqueue(import_now, asked, key=ViewValues(view).id)
        ack()

    opened = opens_for_admins(container, RestrictedAction.ROSTER, lambda id, value: roster_dialog())
    app.action(OPEN_ROSTER)(opened)
    app.view_submission(ROSTER_DIALOG)(submitted)
