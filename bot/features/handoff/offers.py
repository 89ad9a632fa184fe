"""Whom a question goes to, and what they are shown of it."""

from __future__ import annotations

from dataclasses import replace

from adoption.handoffs.handoffs import Handoff
from bot.answering.answered import answered_question
from bot.answering.presses import Press
from bot.container import Container
from bot.conversation.question import Question
from bot.delivery.help import helper_in
from bot.features.handoff.blocks import Offer
from bot.slack.errors import SlackRefused
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC, Place, is_person
from bot.texts import texts
from bot.visibility import audiences_of
from uptake import UptakeError

SHARED_CHANNELS = ("C", "G")
_MOST_BEFORE = 3


class NotPlacedYet(UptakeError):
    """Somebody was faster than the record; a step that raises this is tried again."""


def target_of(container: Container, press: Press) -> str:
    """Who is asked: the channel's helper, the help channel, a champion, an admin; or nobody."""
    record, settings = container.record, container.settings
    champions = record.roles.champions_for(press.account)
    return (
        helper_in(record.channel_rules, settings.help_channel, press.channel)
        or next((user_of(each) for each in champions), "")
        or next(iter(container.admins.places), "")
    )


def opened(container: Container, press: Press, target: str) -> bool:
    """Opens a hand-off; true as well for the job that opened it, when it is run again."""
    handoffs = container.record.handoffs
    asked = _where_asked(container, press)
    is_new = handoffs.open(press.question, press.account, press.moment, asked, target)
    handoff = handoffs.get(press.question)
    return is_new or (
        handoff is not None and (handoff.account, handoff.asked_at) == (press.account, press.moment)
    )


def _where_asked(container: Container, press: Press) -> tuple[str, str]:
    """Channel and thread that the reply comes to."""
    if press.alone:
        return press.user, ""
    if press.channel:
        return press.channel, press.thread
    found = answered_question(container.jobs, press.question)
    return (found.question.channel, found.question.thread) if found else (press.user, "")


def offer_for(container: Container, press: Press, target: str) -> Offer | None:
    """What helpers are shown of a question; None if it is gone, or not the person's to hand over.

    The answer is left out where somebody there may not read what it quotes.
    """
    found = answered_question(container.jobs, press.question)
    if found is None or not found.is_visible_to(press.account, container.visibility):
        return None
    return _offer(container, press.question, press.account, Place(target))


def offer_of(container: Container, handoff: Handoff, place: Place) -> Offer:
    """What the helpers at a place are shown of a hand-off; without words where they are gone."""
    made = _offer(container, handoff.interaction_id, handoff.account or "", place)
    return replace(
        made,
        taken_by=handoff.taken_by or "",
        solved_by=handoff.solved_by or "",
        replied=handoff.reply_ts is not None,
    )


def _offer(container: Container, question: str, account: str, place: Place) -> Offer:
    found = answered_question(container.jobs, question)
    answer, audiences = (found.answer if found is not None else None), PUBLIC
    if answer is None or not answer.citations:
        shown = ""
    elif container.visibility.may_be_shown(audiences_of(answer), place):
        shown, audiences = answer.text, audiences_of(answer)
    else:
        shown = texts("handoff")["restricted"]
    words = found.question.text if found is not None else ""
    before = _asked_before(container, found.question) if found is not None else ()
    return Offer(question, user_of(account), words, shown, before, audiences)


def _asked_before(container: Container, question: Question) -> tuple[str, ...]:
    """What the asker had asked in the thread before."""
    of = container.record.threads.questions
    asked = of(question.channel, question.thread, question.account, question.moment)
    return tuple(asked[-_MOST_BEFORE:])


def handoff_at(container: Container, channel: str, thread: str, user: str) -> Handoff | None:
    """The hand-off whose message is there, or None.

    Raises:
        NotPlacedYet: one is on its way to a place that is not stored yet.
    """
    handoffs = container.record.handoffs
    # Asked first: a hand-off that is placed in between is found below.
    on_its_way = handoffs.is_on_its_way((channel, user))
    found = handoffs.at_message(channel, thread)
    if found is None and on_its_way:
        raise NotPlacedYet("The message of a hand-off is not stored yet.")
    return found


def may_help(container: Container, press: Press) -> bool:
    """Whoever sees the offer may help; so may admins, and champions of the asker's team.

    Raises:
        NotPlacedYet: the message of the hand-off is not stored yet.
        SlackError: Slack does not say who is an admin.
    """
    handoff = container.record.handoffs.get(press.question)
    if handoff is None:
        return False
    if handoff.ts is None:
        raise NotPlacedYet("The message of a hand-off is not stored yet.")
    places = (handoff.channel, *container.admins.places)
    if press.channel in places or press.user in places:
        return True
    champions = container.record.roles.champions_for(handoff.account) if handoff.account else []
    return press.account in champions or container.admins.is_admin(press.account)


def is_shared(channel: str | None) -> bool:
    """Whether several people read a channel; a direct conversation is its person's alone."""
    return bool(channel) and str(channel).startswith(SHARED_CHANNELS)


def state_of(container: Container, question: str) -> str:
    """How far a hand-off has come, in words; empty where nobody was asked."""
    found = answered_question(container.jobs, question)
    return container.delivery.help_for(found.question).state if found is not None else ""


def link_to(container: Container, channel: str | None, ts: str | None, reader: str) -> str:
    """The address of a message, or nothing where not everybody who reads it may open that.

    Args:
        reader: the id of a person or channel.

    Raises:
        SlackError: Slack does not answer now.
    """
    if not channel or not ts or not _may_open(container, channel, reader):
        return ""
    try:
        return container.slack.permalink(channel, ts)
    except SlackRefused:
        return ""


def _may_open(container: Container, channel: str, reader: str) -> bool:
    if channel == reader:
        return True
    if is_person(reader):
        return container.visibility.sees(container.admins.account_of(reader), channel)
    if not is_shared(channel):
        return False
    try:
        found = container.slack.channel(channel)
    except SlackRefused:
        return False
    return bool(found.get("is_channel")) and not found.get("is_private")
