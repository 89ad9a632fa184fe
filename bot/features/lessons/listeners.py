"""The dialog of what people taught, its buttons, and the one in Home."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.feedback.models import LessonDecision
from adoption.privacy.models import RestrictedAction
from bot.access import NOT_ALLOWED, Attempt, is_admin_press, turn_away
from bot.container import Container
from bot.feature import Invocation
from bot.features.lessons import blocks
from bot.features.lessons.jobs import LessonDecided, decide
from bot.features.lessons.taught import taught_for
from bot.slack.identity import account_of, user_of
from bot.slack.view_values import trigger_in, value_in, view_in
from ingest.parse.audiences import ADMINS

_ACT = RestrictedAction.LESSONS
_DECISIONS = {
    blocks.APPROVE: LessonDecision.APPROVED,
    blocks.REVOKE: LessonDecision.REVOKED,
    blocks.UNDO: None,
}


def register(app: App, container: Container) -> None:
    """Connects them."""

    def opened(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        if is_admin_press(container, action, body, context, _ACT):
            _open(container, trigger_in(body), account_of(context))
        ack()

    def pressed(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        if is_admin_press(container, action, body, context, _ACT):
            account, view = account_of(context), view_in(body)
            decision = _DECISIONS[str(action["action_id"])]
            given = LessonDecided(account, value_in(action), decision)
            key = f"{view}:{action['action_ts']}"
            container.jobs.enqueue_and_wait(decide, given, key=key)
            taught = taught_for(container, account)
            container.slack.update_dialog(
                view,
                blocks.lessons_dialog(taught),
                audiences=taught.audiences | {ADMINS},
                reader=user_of(account),
            )
        ack()

    app.action(blocks.OPEN)(opened)
    for name in _DECISIONS:
        app.action(name)(pressed)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake taught`: opens the dialog, for admins."""
    if not container.admins.is_admin(invocation.account):
        turn_away(container, Attempt(invocation.account, _ACT, refusal=""), invocation.trigger)
        return NOT_ALLOWED
    _open(container, invocation.trigger, invocation.account)
    return ""


def _open(container: Container, trigger: str, account: str) -> None:
    taught = taught_for(container, account)
    container.slack.open_dialog(
        trigger,
        blocks.lessons_dialog(taught),
        audiences=taught.audiences | {ADMINS},
        reader=user_of(account),
    )
