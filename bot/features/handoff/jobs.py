"""Brings a question to a person and their reply back; offers again what nobody takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adoption.handoffs.handoffs import Handoff
from adoption.privacy.models import RestrictedAction
from bot.answering.answered import answered_question
from bot.answering.presses import ASK_FOR_HELP, Press
from bot.answering.replies import BRING_REPLY, Reply
from bot.container import Container, JobContext
from bot.conversation.question import Question
from bot.delivery.streaming import place_of
from bot.features.handoff import blocks, offers
from bot.jobs.job import does, job
from bot.slack.admission import COLLEAGUES_ONLY
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place
from bot.slack.mrkdwn import plain
from bot.texts import texts
from bot.visibility import audiences_of

# Offered, offered again, then handed to the admins.
_MOST_OFFERS = 3
_MOST_REDRAWS = 4
# Seconds for which Slack lets a press change its message.
_GOOD_FOR = 30 * 60


@dataclass(frozen=True)
class Waiting:
    """A hand-off that is offered for the `offers`-th time, unless somebody has taken it."""

    question: str
    offers: int


@does(ASK_FOR_HELP)
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
        state = context.step(offers.state_of, container, press.question)
        handoff = context.step(_handoff, container, press.question)
        name = "already_replied" if handoff and handoff.answered_at else "already"
        context.post_once("already", press.place, line(say[name].format(state=plain(state, 200))))
    else:
        _offer(context, press, target, offer)


def _offer(context: JobContext, press: Press, target: str, offer: blocks.Offer) -> None:
    container, say = context.container, texts("handoff")
    handoff = context.step(_handoff, container, press.question)
    message = blocks.offer_message(replace(offer, link=_link_to_question(context, handoff, target)))
    posted = context.post_once("offer", Place(target), message)
    if posted is None:
        context.post_once("nobody", press.place, line(say["nobody"]))
        return
    context.step(container.record.handoffs.set_message, press.question, posted.channel, posted.ts)
    _wait(context, press.question, 2)
    where = f"<#{target}>" if offers.is_shared(target) else blocks.person(target)
    asked = say["asked_alone" if press.alone else "asked"].format(where=where)
    context.post_once("asked", press.place, line(asked))
    _redraw_answer(context, press.question)


@job("handoff.take", version=1)
def take(context: JobContext, press: Press) -> None:
    """Gives a question to a helper; of two at once, one gets it."""
    if not _may_help(context, press):
        return
    container, handoffs = context.container, context.container.record.handoffs
    before = context.step(_handoff, container, press.question)
    won = context.step(handoffs.take, press.question, press.user, press.moment)
    if won and before is not None:
        _lead_to_thread(context, press, before)
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
    _redraw_answer(context, press.question)
    _tell_asker(context, said, handoff, say[said].format(helper=blocks.person(press.user)))
    context.container.refresh_home(context, [press.account], admins=True)


def _lead_to_thread(context: JobContext, press: Press, handoff: Handoff) -> None:
    """Leads whoever took a question elsewhere than on its message to where they reply.

    Where they can't see that message, the question moves into their direct messages.
    """
    container = context.container
    if (press.channel, press.thread) == (handoff.channel, handoff.ts):
        return
    if press.channel:
        context.slack(_close_pressed, container, handoff, press)
    if context.step(container.visibility.sees, press.account, str(handoff.channel)):
        # Also where it was offered to them directly.
        link = context.slack(container.slack.permalink, str(handoff.channel), str(handoff.ts))
        text = texts("handoff")["yours"].format(link=link or "")
        context.post_once("yours", Place(press.user), line(text))
        return
    offer = context.step(offers.offer_of, container, handoff, Place(press.user))
    posted = context.post_once("moved", Place(press.user), blocks.offer_message(offer))
    if posted is not None:
        channel, ts = str(handoff.channel), str(handoff.ts)
        move = container.record.handoffs.set_message
        context.step(move, press.question, posted.channel, posted.ts)
        context.slack(_close, container, handoff, channel, ts, press.user)


def _close_pressed(container: Container, handoff: Handoff, press: Press) -> None:
    container.slack.read_pressed(press.channel, press.thread, press.question)
    _close(container, handoff, press.channel, press.thread, press.user)


def _close(container: Container, handoff: Handoff, channel: str, ts: str, helper: str) -> None:
    """Shows on a message of a hand-off that somebody goes on with it elsewhere."""
    offer = offers.offer_of(container, replace(handoff, taken_by=helper), Place(channel))
    container.slack.update(channel, ts, blocks.offer_message(replace(offer, moved=True)))


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
    for place in container.admins.places:
        offer = context.step(offers.offer_of, container, handoff, Place(place))
        link = _link_to_question(context, handoff, place)
        offer = replace(offer, link=link, is_copy=True)
        message = blocks.offer_message(offer, say["to_admins"])
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
    if not context.step(container.admins.is_member, reply.account):
        alone = Place(reply.channel, reply.thread, only_for=helper)
        context.post_once("refused", alone, line(COLLEAGUES_ONLY))
        return
    asker = user_of(handoff.account or "")
    link = _link(context, handoff.channel, handoff.ts, asker)
    place = Place(handoff.asked_channel, handoff.asked_thread)
    posted = context.post_once("reply", place, blocks.reply_message(helper, reply.text, link))
    _confirm(context, reply, asker, posted is not None)
    if posted is None:
        return
    context.step(handoffs.set_reply, handoff.interaction_id, reply.ts, reply.moment)
    if handoff.reply_ts is None:
        _redraw(context, handoff.interaction_id)
        _redraw_answer(context, handoff.interaction_id)


def _confirm(context: JobContext, reply: Reply, asker: str, is_delivered: bool) -> None:
    """Tells a helper whether the asker got their reply."""
    only_for = user_of(reply.account) if offers.is_shared(reply.channel) else ""
    place = Place(reply.channel, reply.thread, only_for=only_for)
    text = texts("handoff")["delivered" if is_delivered else "not_delivered"]
    context.post_once("receipt", place, line(text.format(asker=blocks.person(asker))))


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
        link = _link_to_question(context, handoff, str(handoff.channel))
        context.slack(_draw, context.container, question, link)


def _draw(container: Container, question: str, link: str) -> None:
    drawn: Handoff | None = None
    # What others do meanwhile is drawn over it: read again, draw again.
    for _ in range(_MOST_REDRAWS):
        handoff = _handoff(container, question)
        if handoff is None or handoff == drawn or not handoff.channel or not handoff.ts:
            return
        offer = offers.offer_of(container, handoff, Place(handoff.channel))
        message = blocks.offer_message(replace(offer, link=link))
        container.slack.update(handoff.channel, handoff.ts, message)
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


def _redraw_answer(context: JobContext, question: str) -> None:
    """Shows under the answer how far the hand-off has come."""
    context.slack(_draw_answer, context.container, question)


def _draw_answer(container: Container, question: str) -> None:
    found = answered_question(container.jobs, question)
    if found is None or found.answer is None:
        return
    place = place_of(found.question)
    # One whose guide was restricted since stays as it was shown.
    if not container.visibility.may_be_shown(audiences_of(found.answer), place):
        return
    if found.ts:
        container.delivery.change(found.question, found.ts, found.answer)
        return
    press = _pressed_alone(container, found.question)
    if press is not None:
        container.delivery.change_alone(found.question, found.answer, press.url)


def _pressed_alone(container: Container, question: Question) -> Press | None:
    """The asker's press that can still change the answer which they alone see."""
    since = container.clock() - _GOOD_FOR
    jobs = container.jobs.stored(ASK_FOR_HELP, prefix=f"{question.id}:{question.account}:")
    presses = (job.payload for job in jobs)
    return next((each for each in presses if each.alone and each.url and each.at > since), None)


def _link(context: JobContext, channel: str | None, ts: str | None, reader: str) -> str:
    return context.slack(offers.link_to, context.container, channel, ts, reader) or ""


def _link_to_question(context: JobContext, handoff: Handoff | None, reader: str) -> str:
    if handoff is None:
        return ""
    return _link(context, handoff.asked_channel, handoff.asked_thread, reader)


def _gone(container: Container) -> str:
    say, channel = texts("handoff"), container.settings.help_channel
    return say["gone"].format(where=f"<#{channel}>" if channel else say["somebody"])
