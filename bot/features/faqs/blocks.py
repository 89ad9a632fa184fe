"""FAQ entries: the dialog drafted from a reply, what admins decide on, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import Block as SlackBlock
from slack_sdk.models.views import View

from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields
from adoption.submissions.submissions import FaqEntry
from bot.slack.blocks.parts import (
    Block,
    actions,
    button,
    context,
    modal,
    named,
    section,
    text_input,
)
from bot.slack.blocks.pieces import Values, menu_input, option, small, ticks_input, words_input
from bot.slack.messages import Message
from bot.slack.mrkdwn import cut, plain, plain_lines
from bot.texts import texts

FAQ_DIALOG, FAQ_EDIT, FAQ_NOTE, FAQ_WRITE = "faq", "faq_edit", "faq_note", "faq_write"
APPROVE, EDIT, DECLINE, WRITE = "faq_approve", "faq_edit", "faq_decline", "faq_write"
QUESTION, ANSWER, TOOL, AUDIENCE, OPTIONS, NAMED = (
    "faq_question",
    "faq_answer",
    "faq_tool",
    "faq_audience",
    "faq_options",
    "named",
)
NOTE = "note"
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_NOTE = 300, 3000, 1500
AUDIENCES = ("everyone", "champions", "admins")
_ANY, _TOOL, _CHANNEL = "any", "tool:", "channel:"
_MOST_TOOLS = 98
_LONGEST_VALUE = 2000


def faq_dialog(
    interaction: str, fields: FaqFields, tools: Sequence[str], channel: str
) -> dict[str, Any]:
    """The dialog of whoever saves a reply, drafted from it.

    Args:
        interaction: the question's name.
        channel: where it was asked; empty where that was no channel.
    """
    say = texts("faqs")
    blocks = _fields(fields, tools, _audiences(channel, fields.audience))
    blocks.append(ticks_input(OPTIONS, say["options"], {NAMED: say["named"]}))
    return _view(FAQ_DIALOG, say["title"], say["submit"], blocks, interaction)


def edit_dialog(entry: FaqEntry, tools: Sequence[str]) -> dict[str, Any]:
    """The dialog in which an admin puts an entry right, and approves it so."""
    say = texts("faqs")
    audience = entry.fields.audience
    channel = audience.removeprefix(_CHANNEL) if audience.startswith(_CHANNEL) else ""
    blocks = _fields(entry.fields, tools, _audiences(channel, audience))
    return _view(FAQ_EDIT, say["edit_title"], say["edit_submit"], blocks, entry.id)


def write_button(asked: str) -> Block:
    """Opens a dialog to answer what was asked and could not be answered."""
    return button(texts("faqs")["write"], WRITE, cut(asked, _LONGEST_VALUE))


def write_dialog(asked: str, tools: Sequence[str]) -> dict[str, Any]:
    """The dialog in which an admin answers what was asked, and publishes it."""
    say = texts("faqs")
    blocks: list[SlackBlock] = [small(say["write_hint"])]
    fields = FaqFields(question=cut(asked, LONGEST_QUESTION))
    blocks += _fields(fields, tools, _audiences("", fields.audience))
    return _view(FAQ_WRITE, say["write_title"], say["write_submit"], blocks, asked)


def taken_up_message(asked: str) -> Message:
    """Tells somebody that there is an answer to what they asked."""
    text = texts("faqs")["taken_up"].format(question=plain(asked, 900))
    return Message(text, [section(text)])


def decline_dialog(id: str) -> Block:
    """Asks why an entry is declined."""
    say = texts("faqs")
    hint = say["why_not_hint"]
    field = text_input(NOTE, say["why_not"], most=LONGEST_NOTE, hint=hint, long=True, optional=True)
    submit, close = say["decline_submit"], say["close"]
    return modal(FAQ_NOTE, say["decline_title"], [field], submit=submit, close=close, metadata=id)


def fields_of(view: Mapping[str, Any], before: FaqFields, channel: str) -> FaqFields:
    """What a dialog holds, cut to what can be shown; an audience nobody offered stays as before.

    Args:
        channel: whose people the entry may be for; empty for no channel.
    """
    values = Values(view)
    tool = values.chosen(TOOL)
    made = FaqFields(
        question=values.words(QUESTION)[:LONGEST_QUESTION],
        answer=values.words(ANSWER)[:LONGEST_ANSWER],
        tool=tool.removeprefix(_TOOL) if tool.startswith(_TOOL) else "",
        audience=values.chosen(AUDIENCE),
    )
    if made.audience not in _audiences(channel, before.audience):
        made = replace(made, audience=before.audience)
    return made


def is_named(view: Mapping[str, Any]) -> bool:
    """Whether somebody lets the programme team see their name."""
    return NAMED in Values(view).ticked(OPTIONS)


def faults_of(fields: FaqFields) -> dict[str, str]:
    """What keeps an entry from being sent, by field."""
    empty = texts("faqs")["empty"]
    told = {QUESTION: fields.question, ANSWER: fields.answer}
    return {name: empty for name, text in told.items() if not plain(text, LONGEST_ANSWER)}


def faq_blocks(fields: FaqFields) -> list[Block]:
    """An entry as admins see it."""
    say = texts("faqs")
    tool = plain(fields.tool, 200) or say["any_tool"]
    if fields.audience.startswith(_CHANNEL):
        place = fields.audience.removeprefix(_CHANNEL)
        audience = say["in_channel"].format(channel=f"<#{place}>" if place.isalnum() else "–")
    else:
        audience = say.get(fields.audience, "–").lower()
    return [
        section(f"*{plain(fields.question, 1500) or '–'}*"),
        section(plain_lines(fields.answer, 2900) or "–"),
        context(say["about"].format(tool=tool, audience=audience)),
    ]


def review_message(entry: FaqEntry) -> Message:
    """Asks an admin to decide, or says what was decided; names only who wants it."""
    say = texts("faqs")
    author = say["from_nobody"]
    if entry.named and entry.account:
        author = say["from_somebody"].format(author=named(entry.account))
    text = say["waits"].format(question=plain(entry.fields.question, 900))
    blocks = [context(author), *faq_blocks(entry.fields)]
    if entry.state is State.AWAITING:
        blocks.append(decide_buttons(entry.id))
    else:
        blocks.append(context(say[entry.state.value].format(admin=named(entry.decided_by))))
        if entry.note:
            blocks.append(context(say["note"].format(note=plain(entry.note, 2500))))
    return Message(text, blocks)


def decide_buttons(id: str) -> Block:
    """The three ways to decide."""
    say = texts("faqs")
    return actions(
        button(say["approve"], APPROVE, id, "primary"),
        button(say["edit"], EDIT, id),
        button(say["decline"], DECLINE, id),
    )


def author_message(entry: FaqEntry) -> Message:
    """Tells whoever saved an entry what became of it."""
    say = texts("faqs")
    said = "thanks" if entry.state is State.AWAITING else f"told_{entry.state.value}"
    text = say[said].format(question=plain(entry.fields.question, 900))
    note = f"\n> {plain(entry.note, 1800)}" if entry.note else ""
    return Message(text, [section(text + note)])


def waiting_title(count: int) -> str:
    """The heading in an admin's Home."""
    return texts("faqs")["waiting_title"].format(count=count)


