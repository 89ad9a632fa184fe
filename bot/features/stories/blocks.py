"""Success stories: the dialog, the preview, the post, and messages to their authors."""

from __future__ import annotations

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ImageBlock,
    InputBlock,
    NumberInputElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import SlackFile
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from adoption.submissions.models import State
from adoption.submissions.schemas import UNITS, StoryFields, number
from adoption.submissions.submissions import Story
from bot import action_ids
from bot.slack.blocks import (
    actions,
    button,
    context,
    line,
    modal,
    option,
    plain_text,
    section,
    text_input,
)
from bot.slack.identity import mention
from bot.slack.messages import Message
from bot.slack.mrkdwn import plain
from bot.slack.view_values import ViewValues
from bot.texts import texts

STORY_DIALOG, PREVIEW = "story", "story_preview"
APPROVE, REVIEW = "story_approve", action_ids.REVIEW_STORY
# Title and short fields; long ones; both leave room for what escaping adds.
SHORT, LONG, MIDDLE = 150, 1500, 500
_TEXTS = ("title", "tool", "team", "hard", "changed", "measured", "quote")
_NEEDED = ("title", "tool", "team", "hard", "changed")
_LONGEST = {"hard": LONG, "changed": LONG, "measured": MIDDLE, "quote": MIDDLE}
_PICTURES = ["png", "jpg", "jpeg", "gif"]


def story_dialog(id: str, fields: StoryFields, note: str = "") -> View:
    """The dialog for a story, filled with what its author wrote before.

    Args:
        note: what an admin wants changed.
    """
    say = texts("stories")
    wanted = say["change_this"].format(note=plain(note, 2500)) if note else ""
    blocks: list[Block] = [
        *([section(wanted)] if wanted else []),
        *(_text(name, fields) for name in _NEEDED),
        _figure(fields),
        _unit(fields),
        *(_text(name, fields) for name in ("measured", "quote")),
        _picture(),
        _consent(fields),
    ]
    return modal(
        STORY_DIALOG,
        say["dialog_title"],
        blocks,
        submit=say["preview"],
        close=say["later"],
        metadata=id,
        notify_on_close=True,
    )


def preview_dialog(id: str, fields: StoryFields, account: str) -> View:
    """The story exactly as it will look."""
    say = texts("stories")
    blocks = [*story_blocks(fields, account), context(say["preview_note"])]
    title, submit, close = say["preview_title"], say["send"], say["back"]
    return modal(PREVIEW, title, blocks, submit=submit, close=close, metadata=id)


def story_blocks(fields: StoryFields, account: str) -> list[Block]:
    """A story as everybody sees it."""
    say = texts("stories")
    author = say["by"].format(author=mention(account))
    about = [plain(fields.tool, 300), plain(fields.team, 300), author]
    quote, gain = plain(fields.quote, 2900), _gain(fields)
    return [
        section(f"*{plain(fields.title, 900) or say['untitled']}*"),
        context(" · ".join(part for part in about if part)),
        section(say["what_was_hard"].format(text=plain(fields.hard, 2900) or "–")),
        section(say["what_changed"].format(text=plain(fields.changed, 2900) or "–")),
        *([section(gain)] if gain else []),
        *([section(f"> “{quote}”")] if quote else []),
        *([_shown_picture(fields.picture)] if fields.picture else []),
    ]


def gain_of(fields: StoryFields) -> str:
    """What a story gained, in words: `5 hours a week`; empty where nothing was said."""
    value = number(fields.figure)
    if value is None or fields.unit not in UNITS:
        return ""
    return f"{value.normalize():,f} {UNITS[fields.unit]}"


def story_message(story: Story) -> Message:
    """The post in the stories channel."""
    text = texts("stories")["posted"].format(title=_title(story))
    return Message.of(text, *story_blocks(story.fields, story.account))


def review_notice(story: Story) -> str:
    """What admins are notified of."""
    return texts("stories")["review"].format(title=_title(story))


def author_line(story: Story) -> str:
    """Says whose story it is."""
    return texts("stories")["from_author"].format(author=mention(story.account))


