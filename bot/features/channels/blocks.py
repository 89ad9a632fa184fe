"""The dialog that sets how the app behaves in a channel, and an answer that is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.channels.channel_rules import ChannelRule, RuleChange
from adoption.channels.models import AnswerMode
from bot.slack.blocks import (
    MOST_OPTIONS,
    context,
    modal,
    multi_select_input,
    option,
    radio_input,
    user_input,
)
from bot.slack.identity import mention, user_of
from bot.slack.messages import Message, as_json
from bot.slack.mrkdwn import plain
from bot.texts import texts

CHANNEL_DIALOG = "channel"
MODE, VISIBLE_TO, KINDS, TOOLS, HELPER = "mode", "visible_to", "kinds", "tools", "helper"
EVERYONE, ASKER = "everyone", "asker"


def channel_dialog(
    channel: str,
    rule: ChannelRule,
    kinds: Sequence[str],
    tools: Sequence[str],
    changed: RuleChange | None = None,
) -> View:
    """The dialog, filled in with the present rule, and who set it last."""
    say = texts("channels")
    modes = {each.value: say[each.value] for each in AnswerMode}
    readers = {EVERYONE: say["everyone"], ASKER: say["asker"]}
    inputs: list[Block] = [
        radio_input(MODE, say["mode"], modes, rule.mode),
        radio_input(VISIBLE_TO, say["visible_to"], readers, ASKER if rule.only_asker else EVERYONE),
        *_menu(KINDS, kinds, rule.kinds),
        *_menu(TOOLS, tools, rule.tools),
        user_input(
            HELPER, say["helper"], rule.helper or "", optional=True, hint=say["helper_hint"]
        ),
    ]
    if changed is not None:
        inputs.insert(0, _last_change(changed))
    return modal(CHANNEL_DIALOG, say["title"], inputs, submit=say["submit"], metadata=channel)


def _last_change(changed: RuleChange) -> Block:
    say, day = texts("channels"), f"{changed.at.day} {changed.at:%B %Y}"
    user = user_of(changed.account)
    said = say["set_by"].format(by=mention(user), day=day) if user else say["set"].format(day=day)
    return context(said)


def rule_in_words(rule: ChannelRule) -> str:
    """A rule in one line of mrkdwn."""
    say = texts("channels")
    parts = [say[rule.mode.value], say["asker" if rule.only_asker else "everyone"]]
    parts += [plain(", ".join(names), 300) for names in (rule.kinds, rule.tools) if names]
    if rule.helper:
        parts.append(mention(rule.helper))
    return " · ".join(parts)


def shared_message(answer: Message, asker: str, question: str) -> Message:
    """An answer that its asker shares, below what they asked."""
    shown = plain(question, 1000)
    lead = texts("channels")["shared_by"].format(asker=mention(asker), question=shown)
    return replace(answer, blocks=[*as_json([context(lead)]), *answer.blocks])


def _menu(name: str, known: Sequence[str], chosen: Sequence[str]) -> list[Block]:
    """A menu to choose several from; what is chosen stays on offer."""
    names = list(dict.fromkeys([*chosen, *known]))[:MOST_OPTIONS]
    if not names:
        return []
    say = texts("channels")
    options = [option(each, each) for each in names]
    hint, every = say["all_hint"], say["all"]
    return [multi_select_input(name, say[name], options, chosen, hint=hint, placeholder=every)]