def _fields(
    fields: FaqFields, tools: Sequence[str], audiences: Mapping[str, str]
) -> list[SlackBlock]:
    say = texts("faqs")
    named_tools = [*tools[:_MOST_TOOLS], *([fields.tool] if fields.tool else [])]
    about = {_ANY: option(say["any_tool"], _ANY)}
    about |= {tool: option(tool, f"{_TOOL}{tool}") for tool in named_tools}
    chosen = about[fields.tool or _ANY].value
    return [
        words_input(
            QUESTION,
            say["question"],
            optional=False,
            multiline=False,
            initial=fields.question,
            most=LONGEST_QUESTION,
            hint=say["question_hint"],
        ),
        words_input(
            ANSWER,
            say["answer"],
            optional=False,
            initial=fields.answer,
            most=LONGEST_ANSWER,
            hint=say["answer_hint"],
        ),
        menu_input(TOOL, say["tool"], list(about.values()), str(chosen)),
        menu_input(
            AUDIENCE,
            say["audience"],
            [option(label, value) for value, label in audiences.items()],
            fields.audience,
        ),
    ]


def _audiences(channel: str, present: str) -> dict[str, str]:
    """Whom an entry can be for, as labels by what guides call them."""
    say = texts("faqs")
    found = {name: say[name] for name in AUDIENCES}
    if channel:
        found[f"{_CHANNEL}{channel}"] = say["channel"]
    if present not in found:
        found[present] = present
    return found


def _view(
    callback: str, title: str, submit: str, blocks: Sequence[SlackBlock], metadata: str
) -> dict[str, Any]:
    return View(
        type="modal",
        callback_id=callback,
        title=title,
        submit=submit,
        close=texts("faqs")["close"],
        blocks=list(blocks),
        private_metadata=metadata,
    ).to_dict()
