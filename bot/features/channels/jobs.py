"""Stores the rule of a channel, and shares with it what one person was shown."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.channels.channel_rules import ChannelRule
from adoption.privacy.models import RestrictedAction
from bot.answering.answered import answered_question
from bot.container import Container, JobContext
from bot.delivery.blocks import answer_message
from bot.features.channels.blocks import rule_in_words, shared_message
from bot.jobs.job import job
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Message, Place
from bot.texts import texts
from bot.visibility import audiences_of


@dataclass(frozen=True)
class RuleGiven:
    """A rule that somebody sent from the dialog."""

    account: str
    channel: str
    rule: ChannelRule


@dataclass(frozen=True)
class Sharing:
    """An answer that somebody shares; where they pressed, they are answered."""

    account: str
    question: str
    channel: str
    thread: str


@dataclass(frozen=True)
class Shared:
    """An answer as it is shared, or the name of the sentence that says why it is not."""

    refused: str = ""
    channel: str = ""
    thread: str = ""
    message: Message | None = None


@job("channels.set_rule", version=1)
def set_rule(context: JobContext, given: RuleGiven) -> None:
    """Stores a rule, if it is theirs to set."""
    container, say, user = context.container, texts("channels"), user_of(given.account)
    place = Place(given.channel, only_for=user)
    # Checked again: what a dialog carries is no proof of who may send it.
    if not context.slack(container.admins.may_set_rules, given.account, given.channel):
        _log_refusal(context, given.account, RestrictedAction.CHANNEL_RULE, given.channel)
        context.post_once("refused", place, line(say["refused"]))
        return
    rules = container.record.channel_rules
    context.step(rules.set, given.channel, given.rule, given.account, context.enqueued_at)
    saved = say["saved"].format(rule=rule_in_words(given.rule))
    context.post_once("saved", place, line(saved))


@job("channels.share", version=1)
def share(context: JobContext, sharing: Sharing) -> None:
    """Shows the channel an answer that only its asker has seen."""
    shared = context.step(_shared, context.container, sharing)
    if shared.message is None:
        if shared.refused == "share_other":
            _log_refusal(context, sharing.account, RestrictedAction.SHARE, sharing.channel)
        place = Place(sharing.channel, sharing.thread, only_for=user_of(sharing.account))
        context.post_once(shared.refused, place, line(texts("channels")[shared.refused]))
        return
    context.post_once("shared", Place(shared.channel, shared.thread), shared.message)


JOBS = (set_rule, share)


def _shared(container: Container, sharing: Sharing) -> Shared:
    found = answered_question(container.jobs, sharing.question)
    if found is None or found.answer is None:
        return Shared("share_gone")
    asked = found.question
    if asked.account != sharing.account:
        return Shared("share_other")
    if not container.visibility.may_be_shown(audiences_of(found.answer), Place(asked.channel)):
        return Shared("share_restricted")
    answer = answer_message(found.answer, sharing.question)
    message = shared_message(answer, user_of(sharing.account), asked.text)
    return Shared(channel=asked.channel, thread=asked.thread, message=message)


def _log_refusal(context: JobContext, account: str, action: RestrictedAction, channel: str) -> None:
    add = context.container.record.refused_actions.add
    context.step(add, context.id, account, action, channel, context.enqueued_at)
