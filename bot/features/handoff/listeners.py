"""“Ask a person”, “I'll take it”, “Solved”, and what is said in a help thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.answering.blocks import ASK_PERSON
from bot.features.desk import Desk
from bot.features.handoff.blocks import SOLVE, TAKE
from bot.features.handoff.calls import Pressed
from bot.features.office import Office
from bot.slack.accounts import account_of, is_alone, is_colleague, place_of
from bot.slack.identity import is_from_colleague
from bot.slack.mrkdwn import typed_text


def register(app: App, desk: Desk) -> None:
    """Takes all that on."""

    def ask(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        if is_colleague(body, context):
            desk.help.ask(_pressed(action, body, context))
        ack()

    def take(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        if is_colleague(body, context):
            desk.help.take(_pressed(action, body, context))
        ack()

    def solve(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        if is_colleague(body, context):
            desk.help.solve(_pressed(action, body, context))
        ack()

    def in_help_thread(event: dict[str, Any]) -> bool:
        thread = event.get("thread_ts")
        if not thread or thread == event.get("ts"):
            return False
        place = (str(event.get("channel")), str(thread))
        return desk.help.helps_in(*place, str(event.get("user") or ""))

    def replied(event: dict[str, Any], context: BoltContext) -> None:
        if not is_from_colleague(event, context) or _to_us(event, context):
            return
        text = typed_text(str(event.get("text") or ""))
        place = (event["channel"], event["thread_ts"])
        desk.help.reply(*place, account_of(context), event["ts"], text)

    app.action(ASK_PERSON)(ask)
    app.action(TAKE)(take)
    app.action(SOLVE)(solve)
    app.event("message", matchers=[in_help_thread])(replied)


def changed(office: Office, key: str, account: str) -> None:
    """Keeps that Home shows it where somebody has brought a question further."""
    office.deeds.take(f"home:{key}", "help_changed", account=account)


def _to_us(event: Mapping[str, Any], context: BoltContext) -> bool:
    """Whether the app is spoken to; that is a question, and no reply to the asker."""
    return f"<@{context.bot_user_id}" in str(event.get("text") or "")


def _pressed(action: Mapping[str, Any], body: Mapping[str, Any], context: BoltContext) -> Pressed:
    place = place_of(body)
    return Pressed(
        interaction=str(action.get("value") or ""),
        account=account_of(context),
        channel=place.channel,
        thread=place.thread,
        at=float(action["action_ts"]),
        alone=is_alone(body),
    )
