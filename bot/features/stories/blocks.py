"""Success stories: the dialog, the preview, the post, and what admins decide on."""

from __future__ import annotations

from typing import Any

from adoption.submissions.models import State
from adoption.submissions.schemas import UNITS, StoryFields, number
from adoption.submissions.submissions import Story
from bot.slack.blocks.parts import (
    Block,
    actions,
    button,
    context,
    label,
    modal,
    named,
    section,
    text_input,
)
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain

STORY_DIALOG, PREVIEW, DECISION_NOTE = "story", "story_preview", "story_note"
WRITE, FINISH = "story_write", "story_finish"
APPROVE, CHANGES, DECLINE = "story_approve", "story_changes", "story_decline"
NOTE = "note"
# Title and short fields; long ones; both leave room for what escaping adds.
SHORT, LONG, MIDDLE = 150, 1500, 500
TEXTS = ("title", "tool", "team", "hard", "changed", "measured", "quote")
KEPT = (*TEXTS, "figure", "unit", "consent", "picture")
_MOST = {"hard": LONG, "changed": LONG, "measured": MIDDLE, "quote": MIDDLE}
_PICTURES = ["png", "jpg", "jpeg", "gif"]
CONSENT = "May be posted with my name, and used in answers"


def story_dialog(id: str, fields: StoryFields, note: str = "") -> Block:
    """The dialog for a story, filled with what its author wrote before.

    Args:
        note: what an admin wants changed.
    """
    blocks = [section(f"*Please change:* {plain(note, 2500)}")] if note else []
    blocks += [
        _words("title", "Title", fields, "One sentence that makes people curious."),
        _words("tool", "Tool", fields),
        _words("team", "Team", fields),
        _words("hard", "What was hard before?", fields),
        _words("changed", "What changed?", fields),
        _figure(fields),
        _unit(fields),
        _words("measured", "How was that measured?", fields, optional=True),
        _words("quote", "A sentence to quote", fields, optional=True),
        _picture(),
        _consent(fields),
    ]
    return modal(
        STORY_DIALOG, "A success story", blocks, submit="Preview", metadata=id, notify=True
    )


def preview_dialog(id: str, fields: StoryFields, account: str) -> Block:
    """The story exactly as it will look."""
    blocks = [
        *story_blocks(fields, account),
        context("An admin looks at it before it is posted. You hear from me."),
    ]
    return modal(PREVIEW, "This is how it looks", blocks, close="Back", metadata=id)


def story_blocks(fields: StoryFields, account: str) -> list[Block]:
    """A story as everybody sees it."""
    about = [plain(fields.tool, 300), plain(fields.team, 300), f"told by {named(account)}"]
    blocks = [
        section(f"*{plain(fields.title, 900) or 'A success story'}*"),
        context(" · ".join(part for part in about if part)),
        section(f"*What was hard*\n{plain(fields.hard, 2900) or '–'}"),
        section(f"*What changed*\n{plain(fields.changed, 2900) or '–'}"),
    ]
    if gain := gain_of(fields):
        how = plain(fields.measured, 2500)
        blocks.append(section(f"*{gain}*" + (f", measured by {how}" if how else "")))
    if quote := plain(fields.quote, 2900):
        blocks.append(section(f"> “{quote}”"))
    if fields.picture:
        picture = {"slack_file": {"id": fields.picture}, "alt_text": "A picture of the story"}
        blocks.append({"type": "image", **picture})
    return blocks


def gain_of(fields: StoryFields) -> str:
    """What a story gained, in words: `5 hours a week`; nothing where that was not told."""
    value = number(fields.figure)
    if value is None or fields.unit not in UNITS:
        return ""
    return f"{value.normalize():,f} {UNITS[fields.unit]}"


def story_message(story: Story) -> Message:
    """The post in the stories channel."""
    title = plain(story.fields.title, 900)
    return Message(f"A success story: {title}", story_blocks(story.fields, story.account))


def review_message(story: Story) -> Message:
    """Asks an admin to decide, or says what was decided."""
    who = named(story.account)
    text = f"A success story waits for you: {plain(story.fields.title, 900)}"
    blocks = [context(f"A success story from {who}"), *story_blocks(story.fields, story.account)]
    if story.state is State.AWAITING:
        blocks.append(decide_buttons(story.id))
    else:
        blocks.append(context(f"{VERDICTS[story.state]} by {named(story.decided_by)}"))
        if story.note:
            blocks.append(context(f"Note: {plain(story.note, 2500)}"))
    return Message(text, blocks)


VERDICTS = {
    State.PUBLISHED: "Approved",
    State.CHANGES: "Sent back with a note",
    State.DECLINED: "Declined",
    State.DRAFT: "Taken back",
    State.AWAITING: "Waiting",
}


def decide_buttons(id: str) -> Block:
    """The three ways to decide."""
    return actions(
        button("Approve", APPROVE, id, "primary"),
        button("Ask for changes", CHANGES, id),
        button("Decline", DECLINE, id),
    )


