"""The message with an answer, its sources and the thumbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextActionsBlock,
    ContextBlock,
    MarkdownBlock,
    MarkdownTextObject,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject
from slack_sdk.models.blocks.block_elements import FeedbackButtonsElement
from slack_sdk.models.views import View

from adoption.feedback.models import Vote
from bot.delivery.answer_actions import (
    READ_SECTION,
    answer_actions,
    ask_button,
    is_answered,
    is_linked,
)
from bot.delivery.help import Help
from bot.slack.blocks import (
    LONGEST_TEXT,
    actions,
    button,
    context,
    notice,
    section,
)
from bot.slack.identity import user_of
from bot.slack.messages import Message, as_json
from bot.slack.mrkdwn import cut, escape, markdown, one_line, plain, plain_lines
from bot.texts import texts
from bot.visibility import audiences_of
from knowledge.answers.answer import Answer, Citation
from knowledge.retrieval.confidence import Confidence

THUMBS, SHARE = "thumbs", "share_answer"
# Below each section that may help; the value is its passage, and the question.
SECTION_HELPS = "section_helps"
ANSWER_EVENT = "uptake_answer"
# Slack counts 12,000 characters over all Markdown blocks of a message; a notification shows
# few, and 4,000 is what Slack advises for a message's text.
_LONGEST_ANSWER = 9000
_LONGEST_NOTICE = 1000
_LONGEST_SOURCE = 300
_LONGEST_QUESTION = 300
_LONGEST_ASKED = 900
_LONGEST_SECTION = 600
_MOST_SOURCES = 10
_MOST_SECTIONS = 3

MAY_HELP = "I couldn't find a sure answer. These may help:"
NOTHING_TO_SHOW = "The guide has nothing here that can be shown as text. Please open the source."
STOPPED_NOTE = "stopped_note"
_STOPPED = "You stopped this answer. Edit your question, or ask again."


def answer_message(answer: Answer, question_id: str, help: Help | None = None) -> Message:
    """The message for an answer, or for the sentence that there is none.

    Args:
        help: who helps with the question, as far as that is known.
    """
    blocks: list[Block] = []
    for part in answer.each:
        blocks += _part(part, question_id, len(answer.parts))
    if answer.note:
        blocks.append(context(plain(answer.note, _LONGEST_ANSWER)))
    if not answer.is_small_talk:
        blocks += _next_steps(answer, question_id, help or Help())
    words = "" if answer.parts else _words(answer)
    return Message(_notice(answer), as_json(blocks), words, audiences_of(answer))


def _part(answer: Answer, question_id: str, parts: int) -> list[Block]:
    """The answer to one question, below the question where it is one of several."""
    blocks: list[Block] = []
    if parts:
        question = markdown(one_line(answer.question), _LONGEST_QUESTION)
        blocks.append(MarkdownBlock(text=f"**{question}**"))
    blocks.append(MarkdownBlock(text=_words(answer, parts or 1)))
    if answer.outcome is Confidence.UNSURE:
        for citation in answer.citations[:_MOST_SECTIONS]:
            blocks += _section(citation, question_id)
    elif answer.citations:
        blocks.append(_sources(answer.citations))
    people = [f"<@{user}>" for user in map(user_of, answer.contacts) if user]
    if people:
        blocks.append(context(texts("delivery")["contacts"].format(people=", ".join(people))))
    return blocks


def _section(citation: Citation, question_id: str) -> list[Block]:
    """A section that may help, with a button to say that it does.

    A question is a button that opens its answer; of another section the name and words are shown.
    """
    say = texts("delivery")
    value = f"{citation.passage_id}|{question_id}"
    helps = button(say["helps"], SECTION_HELPS, value)
    if citation.asks and question_id:
        asked = button(citation.asks, READ_SECTION, value)
        return [actions(asked, helps), context(f"{_named(citation)}{_age(citation)}")]
    read = [] if is_linked(citation) else [button(say["read"], READ_SECTION, value)]
    said = markdown(citation.quote, _LONGEST_SECTION)
    name = section(f"*{_named(citation)}*{_age(citation)}")
    quote = MarkdownBlock(text=said if said.strip() else NOTHING_TO_SHOW)
    return [name, quote, *([actions(helps, *read)] if question_id else [])]


def only_for_asker(message: Message, question_id: str) -> Message:
    """An answer as the asker alone gets it, with a button to share it."""
    say = texts("delivery")
    more = [context(say["only_you"]), actions(button(say["share"], SHARE, question_id))]
    return replace(message, blocks=[*message.blocks, *as_json(more)])


def late_message(answer: Answer, question_id: str, asked: str, audience: str) -> Message:
    """The answer to a question that had none when it was asked; `audience` may read it."""
    intro = texts("delivery")["late"].format(question=plain(asked, _LONGEST_ASKED))
    shown = _part(answer, "", 0)
    below = [_thumbs(question_id), actions(ask_button(question_id, Help()))]
    audiences = audiences_of(answer) | {audience}
    return Message.of(intro, section(intro), *shown, *below, audiences=audiences)


def section_dialog(citation: Citation, text: str) -> View:
    """A section of a guide, to be read where the guide cannot be opened."""
    name = f"*{_named(citation)}*{_age(citation)}"
    paragraphs = plain_lines(text, LONGEST_TEXT) or NOTHING_TO_SHOW
    return notice(texts("delivery")["section_title"], name, paragraphs)


def stopped_note() -> dict[str, Any]:
    """What stands below an answer that its asker stopped; named, to be there once."""
    return ContextBlock(
        elements=[MarkdownTextObject(text=_STOPPED, verbatim=True)], block_id=STOPPED_NOTE
    ).to_dict()


def _words(answer: Answer, parts: int = 1) -> str:
    if answer.outcome is Confidence.UNSURE:
        return MAY_HELP
    text = markdown(answer.text, _LONGEST_ANSWER // parts)
    return text if text.strip() else NOTHING_TO_SHOW


def _notice(answer: Answer) -> str:
    text = one_line(answer.text) or NOTHING_TO_SHOW
    if answer.outcome is Confidence.UNSURE and not answer.parts:
        text = f"{MAY_HELP} {text}"
    return escape(cut(text, _LONGEST_NOTICE))


def _sources(citations: Sequence[Citation]) -> ContextBlock:
    return ContextBlock(
        elements=[
            MarkdownTextObject(text=_source(citation), verbatim=True)
            for citation in citations[:_MOST_SOURCES]
        ]
    )


def _source(citation: Citation) -> str:
    return f"[{citation.number}] {_named(citation)}{_age(citation)}"


def _named(citation: Citation) -> str:
    """Title and heading; the title leads to the guide where it can be opened."""
    title = plain(citation.title, _LONGEST_SOURCE)
    if is_linked(citation):
        title = f"<{address(citation.link)}|{title.replace('|', '¦')}>"
    heading = plain(citation.heading, _LONGEST_SOURCE)
    return f"{title} › {heading}" if heading else title


def _age(citation: Citation) -> str:
    if citation.stale:
        return f" · _{citation.warning}_"
    return f" · reviewed {_day(citation.reviewed)}" if citation.reviewed else ""


def address(link: str) -> str:
    """The address with what would end a link written as an address writes it."""
    safe = escape(link).replace("|", "%7C")
    return "".join(f"%{ord(c):02X}" if ord(c) <= 32 else c for c in safe)


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b} {day.year}"


def _next_steps(answer: Answer, question_id: str, help: Help) -> list[Block]:
    if not question_id:
        return []
    thumbs = [_thumbs(question_id)] if is_answered(answer) else []
    return [*thumbs, answer_actions(answer, question_id, help)]


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