def author_message(story: Story) -> Message:
    """Tells the author what became of their story."""
    say, title = texts("stories"), _title(story)
    note = f"\n> {plain(story.note, 1800)}" if story.note else ""
    if story.state is State.PUBLISHED:
        opens = story.link.startswith(("https://", "http://"))
        link = f" {say['see_it'].format(link=story.link)}" if opens else ""
        return line(say["published"].format(title=title) + link)
    if story.state is State.DECLINED:
        return line(say["declined"].format(title=title) + note)
    if story.state is State.CHANGES:
        text = say["changes"].format(title=title)
        change = button(say["change_it"], action_ids.FINISH_STORY, story.id, "primary")
        return Message.of(text, section(text + note), actions(change))
    return line(say["thanks"].format(title=title))


def fields_in(values: ViewValues, before: StoryFields) -> StoryFields:
    """What a dialog holds, cut to what can be shown; what it does not hold stays as before."""
    written = {
        name: values.text(_id(name))[: _LONGEST.get(name, SHORT)]
        if values.has(_id(name))
        else getattr(before, name)
        for name in (*_TEXTS, "figure")
    }
    unit = values.chosen(_id("unit")) if values.has(_id("unit")) else before.unit
    consents = values.has(_id("consent"))
    return StoryFields(
        **written,
        unit=unit if unit in UNITS else "",
        consent=bool(values.ticked(_id("consent"))) if consents else before.consent,
        picture=values.file(_id("picture"))[:64] or before.picture,
    )


def problems_of(fields: StoryFields) -> dict[str, str]:
    """What keeps a story from being sent, by input."""
    say = texts("stories")
    found = {name: say["fill_in"] for name in _NEEDED if not plain(getattr(fields, name), LONG)}
    if fields.figure and number(fields.figure) is None:
        found["figure"] = say["number_needed"]
    if fields.figure and not fields.unit:
        found["unit"] = say["unit_needed"]
    if not fields.consent:
        found["consent"] = say["consent_needed"]
    return {_id(name): problem for name, problem in found.items()}


def _gain(fields: StoryFields) -> str:
    say, gain, measured = texts("stories"), gain_of(fields), plain(fields.measured, 2500)
    if not gain:
        return ""
    name = "gain_measured" if measured else "gain"
    return say[name].format(gain=gain, measured=measured)


def _title(story: Story) -> str:
    return plain(story.fields.title, 900)


def _shown_picture(file: str) -> ImageBlock:
    return ImageBlock(slack_file=SlackFile(id=file), alt_text=texts("stories")["picture_alt"])


def _text(name: str, fields: StoryFields) -> InputBlock:
    say, most = texts("stories"), _LONGEST.get(name, SHORT)
    return text_input(
        _id(name),
        say[name],
        most=most,
        initial=str(getattr(fields, name)),
        hint=say.get(f"{name}_hint", ""),
        multiline=most > SHORT,
        optional=name not in _NEEDED,
        heard=True,
    )


def _figure(fields: StoryFields) -> InputBlock:
    known = number(fields.figure) is not None
    initial = fields.figure.replace(",", ".")[:100] if known else None
    element = NumberInputElement(
        action_id=_id("figure"), is_decimal_allowed=True, initial_value=initial
    )
    return _input("figure", element)


def _unit(fields: StoryFields) -> InputBlock:
    options = {unit: option(words, unit) for unit, words in UNITS.items()}
    element = StaticSelectElement(
        action_id=_id("unit"),
        options=list(options.values()),
        initial_option=options.get(fields.unit),
    )
    return _input("unit", element)


def _picture() -> InputBlock:
    element = FileInputElement(action_id=_id("picture"), filetypes=_PICTURES, max_files=1)
    return _input("picture", element)


def _consent(fields: StoryFields) -> InputBlock:
    given = option(texts("stories")["consent_given"], "yes")
    element = CheckboxesElement(
        action_id=_id("consent"),
        options=[given],
        initial_options=[given] if fields.consent else None,
    )
    return _input("consent", element, optional=False)


def _input(
    name: str,
    element: NumberInputElement | StaticSelectElement | FileInputElement | CheckboxesElement,
    optional: bool = True,
) -> InputBlock:
    label = plain_text(texts("stories")[name])
    return InputBlock(block_id=_id(name), optional=optional, label=label, element=element)


def _id(name: str) -> str:
    return f"story_{name}"
