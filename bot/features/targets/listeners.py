"""Slack's payloads around targets, as dialogs and jobs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.models.views import View

from adoption.privacy.models import RestrictedAction
from adoption.reports.targets import MEASURES, Dimension, Targets
from adoption.usage.queries import UseReader
from bot.access import NOT_ALLOWED, Attempt, is_admin_press, opens_for_admins, turn_away
from bot.action_ids import OPEN_TARGETS
from bot.container import Container
from bot.feature import Invocation
from bot.features.targets import blocks
from bot.features.targets.jobs import TargetRemoved, TargetSet, remove_target, set_target
from bot.slack.identity import account_of
from bot.slack.view_values import ViewValues, value_in, view_in
from bot.texts import texts
from ingest.parse.audiences import ADMINS

_ACT, _FOR_ADMINS = RestrictedAction.TARGETS, frozenset({ADMINS})
_NUMBER = re.compile(r"(\d{1,3}(?:[.,]\d+)?)\s*%?", re.ASCII)


def register(app: App, container: Container) -> None:
    """Connects the dialog."""

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        if wrong := wrong_in(values):
            ack(response_action="errors", errors=wrong)
            return
        given = target_in(values, account_of(context))
        container.jobs.enqueue(set_target, given, key=values.id)
        ack()

    def removed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        aim = blocks.aim_in(value_in(action))
        about = aim[2] if aim else ""
        if is_admin_press(container, action, body, context, _ACT, about):
            view = view_in(body)
            if aim is not None:
                given = TargetRemoved(account_of(context), *aim)
                key = f"{view}:{action['action_ts']}"
                container.jobs.enqueue_and_wait(remove_target, given, key=key)
            dialog, reader = dialog_for(container), context.user_id or ""
            container.slack.update_dialog(view, dialog, audiences=_FOR_ADMINS, reader=reader)
        ack()

    opened = opens_for_admins(container, _ACT, lambda id, value: dialog_for(container))
    app.action(OPEN_TARGETS)(opened)
    app.action(blocks.REMOVE)(removed)
    app.view_submission(blocks.TARGETS_DIALOG)(submitted)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake targets`: opens the dialog, for admins."""
    if not container.admins.is_admin(invocation.account):
        turn_away(container, Attempt(invocation.account, _ACT, refusal=""), invocation.trigger)
        return NOT_ALLOWED
    dialog, reader = dialog_for(container), invocation.user
    container.slack.open_dialog(invocation.trigger, dialog, audiences=_FOR_ADMINS, reader=reader)
    return ""


def dialog_for(container: Container) -> View:
    """The targets, and the groups that another one can be for."""
    roster = UseReader(container.engine).roster()
    groups = {
        Dimension.TEAM: _names(roster.teams.values()),
        Dimension.WAVE: _names(roster.waves.values()),
        Dimension.TOOL: sorted(container.record.tools.names(), key=str.casefold),
    }
    return blocks.targets_dialog(Targets(container.engine).all(), groups)


def wrong_in(values: ViewValues) -> dict[str, str]:
    """What is wrong in a form, by field; nothing where it can be stored."""
    say, wrong = texts("targets"), {}
    if values.chosen(blocks.MEASURE) not in MEASURES:
        wrong[blocks.MEASURE] = say["choose"]
    if not 0 < share_in(values.text(blocks.VALUE)) <= 1:
        wrong[blocks.VALUE] = say["number"]
    if _group_in(values) is None:
        wrong[blocks.WHOM] = say["choose"]
    return wrong


def target_in(values: ViewValues, account: str) -> TargetSet:
    """The target in a form that has nothing wrong."""
    return TargetSet(
        account,
        values.chosen(blocks.MEASURE),
        *(_group_in(values) or (Dimension.ALL, "all")),
        share_in(values.text(blocks.VALUE)),
        values.day(blocks.BY),
    )


def _group_in(values: ViewValues) -> tuple[Dimension, str] | None:
    return blocks.group_in(values.chosen(blocks.WHOM) or blocks.EVERYBODY)


def share_in(text: str) -> float:
    """The share in a number of per cent; 0 where it is no such number."""
    found = _NUMBER.fullmatch(text.strip())
    return float(found[1].replace(",", ".")) / 100 if found else 0.0


def _names(found: Iterable[str | None]) -> list[str]:
    return sorted({name for name in found if name}, key=str.casefold)
