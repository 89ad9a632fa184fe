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
_LONGEST_NOTICE, _LONGEST_BEFORE = 300, 500


@dataclass(frozen=True)
class Offer:
    """What helpers are shown of a question.

    Attributes:
        id: of the question.
        asker, taken_by, solved_by: Slack ids of people.
        answer: what Uptake answered; empty where it found nothing.
        before: what the asker had asked in the thread before, the oldest first.
        audiences: those of the guides that the answer quotes.
        link: to where it was asked; empty where helpers may not be able to open it.
        replied: whether somebody has replied, so that there is something to save.
        is_copy: whether the thread to reply in is elsewhere, for now.
        moved: whether it goes on elsewhere for good.
    """

    id: str
    asker: str
    question: str
    answer: str
    before: tuple[str, ...] = ()
    audiences: frozenset[str] = PUBLIC
    link: str = ""
    taken_by: str = ""
    solved_by: str = ""
    replied: bool = False
    is_copy: bool = False
    moved: bool = False


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
    where = say["where"].format(link=escape(offer.link)) if offer.link else ""
    how = "" if offer.moved else say["how_copy" if offer.is_copy else "how"]
    blocks: list[Block] = [
        *([context(lead)] if lead else []),
        section(title),
        *_asked(offer),
        *([context(" · ".join(part for part in (where, how) if part))] if where or how else []),
        *_progress(offer),
    ]
    if buttons := _buttons(offer):
        blocks.append(actions(*buttons))
    notice = escape(cut(one_line(offer.question), _LONGEST_NOTICE))
    return Message.of(f"{title} {notice}", *blocks, audiences=offer.audiences)


def _asked(offer: Offer) -> list[Block]:
    """The question and what Uptake answered, after what was asked before it."""
    say = texts("handoff")
    question = plain(offer.question, _LONGEST_QUESTION) or "–"
    before = "\n".join(f"• {plain(each, _LONGEST_BEFORE)}" for each in offer.before)
    answer = markdown(offer.answer, _LONGEST_ANSWER) or say["found_nothing"]
    return [
        *([section(say["before"].format(questions=before))] if before else []),
        section(say["question"].format(question=question)),
        section(say["answered"]),
        MarkdownBlock(text=answer),
    ]


def _progress(offer: Offer) -> list[Block]:
    say = texts("handoff")
    if offer.solved_by:
        return [context(say["solved_line"].format(helper=person(offer.solved_by)))]
    lines = []
    if offer.taken_by:
        lines.append(say["taken_line"].format(helper=person(offer.taken_by)))
    if offer.replied:
        lines.append(say["replied_line"].format(asker=person(offer.asker)))
    return [context(" ".join(lines))] if lines else []


def _buttons(offer: Offer) -> list[ButtonElement]:
    say, made = texts("handoff"), list[ButtonElement]()
    if offer.moved:
        return made
    if not offer.taken_by and not offer.solved_by:
        made.append(button(say["take"], action_ids.TAKE_HANDOFF, offer.id, "primary"))
    if not offer.solved_by:
        made.append(button(say["solved"], SOLVE, offer.id))
    if offer.replied:
        made.append(button(say["save"], action_ids.SAVE_AS_FAQ, offer.id))
    return made


def reply_message(helper: str, text: str, link: str) -> Message:
    """A helper's reply as the asker gets it, with its formatting.

    Args:
        text: Markdown.
        link: to where the asker can write back; empty where there is none.
    """
    say = texts("handoff")
    blocks: list[Block] = [
        section(say["reply"].format(helper=person(helper))),
        MarkdownBlock(text=markdown(text, _LONGEST_REPLY, links=True) or "–"),
    ]
    if link:
        blocks.append(context(say["answer_there"].format(link=escape(link))))
    short = escape(cut(one_line(text), _LONGEST_NOTICE))
    return Message.of(say["reply_notice"].format(helper=person(helper), text=short), *blocks)
