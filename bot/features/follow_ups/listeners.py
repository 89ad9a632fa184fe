"""Slack's payloads around follow-ups: a press opens the dialog, and sending it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.follow_ups.models import Feeling, FollowUpState
from bot.container import Container
from bot.features.follow_ups import blocks
from bot.features.follow_ups.jobs import FollowUpAnswered, store_answer, today_of
from bot.slack.identity import account_of, is_colleague
from bot.slack.view_values import ViewValues, trigger_in, value_in
from bot.texts import texts


def register(app: App, container: Container) -> None:
    """Connects the buttons and the dialog."""

    def pressed(how: Feeling) -> Callable[..., None]:
        def listener(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
        ) -> None:
            if is_colleague(body, context):
                _open(container, how, value_in(action), body, account_of(context))
            ack()

        return listener

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        id, how, channel, ts = values.parts(4)
        answer = blocks.answer_in(values, how)
        if answer is None:
            ack(response_action="errors", errors={blocks.OBSTACLE: texts("follow_ups")["choose"]})
            return
        given = FollowUpAnswered(account_of(context), id, answer, channel, ts)
        container.jobs.enqueue(store_answer, given, key=values.id)
        ack(response_action="update", view=blocks.thanks_dialog(answer))

    for how, action_id in blocks.PRESSED.items():
        app.action(action_id)(pressed(how))
    app.view_submission(blocks.DIALOG)(submitted)


def _open(container: Container, how: Feeling, id: str, body: dict[str, Any], account: str) -> None:
    found = container.record.follow_ups.get(id)
    if found is not None and found.account == account and found.is_open_on(today_of(container)):
        at = body.get("container") or {}
        place = f"{at.get('channel_id') or ''}\n{at.get('message_ts') or ''}"
        view = blocks.dialog(id, how, place)
    else:
        is_answered = found is not None and found.state is FollowUpState.ANSWERED
        view = blocks.closed_dialog(is_answered and found.account == account if found else False)
    container.slack.open_dialog(trigger_in(body), view)
