"""Slack's payloads of a hand-off: its buttons, and what is written in its thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.action_ids import TAKE_HANDOFF
from bot.answering.presses import Press
from bot.answering.replies import Reply
from bot.container import Container
from bot.conversation.typed_markdown import typed_markdown
from bot.delivery.answer_actions import ASK_PERSON
from bot.features.handoff.blocks import SOLVE
from bot.features.handoff.jobs import ask, bring_reply, solve, take
from bot.jobs.job import Job
from bot.slack.blocks import notice
from bot.slack.identity import (
    account_of,
    is_alone,
    is_colleague,
    is_from_colleague,
    place_of,
)
from bot.slack.messages import PUBLIC
from bot.slack.view_values import value_in
from bot.texts import texts


def register(app: App, container: Container) -> None:
    """Connects the buttons, and the threads of offers."""

    def pressed(job: Job[Press, None]) -> Callable[..., None]:
        def listener(
            ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
        ) -> None:
            if is_colleague(body, context):
                press = press_from(action, body, context)
                container.jobs.enqueue(job, press, key=_once_a_press(press))
                _say_in_dialog(container, body)
            ack()

        return listener

    def in_thread_of_offer(event: dict[str, Any]) -> bool:
        thread, channel = event.get("thread_ts"), str(event.get("channel"))
        if not thread or thread == event.get("ts"):
            return False
        handoffs = container.record.handoffs
        # Asked first: a hand-off that gets its message in between is found by that.
        return (
            handoffs.is_on_its_way((channel, str(event.get("user") or "")))
            or handoffs.at_message(channel, str(thread)) is not None
        )

    def replied(event: dict[str, Any], context: BoltContext) -> None:
        if is_from_colleague(event, context) and not _addresses_app(event, context):
            reply = reply_from(event, context)
            container.jobs.enqueue(bring_reply, reply, key=reply.key)

    app.action(ASK_PERSON)(pressed(ask))
    app.action(TAKE_HANDOFF)(pressed(take))
    app.action(SOLVE)(pressed(solve))
    app.event("message", matchers=[in_thread_of_offer])(replied)


def press_from(action: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> Press:
    """The press in a payload."""
    place = place_of(body)
    return Press(
        question=value_in(action),
        account=account_of(context),
        channel=place.channel,
        thread=place.thread,
        at=float(action["action_ts"]),
        alone=is_alone(body),
        url=str(body.get("response_url") or ""),
    )


def reply_from(event: Mapping[str, Any], context: BoltContext) -> Reply:
    """The reply in an event."""
    text = typed_markdown(event)
    return Reply(event["channel"], event["thread_ts"], account_of(context), event["ts"], text)


def _say_in_dialog(container: Container, body: Mapping[str, Any]) -> None:
    """Shows in the dialog whose button was pressed that a person is asked; not in Home."""
    view = body.get("view") or {}
    if view.get("type") == "modal":
        say = texts("handoff")
        shown = notice(say["asking_title"], say["asking"])
        container.slack.update_dialog(str(view["id"]), shown, audiences=PUBLIC, reader="")


def _once_a_press(press: Press) -> str:
    return f"{press.question}:{press.account}:{press.at}"


def _addresses_app(event: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether the app is addressed: that is a question, not a reply to the asker."""
    return f"<@{context.bot_user_id}" in str(event.get("text") or "")
