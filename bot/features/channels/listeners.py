"""Channel rules: obeyed for every message, and set in a dialog."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext

from adoption.channels.channel_rules import ChannelRule
from adoption.channels.models import AnswerMode
from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, turn_away
from bot.container import Container
from bot.delivery.blocks import SHARE
from bot.feature import Invocation
from bot.features.channels import blocks
from bot.features.channels.jobs import RuleGiven, Sharing, set_rule, share
from bot.slack.blocks import line
from bot.slack.identity import account_of, is_change, is_from_colleague, place_of
from bot.slack.messages import PUBLIC, Place
from bot.slack.view_values import ViewValues, value_in
from bot.texts import texts
from bot.tools import known_audiences, known_kinds, known_tools

# Slack's ids of channels are far shorter.
_LONGEST_ID = 32


def register(app: App, container: Container) -> None:
    """Connects the rules, the dialog, and the button that shares an answer."""
    rules = container.record.channel_rules

    def is_switched_off(event: dict[str, Any]) -> bool:
        channel = str(event.get("channel") or "")
        # What was asked before can still be edited or deleted.
        if channel.startswith("D") or is_change(event):
            return False
        return rules.get(channel).mode is AnswerMode.OFF

    def ignored(event: dict[str, Any]) -> None:
        """Nobody asked."""

    def turned_away(event: dict[str, Any], context: BoltContext) -> None:
        if is_from_colleague(event, context) and container.admins.may_ask(account_of(context)):
            thread = str(event.get("thread_ts") or "")
            place = Place(event["channel"], thread, only_for=event["user"])
            container.slack.post(place, line(texts("channels")["switched_off"]))

    def submitted(ack: Ack, view: dict[str, Any], context: BoltContext) -> None:
        values = ViewValues(view)
        given = RuleGiven(account_of(context), values.metadata[:_LONGEST_ID], rule_from(values))
        container.jobs.enqueue(set_rule, given, key=values.id)
        ack()

    def shared(
        ack: Ack, action: dict[str, Any], body: dict[str, Any], context: BoltContext
    ) -> None:
        question, place = value_in(action), place_of(body)
        sharing = Sharing(account_of(context), question, place.channel, place.thread)
        container.jobs.enqueue(share, sharing, key=f"{question}:{sharing.account}")
        ack()

    app.event("message", matchers=[is_switched_off])(ignored)
    app.event("app_mention", matchers=[is_switched_off])(turned_away)
    app.view(blocks.CHANNEL_DIALOG)(submitted)
    app.action(SHARE)(shared)


def asked(container: Container, invocation: Invocation) -> str:
    """`/uptake channel`: opens the dialog, for those who may set the channel's rule."""
    say, channel = texts("channels"), invocation.channel
    if not channel.startswith(("C", "G")):
        return say["not_here"]
    if not container.admins.may_set_rules(invocation.account, channel):
        attempt = Attempt(invocation.account, RestrictedAction.CHANNEL_RULE, channel, refusal="")
        turn_away(container, attempt, invocation.trigger)
        return say["refused"]
    rule = container.record.channel_rules.get(channel)
    index = container.index
    readable = container.visibility.readable_at(known_audiences(index), Place(channel)) | PUBLIC
    kinds, tools = known_kinds(index, readable), known_tools(container.record, index, readable)
    changed = container.record.channel_rules.last_change(channel)
    view = blocks.channel_dialog(channel, rule, kinds, tools, changed)
    container.slack.open_dialog(invocation.trigger, view)
    return ""


def rule_from(values: ViewValues) -> ChannelRule:
    """The rule that was filled in."""
    mode = values.chosen(blocks.MODE)
    return ChannelRule(
        AnswerMode(mode) if mode in set(AnswerMode) else AnswerMode.MENTIONED,
        values.chosen(blocks.VISIBLE_TO) == blocks.ASKER,
        tuple(sorted(values.ticked(blocks.KINDS))),
        tuple(sorted(values.ticked(blocks.TOOLS))),
        values.user(blocks.HELPER) or None,
    )
