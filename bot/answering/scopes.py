"""What a question may be answered from, by who asks, where, and the channel's rule."""

from __future__ import annotations

from collections.abc import Sequence

from adoption.channels.channel_rules import ChannelRule
from adoption.questions.models import Surface
from bot.container import Container
from bot.conversation.question import Question
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC, Place
from bot.tools import known_audiences
from knowledge.index.index import Index
from knowledge.index.passages import Scope

_IN_CHANNELS = (Surface.CHANNEL, Surface.PRIVATE)


def scopes_of(container: Container, question: Question) -> Sequence[Scope]:
    """What a question may be answered from, the narrowest first.

    It is answered from the first scope in which the answer is found. A channel's rule binds
    questions in the channel. Who asks directly, with that channel before them, is answered by
    its rule where that is enough, and from everything where not. In the terminal, nothing is kept
    from whoever can read the files.

    Raises:
        SlackError: Slack does not say now who reads the answer.
    """
    if question.surface is Surface.TERMINAL:
        return [everything_in(container.index)]
    audiences = _audiences_of(container, question) | PUBLIC
    rules = container.record.channel_rules
    if question.surface in _IN_CHANNELS:
        return [_narrowed(audiences, rules.get(question.channel))]
    looking_at = rules.get(question.looking_at) if question.looking_at else ChannelRule()
    near, all = _narrowed(audiences, looking_at), Scope(audiences)
    return [all] if near == all else [near, all]


def everything_in(index: Index) -> Scope:
    """All guides, whatever their audience: for people who can read the files anyway."""
    return Scope(known_audiences(index) | PUBLIC)


def audiences_for(container: Container, account: str) -> frozenset[str]:
    """The audiences of the guides that somebody may read by themselves.

    Raises:
        SlackError: Slack does not say now who they are.
    """
    place = Place(user_of(account))
    return container.visibility.readable_at(known_audiences(container.index), place) | PUBLIC


def own_scope(container: Container, account: str) -> Scope:
    """Everything that somebody may read in their direct messages with the app.

    Raises:
        SlackError: Slack does not say now who they are.
    """
    place = Place(user_of(account))
    readable = container.visibility.readable_at(known_audiences(container.index), place)
    return Scope(readable | PUBLIC)


def _audiences_of(container: Container, question: Question) -> frozenset[str]:
    """Whose guides may be read there, beside everyone's: by whoever reads the answer."""
    if question.surface is Surface.MCP:
        return audiences_for(container, question.account)
    direct = question.surface is Surface.DIRECT
    reader = user_of(question.account) if direct else ""
    place = Place(question.channel, reader=reader)
    return container.visibility.readable_at(known_audiences(container.index), place)


def _narrowed(audiences: frozenset[str], rule: ChannelRule) -> Scope:
    return Scope(audiences, kinds=frozenset(rule.kinds), tools=frozenset(rule.tools))
