"""Whom a question goes to, and what they are shown of it."""

from __future__ import annotations

from adoption.handoffs.handoffs import Handoff
from bot.answering.answered import answered_question
from bot.container import Container
from bot.features.handoff.blocks import Offer
from bot.features.handoff.presses import Press
from bot.slack.errors import SlackRefused
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC, Place
from bot.texts import texts
from bot.visibility import audiences_of
from uptake import UptakeError

SHARED_CHANNELS = ("C", "G")


class NotPlacedYet(UptakeError):
    """Somebody was faster than the record; a step that raises this is tried again."""


def target_of(container: Container, press: Press) -> str:
    """Who is asked: the channel's helper, the help channel, a champion, an admin; or nobody."""
    record = container.record
    champions = record.roles.champions_for(press.account)
    return (
        record.channel_rules.get(press.channel).helper
        or container.settings.help_channel
        or next((user_of(each) for each in champions), "")
        or next(iter(container.admins.places), "")
    )


def opened(container: Container, press: Press, target: str) -> bool:
    """Opens a hand-off; true as well for the job that opened it, when it is run again."""
    asked = (press.user, "") if press.alone else (press.channel, press.thread)
    handoffs = container.record.handoffs
    is_new = handoffs.open(press.question, press.account, press.moment, asked, target)
    handoff = handoffs.get(press.question)
    return is_new or (handoff is not None and handoff.account == press.account and not handoff.ts)


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
    return _offer(container, handoff.interaction_id, handoff.account or "", place)


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
    return Offer(question, user_of(account), words, shown, audiences)


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


def link_to(container: Container, channel: str | None, ts: str | None) -> str:
    """The address of a message that several people may open, or nothing.

    Raises:
        SlackError: Slack does not answer now.
    """
    if not ts or not is_shared(channel):
        return ""
    try:
        return container.slack.permalink(str(channel), ts)
    except SlackRefused:
        return ""
