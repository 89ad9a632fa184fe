"""The dialog that sets how the app behaves in a channel, and an answer for the asker alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    StaticMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from adoption.channels.channel_rules import ChannelRule
from adoption.channels.models import AnswerMode
from bot.features.handoff.blocks import person
from bot.slack.blocks.pieces import MOST_OPTIONS, option, radio_input, small
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.texts import texts

CHANNEL_DIALOG = "channel"
HEARING, ANSWER, KINDS, TOOLS, HELPER = "hearing", "answer", "kinds", "tools", "helper"
EVERYONE, ASKER = "everyone", "asker"


def channel_dialog(
    channel: str, rule: ChannelRule, kinds: Sequence[str], tools: Sequence[str]
) -> dict[str, Any]:
    """The dialog, filled in with the present rule."""
    say = texts("channels")
    blocks: list[Block] = [
        radio_input(
            HEARING,
            say["hearing"],
            {each.value: say[each.value] for each in AnswerMode},
            rule.mode,
        ),
        radio_input(
            ANSWER,
            say["answer"],
            {EVERYONE: say["everyone"], ASKER: say["asker"]},
            ASKER if rule.only_asker else EVERYONE,
        ),
    ]
    blocks += _menus(KINDS, kinds, rule.kinds) + _menus(TOOLS, tools, rule.tools)
    blocks.append(
        InputBlock(
            block_id=HELPER,
            label=say["helper"],
            hint=say["helper_hint"],
            optional=True,
            element=UserSelectElement(action_id=HELPER, initial_user=rule.helper),
        )
    )
    return View(
        type="modal",
        callback_id=CHANNEL_DIALOG,
        private_metadata=channel,
        title=say["title"],
        submit=say["submit"],
        close=say["close"],
        blocks=blocks,
    ).to_dict()


def rule_in_words(rule: ChannelRule) -> str:
    """A rule in one line of safe mrkdwn."""
    say = texts("channels")
    parts = [say[rule.mode.value], say["asker" if rule.only_asker else "everyone"]]
    parts += [plain(", ".join(names), 300) for names in (rule.kinds, rule.tools) if names]
    if rule.helper:
        parts.append(person(rule.helper))
    return " · ".join(parts)


def shared(message: Message, asker: str, question: str) -> Message:
    """An answer that its asker shares, below what was asked."""
    lead = texts("channels")["shared_by"].format(
        asker=person(asker), question=plain(question, 1000)
    )
    return replace(message, blocks=[small(lead).to_dict(), *message.blocks])


def _menus(name: str, known: Sequence[str], chosen: Sequence[str]) -> list[Block]:
    """A menu of which several are chosen; what is chosen stays on offer."""
    names = list(dict.fromkeys([*chosen, *known]))[:MOST_OPTIONS]
    if not names:
        return []
    say = texts("channels")
    options = [option(each, each) for each in names]
    before = [each for each in options if each.value in chosen]
    element = StaticMultiSelectElement(
        action_id=name,
        placeholder=say["all"],
        options=options,
        initial_options=before or None,
    )
    return [
        InputBlock(
            block_id=name, label=say[name], hint=say["all_hint"], optional=True, element=element
        )
    ]
