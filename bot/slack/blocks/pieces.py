"""Small pieces that messages and dialogs are put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import CheckboxesElement, RadioButtonsElement
from slack_sdk.models.views import View

from bot.slack.mrkdwn import cut, one_line, visible

LONGEST_WORDS = 3000
_LONGEST_OPTION = 75
_LONGEST_VALUE = 150
MOST_OPTIONS = 100


def option(label: str, value: str) -> Option:
    """A choice; longer labels are cut, signs that only machines see are gone."""
    shown = cut(one_line(label), _LONGEST_OPTION) or "–"
    return Option(text=PlainTextObject(text=shown, emoji=False), value=value[:_LONGEST_VALUE])


def words_input(
    name: str,
    label: str,
    *,
    optional: bool = True,
    multiline: bool = True,
    initial: str = "",
    most: int = LONGEST_WORDS,
    hint: str | None = None,
) -> InputBlock:
    """A field for words; block and element have the same name."""
    return InputBlock(
        block_id=name,
        label=label,
        optional=optional,
        hint=hint,
        element=PlainTextInputElement(
            action_id=name,
            multiline=multiline,
            max_length=most,
            initial_value=cut(visible(initial), most) or None,
        ),
    )


def menu_input(
    name: str, label: str, options: Sequence[Option], initial: str = "", hint: str | None = None
) -> InputBlock:
    """A menu of which one is chosen."""
    chosen = next((each for each in options if each.value == initial), None)
    element = StaticSelectElement(
        action_id=name,
        placeholder=hint,
        options=list(options[:MOST_OPTIONS]),
        initial_option=chosen,
    )
    return InputBlock(block_id=name, label=label, element=element)


def radio_input(
    name: str, label: str, choices: Mapping[str, str], initial: str | None = None
) -> InputBlock:
    """Radio buttons; `choices` are labels by value."""
    options = {value: option(words, value) for value, words in choices.items()}
    element = RadioButtonsElement(
        action_id=name,
        options=list(options.values()),
        initial_option=options.get(initial or ""),
    )
    return InputBlock(block_id=name, label=label, element=element)


def ticks_input(name: str, label: str, choices: Mapping[str, str]) -> InputBlock:
    """Boxes to tick, none ticked; `choices` are labels by value."""
    options = [option(words, value) for value, words in choices.items()]
    element = CheckboxesElement(action_id=name, options=options)
    return InputBlock(block_id=name, label=label, optional=True, element=element)


def section(text: str) -> SectionBlock:
    """A paragraph of mrkdwn that is safe already; nothing in it becomes a link by itself."""
    return SectionBlock(text=MarkdownTextObject(text=text, verbatim=True))


def small(text: str) -> ContextBlock:
    """A line in small print, of mrkdwn that is safe already."""
    return ContextBlock(elements=[MarkdownTextObject(text=text, verbatim=True)])


def notice(title: str, *paragraphs: str) -> dict[str, Any]:
    """A dialog that says something and can only be closed."""
    blocks: list[Block] = [section(each) for each in paragraphs if each]
    return View(type="modal", title=title, close="Close", blocks=blocks).to_dict()


class Values:
    """What was filled into a dialog."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        self._values: Mapping[str, Any] = view.get("state", {}).get("values", {})

    def words(self, name: str) -> str:
        """What was written into a field; empty for nothing."""
        return str(self._of(name).get("value") or "").strip()

    def chosen(self, name: str) -> str:
        """The value of the option that was chosen; empty for none."""
        return str((self._of(name).get("selected_option") or {}).get("value") or "")

    def ticked(self, name: str) -> frozenset[str]:
        """The values of the options that were ticked or chosen."""
        options = self._of(name).get("selected_options") or ()
        return frozenset(str(each["value"]) for each in options)

    def user(self, name: str) -> str:
        """The person who was chosen; empty for none."""
        return str(self._of(name).get("selected_user") or "")

    def _of(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._values.get(name, {}).get(name) or {}
        return found
