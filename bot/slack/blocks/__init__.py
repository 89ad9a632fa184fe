"""Builders for Block Kit on slack_sdk's models: within Slack's limits, and nothing in them acts.

Mrkdwn that goes in is escaped already (`bot.slack.mrkdwn`); plain text may be anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DatePickerElement,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.blocks.block_elements import (
    BlockElement,
    CheckboxesElement,
    InteractiveElement,
    RadioButtonsElement,
    StaticMultiSelectElement,
    TimePickerElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.slack.messages import Message
from bot.slack.mrkdwn import cut, one_line, visible

LONGEST_TEXT = 3000
MOST_OPTIONS = 100
_NOTHING = "–"
_MOST_ELEMENTS = 10


def plain_text(text: str, most: int = 75) -> PlainTextObject:
    """Text as it is, in one line of at most `most` characters."""
    return PlainTextObject(text=cut(one_line(text), most) or _NOTHING, emoji=False)


def mrkdwn(text: str) -> MarkdownTextObject:
    """Escaped mrkdwn in which nothing becomes a link by itself."""
    return MarkdownTextObject(text=cut(text, LONGEST_TEXT) or _NOTHING, verbatim=True)


def section(text: str, accessory: BlockElement | None = None) -> SectionBlock:
    """A paragraph of escaped mrkdwn."""
    return SectionBlock(text=mrkdwn(text), accessory=accessory)


def context(*texts: str) -> ContextBlock:
    """Small print of escaped mrkdwn; empty texts are left out."""
    shown = [mrkdwn(text) for text in texts if text] or [mrkdwn("")]
    return ContextBlock(elements=shown[:_MOST_ELEMENTS])


def header(text: str) -> HeaderBlock:
    """A heading."""
    return HeaderBlock(text=plain_text(text, 150))


def divider() -> DividerBlock:
    """A line across."""
    return DividerBlock()


def button(
    text: str,
    action: str,
    value: str = "",
    style: str = "",
    *,
    url: str = "",
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    """A button; `style` is primary, danger or empty."""
    return ButtonElement(
        text=plain_text(text),
        action_id=action,
        value=value[:2000] or None,
        style=style or None,
        url=url or None,
        confirm=confirm,
    )


def actions(*elements: InteractiveElement, block_id: str = "") -> ActionsBlock:
    """Buttons and menus beside each other."""
    return ActionsBlock(elements=list(elements), block_id=block_id[:255] or None)


def confirmation(title: str, text: str, yes: str, no: str, style: str = "") -> ConfirmObject:
    """What is asked before a button does its work."""
    return ConfirmObject(title=title, text=text, confirm=yes, deny=no, style=style or None)


def option(label: str, value: str) -> Option:
    """A choice; longer labels are cut."""
    return Option(text=plain_text(label), value=value[:150])


def text_input(
    name: str,
    label: str,
    *,
    optional: bool = False,
    multiline: bool = True,
    initial: str = "",
    most: int = LONGEST_TEXT,
    hint: str = "",
    heard: bool = False,
) -> InputBlock:
    """A field for text; block and element have the same name.

    Args:
        heard: whether the app hears of every pause in typing.
    """
    on_typing = DispatchActionConfig(trigger_actions_on=["on_character_entered"])
    return InputBlock(
        block_id=name,
        label=plain_text(label, 200),
        optional=optional,
        dispatch_action=heard or None,
        hint=plain_text(hint, 200) if hint else None,
        element=PlainTextInputElement(
            action_id=name,
            multiline=multiline,
            max_length=most,
            initial_value=cut(visible(initial), most) or None,
            dispatch_action_config=on_typing if heard else None,
        ),
    )


def select_input(
    name: str,
    label: str,
    options: Sequence[Option],
    initial: str = "",
    *,
    placeholder: str = "",
    optional: bool = False,
) -> InputBlock:
    """A menu from which one option is chosen."""
    chosen = next((each for each in options if each.value == initial), None)
    element = StaticSelectElement(
        action_id=name,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
        options=list(options[:MOST_OPTIONS]),
        initial_option=chosen,
    )
    return InputBlock(
        block_id=name, label=plain_text(label, 200), element=element, optional=optional
    )


def radio_input(
    name: str, label: str, choices: Mapping[str, str], initial: str | None = None
) -> InputBlock:
    """Radio buttons; `choices` are labels by value."""
    options = {value: option(text, value) for value, text in choices.items()}
    element = RadioButtonsElement(
        action_id=name, options=list(options.values()), initial_option=options.get(initial or "")
    )
    return InputBlock(block_id=name, label=plain_text(label, 200), element=element)


def checkboxes_input(
    name: str, label: str, choices: Mapping[str, str], ticked: Collection[str] = ()
) -> InputBlock:
    """Boxes to tick, those of the values `ticked` already; `choices` are labels by value."""
    options = [option(text, value) for value, text in choices.items()]
    before = [each for each in options if each.value in ticked]
    element = CheckboxesElement(action_id=name, options=options, initial_options=before or None)
    return InputBlock(block_id=name, label=plain_text(label, 200), optional=True, element=element)


def users_input(
    name: str, label: str, users: Sequence[str], *, hint: str = "", placeholder: str = ""
) -> InputBlock:
    """People to choose, `users` among them already."""
    element = UserMultiSelectElement(
        action_id=name,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
        initial_users=list(users[:MOST_OPTIONS]) or None,
        max_selected_items=MOST_OPTIONS,
    )
    return InputBlock(
        block_id=name,
        label=plain_text(label, 200),
        optional=True,
        hint=plain_text(hint, 200) if hint else None,
        element=element,
    )


def user_input(
    name: str, label: str, user: str = "", *, optional: bool = False, hint: str = ""
) -> InputBlock:
    """One person to choose, `user` already."""
    return InputBlock(
        block_id=name,
        label=plain_text(label, 200),
        optional=optional,
        hint=plain_text(hint, 200) if hint else None,
        element=UserSelectElement(action_id=name, initial_user=user or None),
    )


def date_input(
    name: str, label: str, day: str = "", *, optional: bool = False, hint: str = ""
) -> InputBlock:
    """A day to choose, `day` (YYYY-MM-DD) already."""
    return InputBlock(
        block_id=name,
        label=plain_text(label, 200),
        optional=optional,
        hint=plain_text(hint, 200) if hint else None,
        element=DatePickerElement(action_id=name, initial_date=day or None),
    )


def time_input(name: str, label: str, time: str = "", *, hint: str = "") -> InputBlock:
    """A time of day to choose, `time` (HH:MM) already."""
    return InputBlock(
        block_id=name,
        label=plain_text(label, 200),
        hint=plain_text(hint, 200) if hint else None,
        element=TimePickerElement(action_id=name, initial_time=time or None),
    )


def multi_select_input(
    name: str,
    label: str,
    options: Sequence[Option],
    chosen: Collection[str] = (),
    *,
    hint: str = "",
    placeholder: str = "",
) -> InputBlock:
    """A menu from which any number of options is chosen, those with the values `chosen` already."""
    offered = list(options[:MOST_OPTIONS])
    before = [each for each in offered if each.value in chosen]
    element = StaticMultiSelectElement(
        action_id=name,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
        options=offered,
        initial_options=before or None,
    )
    return InputBlock(
        block_id=name,
        label=plain_text(label, 200),
        optional=True,
        hint=plain_text(hint, 200) if hint else None,
        element=element,
    )


def modal(
    callback: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str = "",
    close: str = "Cancel",
    metadata: str = "",
    notify_on_close: bool = False,
) -> View:
    """A dialog; without `submit` it can only be closed."""
    return View(
        type="modal",
        callback_id=callback,
        title=plain_text(title, 24),
        submit=plain_text(submit, 24) if submit else None,
        close=plain_text(close, 24),
        private_metadata=metadata[:3000],
        notify_on_close=notify_on_close,
        blocks=list(blocks),
    )


def notice(title: str, *paragraphs: str) -> View:
    """A dialog that says something and can only be closed."""
    return modal("", title, [section(each) for each in paragraphs if each], close="Close")


def line(text: str) -> Message:
    """A message of one paragraph of escaped mrkdwn."""
    return Message.of(text, section(text))
