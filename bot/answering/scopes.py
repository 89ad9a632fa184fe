"""What a question may be answered from, by who asks, where, and the channel's rule."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from adoption.channels.channel_rules import ChannelRule
from adoption.questions.models import Surface
from bot.container import Container
from bot.conversation.question import Question
from bot.slack.errors import SlackRefused
from bot.slack.identity import user_of
from bot.tools import known_audiences
from ingest.parse.audiences import ADMINS, CHAMPIONS
from knowledge.index.passages import EVERYONE, Scope

log = logging.getLogger(__name__)

_IN_CHANNELS = (Surface.CHANNEL, Surface.PRIVATE)


def scopes_of(container: Container, question: Question) -> Sequence[Scope]:
    """What a question may be answered from, the narrowest first.

    It is answered from the first scope in which the answer is found. A channel's rule binds
    questions in the channel. Who asks directly, with that channel before them, is answered by
    its rule where that is enough, and from everything where not. In the terminal, nothing is kept
    from whoever can read the files.

    Raises:
        SlackUnavailable: Slack does not say whether an admin asks.
    """
    if question.surface is Surface.TERMINAL:
        return [Scope()]
    audiences = _audiences_of(container, question) | {EVERYONE}
    rules = container.record.channel_rules
    if question.surface in _IN_CHANNELS:
        return [_narrowed(audiences, rules.get(question.channel))]
    looking_at = rules.get(question.looking_at) if question.looking_at else ChannelRule()
    near, all = _narrowed(audiences, looking_at), Scope(audiences)
    return [all] if near == all else [near, all]


def _audiences_of(container: Container, question: Question) -> frozenset[str]:
    """Whose guides may be read there, beside everyone's: by whoever reads the answer."""
    there = known_audiences(container.index)
    if question.surface is not Surface.DIRECT:
        return there & {f"channel:{question.channel}"}
    if there & {CHAMPIONS, ADMINS} and _is_admin(container, question.account):
        return there & {CHAMPIONS, ADMINS}
    if CHAMPIONS in there and container.record.roles.champion(question.account):
        return frozenset({CHAMPIONS})
    return frozenset()


def _is_admin(container: Container, account: str) -> bool:
    try:
        return container.admins.is_admin(user_of(account))
    except SlackRefused as error:
        # Who cannot be told to be an admin is shown what everyone may read.
        log.warning("Slack does not say who is an admin: %s", error.code)
        return False


def _narrowed(audiences: frozenset[str], rule: ChannelRule) -> Scope:
    return Scope(audiences, kinds=frozenset(rule.kinds), tools=frozenset(rule.tools))
