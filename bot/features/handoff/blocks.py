"""Messages of a hand-off: the offer, its progress, the reply."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement, MarkdownBlock

from bot import action_ids
from bot.slack.blocks import actions, button, context, section
from bot.slack.messages import PUBLIC, Message
from bot.slack.mrkdwn import cut, escape, markdown, one_line, plain
from bot.texts import texts

SOLVE = "handoff_solve"
_LONGEST_QUESTION, _LONGEST_ANSWER, _LONGEST_REPLY = 2000, 1500, 9000
_LONGEST_NOTICE = 300


@dataclass(frozen=True)
class Offer:
    """What helpers are shown of a question.

    Attributes:
        id: of the question.
        asker, taken_by, solved_by: Slack ids of people.
        answer: what Uptake answered; empty where it found nothing.
        audiences: those of the guides that the answer quotes.
        link: to where it was asked; empty where it cannot be opened.
        replied: whether somebody has replied, so that there is something to save.
    """

    id: str
    asker: str
    question: str
    answer: str
    audiences: frozenset[str] = PUBLIC
    link: str = ""
    taken_by: str = ""
    solved_by: str = ""
    replied: bool = False


def person(user: str) -> str:
    """A mention of somebody by their Slack id."""
    return f"<@{user}>" if user.isalnum() else texts("handoff")["somebody"]


def offer_message(offer: Offer, lead: str = "") -> Message:
    """The question as helpers see it, with its buttons.

    Args:
        lead: escaped mrkdwn above it.
    """
    say = texts("handoff")
    title = say["offer"].format(asker=person(offer.asker))
    question = plain(offer.question, _LONGEST_QUESTION) or "–"
    answer = plain(offer.answer, _LONGEST_ANSWER) or say["found_nothing"]
    where = say["where"].format(link=escape(offer.link)) if offer.link else ""
    blocks: list[Block] = [
        *([context(lead)] if lead else []),
        section(title),
        section(say["question"].format(question=question)),
        section(say["answered"].format(answer=answer)),
        context(" · ".join(part for part in (where, say["how"]) if part)),
        *_progress(offer),
    ]
    if buttons := _buttons(offer):
        blocks.append(actions(*buttons))
    notice = escape(cut(one_line(offer.question), _LONGEST_NOTICE))
    return Message.of(f"{title} {notice}", *blocks, audiences=offer.audiences)


def _progress(offer: Offer) -> list[Block]:
    say = texts("handoff")
    if offer.solved_by:
        return [context(say["solved_line"].format(helper=person(offer.solved_by)))]
    if offer.taken_by:
        return [context(say["taken_line"].format(helper=person(offer.taken_by)))]
    return []


def _buttons(offer: Offer) -> list[ButtonElement]:
    say, made = texts("handoff"), []
    if not offer.taken_by and not offer.solved_by:
        made.append(button(say["take"], action_ids.TAKE_HANDOFF, offer.id, "primary"))
    if not offer.solved_by:
        made.append(button(say["solved"], SOLVE, offer.id))
    if offer.replied:
        made.append(button(say["save"], action_ids.SAVE_AS_FAQ, offer.id))
    return made


def reply_message(helper: str, text: str, link: str) -> Message:
    """A helper's reply as the asker gets it."""
    say = texts("handoff")
    blocks: list[Block] = [
        section(say["reply"].format(helper=person(helper))),
        MarkdownBlock(text=markdown(text, _LONGEST_REPLY) or "–"),
    ]
    if link:
        blocks.append(context(say["answer_there"].format(link=escape(link))))
    short = escape(cut(one_line(text), _LONGEST_NOTICE))
    return Message.of(say["reply_notice"].format(helper=person(helper), text=short), *blocks)
