"""The old names of some builders; goes when nothing imports it any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, Option

from bot.slack import blocks as new
from bot.slack.blocks import LONGEST_TEXT as LONGEST_WORDS
from bot.slack.blocks import MOST_OPTIONS, option, radio_input, section
from bot.slack.blocks import checkboxes_input as ticks_input
from bot.slack.blocks import context as small
from bot.slack.view_values import ViewValues

__all__ = ["LONGEST_WORDS", "MOST_OPTIONS", "option", "radio_input", "section", "small"]
__all__ += ["ticks_input"]


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
    """As `text_input`, where optional is usual."""
    return new.text_input(
        name,
        label,
        optional=optional,
        multiline=multiline,
        initial=initial,
        most=most,
        hint=hint or "",
    )


def menu_input(
    name: str, label: str, options: Sequence[Option], initial: str = "", hint: str | None = None
) -> InputBlock:
    """As `select_input`."""
    return new.select_input(name, label, options, initial, placeholder=hint or "")


def notice(title: str, *paragraphs: str) -> dict[str, Any]:
    """As the new one."""
    return new.notice(title, *paragraphs).to_dict()


class Values(ViewValues):
    """As `ViewValues`, where `text` is called `words`."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        super().__init__(view)
        self.words = self.text
