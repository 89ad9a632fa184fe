"""Brings a question to a person and their reply back; offers again what nobody takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adoption.handoffs.handoffs import Handoff
from adoption.privacy.models import RestrictedAction
from bot.answering.replies import BRING_REPLY, Reply
from bot.container import Container, JobContext
from bot.features.handoff import blocks, offers
from bot.features.handoff.presses import Press
from bot.jobs.job import does, job
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.texts import texts

# Offered, offered again, then handed to the admins.
_MOST_OFFERS = 3
_MOST_REDRAWS = 4


@dataclass(frozen=True)
class Waiting:
    """A hand-off that is offered for the `offers`-th time, unless somebody has taken it."""

    question: str
    offers: int


@job("handoff.ask", version=1)
def ask(context: JobContext, press: Press) -> None:
    """Offers a question to whoever helps, and confirms it to the asker."""
    container, say = context.container, texts("handoff")
    target = context.step(offers.target_of, container, press)
    if not target:
        context.post_once("nobody", press.place, line(say["nobody"]))
        return
    offer = context.step(offers.offer_for, container, press, target)
    if offer is None:
        context.post_once("gone", press.place, line(_gone(container)))
    elif not context.step(offers.opened, container, press, target):
        context.post_once("already", press.place, line(say["already"]))
    else:
        _offer(context, press, target, offer)


def _offer(context: JobContext, press: Press, target: str, offer: blocks.Offer) -> None:
    container, say = context.container, texts("handoff")
    link = "" if press.alone else _link(context, press.channel, press.thread)
    message = blocks.offer_message(replace(offer, link=link))
    posted = context.post_once("offer", Place(target), message)
    if posted is None:
        context.post_once("nobody", press.place, line(say["nobody"]))
        return
    context.step(container.record.handoffs.set_message, press.question, posted.channel, posted.ts)
    _wait(context, press.question, 2)
    where = f"<#{target}>" if offers.is_shared(target) else blocks.person(target)
    context.post_once("asked", press.place, line(say["asked"].format(where=where)))


@job("handoff.take", version=1)
def take(context: JobContext, press: Press) -> None:
    """Gives a question to a helper; of two at once, one gets it."""
    if not _may_help(context, press):
        return
    handoffs = context.container.record.handoffs
    won = context.step(handoffs.take, press.question, press.user, press.moment)
    _show_progress(context, press, won, "taken")


@job("handoff.solve", version=1)
def solve(context: JobContext, press: Press) -> None:
    """Marks a question as solved."""
    if not _may_help(context, press):
        return
    handoffs = context.container.record.handoffs
    won = context.step(handoffs.solve, press.question, press.user, press.moment)
    _show_progress(context, press, won, "solved_asker")


def _may_help(context: JobContext, press: Press) -> bool:
    if context.step(offers.may_help, context.container, press):
        return True
    # The question's id would lead to whoever asked.
    context.step(
        context.container.record.refused_actions.add,
        context.id,
        press.account,
        RestrictedAction.HELP,
        press.channel,
        press.moment,
    )
    context.post_once("refused", press.channel_only, line(texts("handoff")["not_yours"]))
    return False


def _show_progress(context: JobContext, press: Press, won: bool, said: str) -> None:
    """Shows helpers and asker that somebody took or solved a question."""
    say = texts("handoff")
    handoff = context.step(_handoff, context.container, press.question)
    if handoff is None:
        return
    if not won:
        text = say["was_solved" if handoff.solved_by else "lost"]
        other = blocks.person(handoff.solved_by or handoff.taken_by or "")
        context.post_once("lost", press.channel_only, line(text.format(helper=other)))
        return
    _redraw(context, press.question)
    _tell_asker(context, said, handoff, say[said].format(helper=blocks.person(press.user)))
    if not press.channel:
        _lead_to_thread(context, press, handoff)
    context.container.refresh_home(context, [press.account], admins=True)


def _lead_to_thread(context: JobContext, press: Press, handoff: Handoff) -> None:
    """Leads whoever took a question from Home to the thread in which they reply."""
    if handoff.solved_by or not handoff.channel or not handoff.ts:
        return
    # Also where it was offered to them directly.
    link = context.slack(context.container.slack.permalink, handoff.channel, handoff.ts)
    if link:
        text = texts("handoff")["yours"].format(link=link)
        context.post_once("yours", Place(press.user), line(text))


@job("handoff.offer_again", version=1)
def offer_again(context: JobContext, waiting: Waiting) -> None:
    """Offers a question again that nobody has taken, and in the end to the admins."""
    container, say = context.container, texts("handoff")
    handoffs = container.record.handoffs
    handoff = context.step(_handoff, container, waiting.question)
    if handoff is None or handoff.taken_by or handoff.solved_by or not handoff.ts:
        return
    context.step(handoffs.set_offered, waiting.question, waiting.offers, context.now)
    if waiting.offers < _MOST_OFFERS:
        shared = offers.is_shared(handoff.channel)
        place = Place(str(handoff.channel), handoff.ts, broadcast=shared)
        context.post_once("again", place, line(say["again"]))
        _tell_asker(context, "still open", handoff, say["still_open"])
        _wait(context, waiting.question, waiting.offers + 1)
    else:
        _pass_on_to_admins(context, handoff)


def _pass_on_to_admins(context: JobContext, handoff: Handoff) -> None:
    container, say = context.container, texts("handoff")
    link = _link(context, handoff.channel, handoff.ts)
    for place in container.admins.places:
        offer = context.step(offers.offer_of, container, handoff, Place(place))
        message = blocks.offer_message(replace(offer, link=link), say["to_admins"])
        context.post_once(f"admins {place}", Place(place), message)
    if container.admins.places:
        _tell_asker(context, "passed on", handoff, say["passed_on"])


@does(BRING_REPLY)
def bring_reply(context: JobContext, reply: Reply) -> None:
    """Brings what a helper wrote in the thread of an offer to the asker."""
    container, handoffs = context.container, context.container.record.handoffs
    helper = user_of(reply.account)
    handoff = context.step(offers.handoff_at, container, reply.channel, reply.thread, helper)
    if handoff is None or handoff.account in (reply.account, None, ""):
        return
    link = _link(context, handoff.channel, handoff.ts)
    place = Place(handoff.asked_channel, handoff.asked_thread)
    context.post_once("reply", place, blocks.reply_message(helper, reply.text, link))
    context.step(handoffs.set_reply, handoff.interaction_id, reply.ts, reply.moment)
    if handoff.reply_ts is None:
        _redraw(context, handoff.interaction_id)


JOBS = (ask, take, solve, offer_again, bring_reply)


def _wait(context: JobContext, question: str, number: int) -> None:
    """Offers a question again in a while."""
    container = context.container
    container.jobs.enqueue(
        offer_again,
        Waiting(question, number),
        key=f"{question}:{number}",
        delay=container.settings.help_patience_minutes * 60,
    )


def _redraw(context: JobContext, question: str) -> None:
    """Shows helpers how far a hand-off has come."""
    handoff = context.step(_handoff, context.container, question)
    if handoff is not None and handoff.ts:
        link = _link(context, handoff.asked_channel, handoff.asked_thread)
        context.slack(_draw, context.container, question, link)


def _draw(container: Container, question: str, link: str) -> None:
    drawn: Handoff | None = None
    # What others do meanwhile is drawn over it: read again, draw again.
    for _ in range(_MOST_REDRAWS):
        handoff = _handoff(container, question)
        if handoff is None or handoff == drawn or not handoff.channel or not handoff.ts:
            return
        offer = replace(
            offers.offer_of(container, handoff, Place(handoff.channel)),
            link=link,
            taken_by=handoff.taken_by or "",
            solved_by=handoff.solved_by or "",
            replied=handoff.reply_ts is not None,
        )
        container.slack.update(handoff.channel, handoff.ts, blocks.offer_message(offer))
        drawn = handoff


def _tell_asker(context: JobContext, part: str, handoff: Handoff, text: str) -> None:
    """Tells the asker, and in a channel nobody else."""
    if not handoff.account or not handoff.asked_channel:
        return
    only_for = user_of(handoff.account) if offers.is_shared(handoff.asked_channel) else ""
    place = Place(handoff.asked_channel, handoff.asked_thread, only_for=only_for)
    context.post_once(part, place, line(text))


def _handoff(container: Container, question: str) -> Handoff | None:
    return container.record.handoffs.get(question)


def _link(context: JobContext, channel: str | None, ts: str | None) -> str:
    return context.slack(offers.link_to, context.container, channel, ts) or ""


def _gone(container: Container) -> str:
    say, channel = texts("handoff"), container.settings.help_channel
    return say["gone"].format(where=f"<#{channel}>" if channel else say["somebody"])
