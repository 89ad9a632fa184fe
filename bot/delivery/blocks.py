"""The message with an answer, its sources and the thumbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ContextActionsBlock,
    ContextBlock,
    MarkdownBlock,
    MarkdownTextObject,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject
from slack_sdk.models.blocks.block_elements import FeedbackButtonsElement

from adoption.feedback.models import Vote
from bot.slack.blocks import actions, button, confirmation, context
from bot.slack.messages import Message, as_json
from bot.slack.mrkdwn import cut, escape, markdown, one_line, plain
from bot.texts import texts
from bot.visibility import audiences_of
from knowledge.answers.answer import Answer, Citation
from knowledge.retrieval.confidence import Confidence

THUMBS, ASK_PERSON, OVERRIDE_ANSWER = "thumbs", "ask_person", "override_answer"
SHARE = "share_answer"
ANSWER_EVENT = "uptake_answer"
# Slack counts 12,000 characters over all Markdown blocks of a message; a notification shows
# few, and 4,000 is what Slack advises for a message's text.
_LONGEST_ANSWER = 9000
_LONGEST_NOTICE = 1000
_LONGEST_SOURCE = 300
_MOST_SOURCES = 10

NOT_SURE = "I'm not sure, but this may help:"
NOTHING_TO_SHOW = "The guide has nothing here that can be shown as text. Please open the source."
NEAREST = "What I have that comes nearest:"
STOPPED_NOTE = "stopped_note"
_STOPPED = "You stopped this answer. Edit your question, or ask again."


def answer_message(answer: Answer, question_id: str, help_channel: str | None = None) -> Message:
    """The message for an answer, or for the sentence that there is none.

    Args:
        help_channel: id of the channel where people help; named when we do not know.
    """
    words = _words(answer)
    blocks: list[Block] = [MarkdownBlock(text=words)]
    if answer.citations:
        blocks.append(_sources(answer.citations))
    if answer.note:
        blocks.append(context(escape(answer.note)))
    if answer.outcome is Confidence.ABSTAINED:
        blocks += _next_steps(answer, help_channel)
    if answer.citations or answer.nearest:
        blocks.append(_thumbs(question_id))
    if question_id:
        blocks.append(answer_actions(question_id, bool(answer.citations)))
    return Message(_notice(answer), as_json(blocks), words, audiences_of(answer))


def answer_actions(question_id: str, answered: bool) -> ActionsBlock:
    """The buttons under an answer; overriding needs something that was recommended."""
    say = texts("delivery")
    sure = confirmation(say["confirm_title"], say["confirm"], say["confirm_yes"], say["confirm_no"])
    ask = button(say["ask"], ASK_PERSON, question_id, confirm=sure)
    override = button(say["override"], OVERRIDE_ANSWER, question_id)
    return actions(ask, override) if answered else actions(ask)


def only_for_asker(message: Message, question_id: str) -> Message:
    """An answer as the asker alone gets it, with a button to share it."""
    say = texts("delivery")
    more = [context(say["only_you"]), actions(button(say["share"], SHARE, question_id))]
    return replace(message, blocks=[*message.blocks, *as_json(more)])


def stopped_note() -> dict[str, Any]:
    """What stands below an answer that its asker stopped; named, to be there once."""
    return ContextBlock(
        elements=[MarkdownTextObject(text=_STOPPED, verbatim=True)], block_id=STOPPED_NOTE
    ).to_dict()


def _words(answer: Answer) -> str:
    text = markdown(answer.text, _LONGEST_ANSWER)
    if not text.strip():
        text = NOTHING_TO_SHOW
    return f"{NOT_SURE}\n\n{text}" if answer.outcome is Confidence.UNSURE else text


def _notice(answer: Answer) -> str:
    text = one_line(answer.text) or NOTHING_TO_SHOW
    if answer.outcome is Confidence.UNSURE:
        text = f"{NOT_SURE} {text}"
    return escape(cut(text, _LONGEST_NOTICE))


def _sources(citations: Sequence[Citation]) -> ContextBlock:
    return ContextBlock(
        elements=[
            MarkdownTextObject(text=_source(citation), verbatim=True)
            for citation in citations[:_MOST_SOURCES]
        ]
    )


def _source(citation: Citation) -> str:
    title = plain(citation.title, _LONGEST_SOURCE)
    if citation.link.startswith(("https://", "http://")):
        title = f"<{address(citation.link)}|{title.replace('|', '¦')}>"
    heading = plain(citation.heading, _LONGEST_SOURCE)
    parts = [f"[{citation.number}] {title}"]
    if heading:
        parts.append(f"› {heading}")
    if citation.stale:
        parts.append(f"· _{citation.warning}_")
    elif citation.reviewed:
        parts.append(f"· reviewed {_day(citation.reviewed)}")
    return " ".join(parts)


def address(link: str) -> str:
    """The address with what would end a link written as an address writes it."""
    safe = escape(link).replace("|", "%7C")
    return "".join(f"%{ord(c):02X}" if ord(c) <= 32 else c for c in safe)


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b} {day.year}"


def _next_steps(answer: Answer, help_channel: str | None) -> list[Block]:
    lines = []
    if answer.nearest:
        titles = " · ".join(plain(title, 150) for title in answer.nearest)
        lines.append(f"{NEAREST} {titles}")
    where = f"in <#{help_channel}>" if help_channel else "your team's champion or the AI team"
    lines.append(f"A person can help: ask {where}.")
    return [context(line) for line in lines]


def _thumbs(question_id: str) -> ContextActionsBlock:
    return ContextActionsBlock(
        elements=[
            FeedbackButtonsElement(
                action_id=THUMBS,
                positive_button=FeedbackButtonObject(
                    text="Helpful",
                    accessibility_label="This answer helped",
                    value=f"{Vote.POSITIVE}:{question_id}",
                ),
                negative_button=FeedbackButtonObject(
                    text="Not helpful",
                    accessibility_label="This answer did not help; you can say why",
                    value=f"{Vote.NEGATIVE}:{question_id}",
                ),
            )
        ]
    )