def note_dialog(id: str, decision: State) -> Block:
    """Asks what is to be changed, or why a story is declined."""
    changes = decision is State.CHANGES
    hint = "The author reads this."
    title = "What is to be changed?" if changes else "Why not?"
    field = text_input(NOTE, title, most=LONG, hint=hint, long=True, optional=not changes)
    heading = "Ask for changes" if changes else "Decline the story"
    return modal(DECISION_NOTE, heading, [field], metadata=f"{decision.value}:{id}")


def author_message(story: Story) -> Message:
    """Tells the author what became of their story."""
    title = plain(story.fields.title, 900)
    note = f"\n> {plain(story.note, 1800)}" if story.note else ""
    if story.state is State.PUBLISHED:
        text = f"Your story “{title}” is approved. Thank you for telling it."
        if story.link.startswith("https://") or story.link.startswith("http://"):
            text += f" <{story.link}|See it>"
        return Message(text, [section(text)])
    if story.state is State.DECLINED:
        text = f"Your story “{title}” will not be posted this time. Thank you for telling it."
        return Message(text, [section(text + note)])
    if story.state is State.CHANGES:
        text = f"Please change something in your story “{title}”:"
        return Message(
            text,
            [section(text + note), actions(button("Change it", FINISH, story.id, "primary"))],
        )
    text = f"Thank you. Your story “{title}” waits for an admin now; I tell you what comes of it."
    return Message(text, [section(text)])


def input_id(name: str) -> str:
    """The block and action id of a field."""
    return f"story_{name}"


def fields_of(values: dict[str, Any], before: StoryFields) -> StoryFields:
    """What a dialog holds, cut to what can be shown; what it does not tell stays as before."""
    found: dict[str, Any] = {}
    for name in KEPT:
        state = values.get(input_id(name), {}).get(input_id(name))
        if state is None:
            found[name] = getattr(before, name)
        elif name == "consent":
            found[name] = bool(state.get("selected_options"))
        elif name == "unit":
            unit = (state.get("selected_option") or {}).get("value") or ""
            found[name] = unit if unit in UNITS else ""
        elif name == "picture":
            files = state.get("files") or []
            found[name] = str(files[0].get("id") or "")[:64] if files else before.picture
        else:
            found[name] = (state.get("value") or "").strip()[: _MOST.get(name, SHORT)]
    return StoryFields(**found)


def faults_of(fields: StoryFields) -> dict[str, str]:
    """What keeps a story from being sent, by field."""
    faults = {
        name: "Please fill this in."
        for name in ("title", "tool", "team", "hard", "changed")
        if not plain(getattr(fields, name), LONG)
    }
    if fields.figure and number(fields.figure) is None:
        faults["figure"] = "Please write a number above 0, like 2.5."
    if fields.figure and not fields.unit:
        faults["unit"] = "Please choose what the figure counts."
    if not fields.consent:
        faults["consent"] = "I can only take stories that may be posted."
    return {input_id(name): fault for name, fault in faults.items()}


def _words(
    name: str, title: str, fields: StoryFields, hint: str = "", optional: bool = False
) -> Block:
    most = _MOST.get(name, SHORT)
    initial = str(getattr(fields, name))
    return text_input(
        input_id(name),
        title,
        most=most,
        initial=initial,
        hint=hint,
        long=most > SHORT,
        optional=optional,
        told=True,
    )


def _figure(fields: StoryFields) -> Block:
    element: Block = {
        "type": "number_input",
        "action_id": input_id("figure"),
        "is_decimal_allowed": True,
    }
    if number(fields.figure) is not None:
        element["initial_value"] = fields.figure.replace(",", ".")[:100]
    return _input("figure", "What did it bring, as a figure?", element)


def _unit(fields: StoryFields) -> Block:
    options = [{"text": label(words), "value": unit} for unit, words in UNITS.items()]
    element: Block = {"type": "static_select", "action_id": input_id("unit"), "options": options}
    chosen = [option for option in options if option["value"] == fields.unit]
    if chosen:
        element["initial_option"] = chosen[0]
    return _input("unit", "What does the figure count?", element)


def _picture() -> Block:
    element = {
        "type": "file_input",
        "action_id": input_id("picture"),
        "filetypes": _PICTURES,
        "max_files": 1,
    }
    return _input("picture", "A picture", element)


def _consent(fields: StoryFields) -> Block:
    option = {"text": label(CONSENT), "value": "yes"}
    element: Block = {"type": "checkboxes", "action_id": input_id("consent"), "options": [option]}
    if fields.consent:
        element["initial_options"] = [option]
    return _input("consent", "Consent", element, optional=True)


def _input(name: str, title: str, element: Block, optional: bool = True) -> Block:
    return {
        "type": "input",
        "block_id": input_id(name),
        "optional": optional,
        "label": label(title, 200),
        "element": element,
    }
