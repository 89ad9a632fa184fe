"""Channels decide: when the app answers there, to whom, and from what."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from adoption.channels.channel_rules import ChannelRule
from adoption.channels.models import AnswerMode
from bot.answering.blocks import SHARE
from bot.container import Container
from bot.features.channels import blocks as dialog
from bot.features.channels.blocks import CHANNEL_DIALOG
from bot.features.desk import Desk
from bot.slack.accounts import account_of, place_of
from bot.slack.blocks.pieces import Values
from bot.slack.identity import is_change, is_from_colleague
from bot.texts import texts


def register(app: App, container: Container, desk: Desk) -> None:
    """Heeds the rules, and takes new ones on."""

    def switched_off(event: dict[str, Any]) -> bool:
        channel = str(event.get("channel") or "")
        if is_change(event):
            return False
        return not channel.startswith("D") and desk.channels.rule(channel).mode is AnswerMode.OFF

    def said_nothing(event: dict[str, Any]) -> None:
        """Nobody asked."""

    def turned_away(event: dict[str, Any], context: BoltContext, client: WebClient) -> None:
        if is_from_colleague(event, context):
            text = texts("channels")["switched_off"]
            thread = {"thread_ts": event["thread_ts"]} if event.get("thread_ts") else {}
            client.chat_postEphemeral(
                channel=event["channel"], user=event["user"], text=text, **thread
            )

    def sent(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        channel = str(view["private_metadata"])
        desk.channels.take(view["id"], account_of(context), channel, rule_in(view))
        ack()

    def share(ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext) -> None:
        question = str(action.get("value") or "")
        desk.channels.share(question, account_of(context), place_of(body))
        ack()

    app.event("message", matchers=[switched_off])(said_nothing)
    app.event("app_mention", matchers=[switched_off])(turned_away)
    app.view(CHANNEL_DIALOG)(sent)
    app.action(SHARE)(share)


def rule_in(view: dict[str, Any]) -> ChannelRule:
    """The rule that was filled in."""
    values = Values(view)
    hearing = values.chosen(dialog.HEARING)
    return ChannelRule(
        AnswerMode(hearing) if hearing in set(AnswerMode) else AnswerMode.MENTIONED,
        values.chosen(dialog.ANSWER) == dialog.ASKER,
        tuple(sorted(values.ticked(dialog.KINDS))),
        tuple(sorted(values.ticked(dialog.TOOLS))),
        values.user(dialog.HELPER) or None,
    )
