"""Messages of a question on its way to a person: the offer, its course, the reply."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, MarkdownBlock

from bot.slack.blocks.pieces import section, small
from bot.slack.messages import Message
from bot.slack.mrkdwn import cut, escape, markdown, one_line, plain
from bot.texts import texts

TAKE, SOLVE, SAVE = "help_take", "help_solve", "help_save"
_LONGEST_QUESTION, _LONGEST_ANSWER, _LONGEST_REPLY = 2000, 1500, 9000
_LONGEST_NOTICE = 300


@dataclass(frozen=True)
class Offer:
    """What helpers are shown of a question.

    Attributes:
        asker, taken_by, solved_by: Slack ids of people.
        answer: what was tried; empty where nothing was found.
        link: to where it was asked; empty where it cannot be opened.
        replied: whether somebody has replied, so that there is something to save.
    """

    interaction: str
    asker: str
    question: str
    answer: str
    link: str
    taken_by: str = ""
    solved_by: str = ""
    replied: bool = False


def person(user: str) -> str:
    """A mention of somebody by their Slack id, which is ours and not a person's words."""
    return f"<@{user}>" if user.isalnum() else texts("handoff")["somebody"]


def offer_message(offer: Offer, lead: str = "") -> Message:
    """The question as helpers see it, with its buttons.

    Args:
        lead: said before, in words that are safe already.
    """
    say = texts("handoff")
    title = say["offer"].format(asker=person(offer.asker))
    tried = plain(offer.answer, _LONGEST_ANSWER) or say["found_nothing"]
    blocks: list[Block] = [small(lead)] if lead else []
    blocks += [
        section(title),
        section(say["question"].format(question=plain(offer.question, _LONGEST_QUESTION) or "–")),
        section(say["tried"].format(answer=tried)),
    ]
    lines = [say["where"].format(link=escape(offer.link))] if offer.link else []
    lines.append(say["how"])
    blocks.append(small(" · ".join(lines)))
    if offer.solved_by:
        blocks.append(small(say["solved_line"].format(helper=person(offer.solved_by))))
    elif offer.taken_by:
        blocks.append(small(say["taken_line"].format(helper=person(offer.taken_by))))
    if buttons := _buttons(offer):
        blocks.append(ActionsBlock(elements=buttons))
    notice = escape(cut(one_line(offer.question), _LONGEST_NOTICE))
    return Message(f"{title} {notice}", [block.to_dict() for block in blocks])


def _buttons(offer: Offer) -> list[ButtonElement]:
    say, value = texts("handoff"), offer.interaction
    made = []
    if not offer.taken_by and not offer.solved_by:
        made.append(ButtonElement(action_id=TAKE, text=say["take"], value=value, style="primary"))
    if not offer.solved_by:
        made.append(ButtonElement(action_id=SOLVE, text=say["solved"], value=value))
    if offer.replied:
        made.append(ButtonElement(action_id=SAVE, text=say["save"], value=value))
    return made


def line(text: str) -> Message:
    """A sentence that is safe already."""
    return Message(text, [section(text).to_dict()])


def reply_message(helper: str, text: str, link: str) -> Message:
    """A helper's reply as the asker gets it."""
    say = texts("handoff")
    blocks: list[Block] = [
        section(say["reply"].format(helper=person(helper))),
        MarkdownBlock(text=markdown(text, _LONGEST_REPLY) or "–"),
    ]
    if link:
        blocks.append(small(say["answer_there"].format(link=escape(link))))
    short = escape(cut(one_line(text), _LONGEST_NOTICE))
    notice = say["reply_notice"].format(helper=person(helper), text=short)
    return Message(notice, [block.to_dict() for block in blocks])
