"""The dialog in which admins see and name champions."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from bot.access import NOT_ALLOWED, Attempt, is_admin_press, opens_for_admins, turn_away
from bot.action_ids import OPEN_ROLES
from bot.container import Container
from bot.feature import Invocation
from bot.features.roles import blocks
from bot.features.roles.jobs import (
    ChampionsChosen,
    ChampionTrained,
    choose_champions,
    set_trained,
)
from bot.slack.identity import account_of, team_of, user_of
from bot.slack.view_values import ViewValues, value_in, view_in
from ingest.parse.audiences import ADMINS

_FOR_ADMINS = frozenset({ADMINS})


def register(app: App, container: Container) -> None:
    """Connects the dialog."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        container.jobs.enqueue(choose_champions, chosen_in(values, context), key=values.id)
        ack()

    def trained(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        champion, view = value_in(action), view_in(body)
        known = container.record.roles.champion(champion) is not None and user_of(champion)
        if is_admin_press(container, action, body, context, RestrictedAction.ROLES) and known:
            given = ChampionTrained(account_of(context), champion)
            key = f"{view}:{action['action_ts']}"
            container.jobs.enqueue_and_wait(set_trained, given, key=key)
            container.slack.update_dialog(
                view,
                dialog_for(container, str(context.team_id)),
                audiences=_FOR_ADMINS,
                reader=context.user_id or "",
            )
        ack()

    app.view_submission(blocks.ROLES_DIALOG)(submitted)
    app.action(blocks.TRAINED)(trained)
    app.action(OPEN_ROLES)(
        opens_for_admins(
            container,
            RestrictedAction.ROLES,
            lambda id, value: dialog_for(container, container.slack.team),
        )
    )


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake roles`: opens the dialog, for admins."""
    if not container.admins.is_admin(invocation.account):
        attempt = Attempt(invocation.account, RestrictedAction.ROLES, refusal="")
        turn_away(container, attempt, invocation.trigger)
        return NOT_ALLOWED
    view = dialog_for(container, team_of(invocation.account))
    container.slack.open_dialog(
        invocation.trigger, view, audiences=_FOR_ADMINS, reader=invocation.user
    )
    return ""


def dialog_for(container: Container, team: str) -> View:
    """Who has which role in a workspace."""
    record, named = container.record, container.admins.named
    champions = [each for each in record.roles.champions() if team_of(each.account) == team]
    known = [each for each in record.home_views.accounts(admins_only=True) if team_of(each) == team]
    admins = named or [user_of(account) for account in known]
    return blocks.roles_dialog(champions, admins, bool(named))


def chosen_in(values: ViewValues, context: BoltContext) -> ChampionsChosen:
    """What was chosen, against who was a champion when the dialog opened."""
    before = set(values.metadata.split())
    after = {user for user in values.users(blocks.CHOSEN) if user != context.bot_user_id}
    return ChampionsChosen(
        account=account_of(context),
        added=tuple(f"{context.team_id}:{user}" for user in sorted(after - before)),
        removed=tuple(f"{context.team_id}:{user}" for user in sorted(before - after)),
        team=values.text(blocks.TEAM)[: blocks.LONGEST_TEAM],
    )
