"""FAQ entries: the dialogs, what reviewers see, and messages to authors and askers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields
from adoption.submissions.submissions import FaqEntry
from bot import action_ids
from bot.slack.blocks import (
    checkboxes_input,
    context,
    line,
    modal,
    option,
    section,
    select_input,
    text_input,
)
from bot.slack.identity import mention
from bot.slack.messages import PUBLIC, Message
from bot.slack.mrkdwn import cut, plain, plain_lines
from bot.slack.view_values import ViewValues
from bot.submissions.review import review_dialog
from bot.texts import texts
from ingest.parse.audiences import ADMINS
from knowledge.answers.answer import Answer
from knowledge.retrieval.confidence import Confidence

SAVE_DIALOG, WRITE_DIALOG = "faq", "faq_write"
APPROVE, REVIEW = "faq_approve", action_ids.REVIEW_FAQ
QUESTION, ANSWER, TOOL, AUDIENCE = "question", "answer", "tool", "audience"
OPTIONS, NAMED = "options", "named"
LONGEST_QUESTION, LONGEST_ANSWER = 300, 3000
_AUDIENCES = ("everyone", "champions", "admins")
OUTCOMES = (State.PUBLISHED, State.DECLINED)
_ANY, _TOOL, _CHANNEL = "any", "tool:", "channel:"
_MOST_TOOLS = 98


def save_dialog(question: str, fields: FaqFields, tools: Sequence[str], channel: str) -> View:
    """The dialog of somebody who saves a reply, drafted from it.

    Args:
        question: id of the question.
        channel: where it was asked; empty where that was no channel.
    """
    say = texts("faqs")
    inputs = _inputs(fields, tools, _audiences(channel, fields.audience))
    named = checkboxes_input(OPTIONS, say["options"], {NAMED: say["named"]})
    title, submit = say["save_title"], say["submit"]
    return modal(SAVE_DIALOG, title, [*inputs, named], submit=submit, metadata=question)


def write_dialog(asked: str, tools: Sequence[str]) -> View:
    """The dialog in which an admin answers what was asked, and publishes it."""
    say, named = texts("faqs"), [tool for tool in tools if tool in asked]
    tool = named[0] if len(named) == 1 else ""
    fields = FaqFields(question=cut(asked, LONGEST_QUESTION), tool=tool)
    inputs = _inputs(fields, tools, _audiences("", fields.audience))
    blocks = [context(say["write_hint"]), *inputs]
    title, submit = say["write_title"], say["write_submit"]
    return modal(WRITE_DIALOG, title, blocks, submit=submit, metadata=asked)


def review_dialog_for(entry: FaqEntry, tools: Sequence[str]) -> View:
    """The dialog in which an admin corrects an entry and decides."""
    audiences = _audiences(channel_of(entry.fields), entry.fields.audience)
    return review_dialog(REVIEW, entry.id, _inputs(entry.fields, tools, audiences), OUTCOMES)


def channel_of(fields: FaqFields) -> str:
    """The channel whose people an entry is for; empty for none."""
    named = fields.audience.startswith(_CHANNEL)
    return fields.audience.removeprefix(_CHANNEL) if named else ""


def fields_in(values: ViewValues, before: FaqFields, channel: str) -> FaqFields:
    """What a dialog holds, cut to what can be shown; an audience nobody offered stays as before.

    Args:
        channel: whose people the entry may be for; empty for no channel.
    """
    tool = values.chosen(TOOL)
    made = FaqFields(
        question=values.text(QUESTION)[:LONGEST_QUESTION],
        answer=values.text(ANSWER)[:LONGEST_ANSWER],
        tool=tool.removeprefix(_TOOL) if tool.startswith(_TOOL) else "",
        audience=values.chosen(AUDIENCE),
    )
    offered = made.audience in _audiences(channel, before.audience)
    return made if offered else replace(made, audience=before.audience)


def is_named(values: ViewValues) -> bool:
    """Whether somebody lets the programme team see their name."""
    return NAMED in values.ticked(OPTIONS)


def problems_of(fields: FaqFields) -> dict[str, str]:
    """What keeps an entry from being sent, by input."""
    empty, given = texts("faqs")["empty"], {QUESTION: fields.question, ANSWER: fields.answer}
    return {name: empty for name, text in given.items() if not plain(text, LONGEST_ANSWER)}


def reviewers_of(fields: FaqFields) -> frozenset[str]:
    """Who may be shown an entry while it is reviewed: only admins, where it is not for everyone."""
    return PUBLIC if fields.audience in PUBLIC else frozenset({ADMINS})


def entry_blocks(fields: FaqFields) -> list[Block]:
    """An entry as reviewers see it."""
    say, channel = texts("faqs"), channel_of(fields)
    tool = plain(fields.tool, 200) or say["any_tool"]
    if channel:
        audience = say["in_channel"].format(channel=f"<#{channel}>" if channel.isalnum() else "–")
    else:
        audience = say.get(fields.audience, "–").lower()
    return [
        section(f"*{plain(fields.question, 1500) or '–'}*"),
        section(plain_lines(fields.answer, 2900) or "–"),
        context(say["about"].format(tool=tool, audience=audience)),
    ]


def review_notice(entry: FaqEntry) -> str:
    """What admins are notified of."""
    return texts("faqs")["review"].format(question=_question(entry))


def author_line(entry: FaqEntry) -> str:
    """Says who saved an entry, if they let the programme team see it."""
    say = texts("faqs")
    if entry.named and entry.account:
        return say["from_author"].format(author=mention(entry.account))
    return say["from_helper"]


def author_message(entry: FaqEntry) -> Message:
    """Says what became of the entry that somebody saved.

    An admin may have changed it, also whom it is for: its question is shown to its readers only.
    """
    names = {State.AWAITING: "thanks", State.PUBLISHED: "published", State.DECLINED: "declined"}
    say, name = texts("faqs"), names[entry.state]
    note = f"\n> {plain(entry.note, 1800)}" if entry.note else ""
    return replace(
        line(say[name].format(question=_question(entry)) + note),
        audiences=frozenset({entry.fields.audience}),
        instead=say[f"{name}_unnamed"] + note,
    )


def written_answer(asked: str, answer: str) -> Answer:
    """What an admin wrote, as the answer to a question that had none."""
    return Answer(asked, Confidence.ANSWERED, answer)


def _question(entry: FaqEntry) -> str:
    return plain(entry.fields.question, 900)


def _inputs(fields: FaqFields, tools: Sequence[str], audiences: Mapping[str, str]) -> list[Block]:
    say = texts("faqs")
    named_tools = [*tools[:_MOST_TOOLS], *([fields.tool] if fields.tool else [])]
    about = {_ANY: option(say["any_tool"], _ANY)}
    about |= {tool: option(tool, f"{_TOOL}{tool}") for tool in named_tools}
    chosen = str(about[fields.tool or _ANY].value)
    readers = [option(label, value) for value, label in audiences.items()]
    return [
        text_input(
            QUESTION,
            say["question"],
            multiline=False,
            initial=fields.question,
            most=LONGEST_QUESTION,
            hint=say["question_hint"],
        ),
        text_input(
            ANSWER,
            say["answer"],
            initial=fields.answer,
            most=LONGEST_ANSWER,
            hint=say["answer_hint"],
        ),
        select_input(TOOL, say["tool"], list(about.values()), chosen),
        select_input(AUDIENCE, say["audience"], readers, fields.audience),
    ]


def _audiences(channel: str, present: str) -> dict[str, str]:
    """Whom an entry can be for, as labels by what guides call them."""
    say = texts("faqs")
    found = {name: say[name] for name in _AUDIENCES}
    if channel:
        found[f"{_CHANNEL}{channel}"] = say["channel"]
    found.setdefault(present, present)
    return found
