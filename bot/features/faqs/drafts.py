"""Drafts a FAQ entry from a question and a helper's reply, and says who may save it."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.handoffs.handoffs import Handoff
from adoption.privacy.redaction import redact
from adoption.questions.dismissed import alike
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from bot.answering.answered import answered_question
from bot.answering.replies import reply_at
from bot.container import Container
from bot.features.faqs.blocks import LONGEST_ANSWER, LONGEST_QUESTION
from bot.slack.identity import user_of
from bot.slack.mrkdwn import cut

_SHARED = ("C", "G")


@dataclass(frozen=True)
class Draft:
    """What an entry can be drafted from.

    Attributes:
        channel: where the question was asked; empty where that was no channel.
        asker: the account of whoever asked.
    """

    fields: FaqFields
    channel: str
    asker: str


def gap_id(asked: str) -> str:
    """The id of the entry that answers a question which the guides do not answer."""
    return faq_id(f"gap:{alike(asked)}")


def may_save(container: Container, question: str, account: str) -> bool:
    """Whether somebody answered that question, is an admin, or a champion who may see it.

    A champion may see what is offered where they can read it, and what their team asks.

    Raises:
        SlackError: Slack does not say who is an admin.
    """
    handoff = container.record.handoffs.get(question)
    if handoff is None:
        return False
    user = user_of(account)
    if user in (handoff.taken_by, handoff.solved_by):
        return True
    if _replied(container, handoff) == account:
        return True
    if container.admins.is_admin(account):
        return True
    roles = container.record.roles
    if handoff.account and account in roles.champions_for(handoff.account):
        return True
    is_champion = roles.champion(account) is not None
    return is_champion and container.visibility.sees(account, handoff.channel or "")


def draft_of(container: Container, question: str) -> Draft | None:
    """An entry drafted from a question and the newest reply; None if their words are gone."""
    handoff = container.record.handoffs.get(question)
    found = answered_question(container.jobs, question) if handoff is not None else None
    if handoff is None or found is None or not handoff.channel or not handoff.reply_ts:
        return None
    reply = reply_at(container.jobs, handoff.channel, handoff.reply_ts)
    if reply is None:
        return None
    names = container.record.name_hashes()
    fields = FaqFields(
        question=cut(redact(found.question.text, names), LONGEST_QUESTION),
        answer=cut(redact(reply.text, names), LONGEST_ANSWER),
    )
    shared = handoff.asked_channel.startswith(_SHARED)
    return Draft(fields, handoff.asked_channel if shared else "", handoff.account or "")


def is_saved(container: Container, question: str) -> bool:
    """Whether there is an entry of that question that was not declined."""
    entry = container.record.faqs.get(faq_id(question))
    return entry is not None and entry.state is not State.DECLINED


def _replied(container: Container, handoff: Handoff) -> str:
    """The account of whoever wrote the newest reply; empty if that is not known."""
    if not handoff.channel or not handoff.reply_ts:
        return ""
    reply = reply_at(container.jobs, handoff.channel, handoff.reply_ts)
    return reply.account if reply is not None else ""
