"""Renders Block Kit JSON as HTML, one template macro a block and element."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from jinja2 import ChainableUndefined, Environment, FileSystemLoader
from markupsafe import Markup, escape

from slack_emulator.page.rendering.charts import Chart, chart_of
from slack_emulator.page.rendering.links import is_safe_link, is_safe_picture
from slack_emulator.page.rendering.markdown import render_markdown
from slack_emulator.page.rendering.mrkdwn import Names, plain, render_mrkdwn
from slack_emulator.page.rendering.rich_text import render_rich_text, rich_text_words
from slack_emulator.platform import emojis

_TEMPLATES = Path(__file__).parents[1] / "templates"


@dataclass(frozen=True)
class Choice:
    """One entry of a menu of people or places."""

    value: str
    text: str


class Directory(Names, Protocol):
    """Names, and what the menus of people, channels and conversations offer."""

    def people(self) -> Sequence[Choice]:
        """Return the people that a users menu offers."""
        ...

    def channels(self) -> Sequence[Choice]:
        """Return the public channels that a channels menu offers."""
        ...

    def conversations(self, kinds: Iterable[str]) -> Sequence[Choice]:
        """Return the conversations of the given kinds: public, private, im, mpim."""
        ...

    def file_address(self, file: Mapping[str, Any]) -> str | None:
        """Return the page address of a stored file named by id or url."""
        ...


@cache
def environment() -> Environment:
    """Return the one template environment of the page: everything is escaped unless marked safe."""
    env = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=ChainableUndefined,
    )
    env.filters["emojize"] = emojis.emojize
    env.filters["emoji_of"] = lambda name: emojis.character(name) or f":{name}:"
    return env


Kind = Literal["message", "modal", "home"]


@dataclass
class Surface:
    """Where blocks are shown: a message, a modal or a Home tab, and for whom.

    Attributes:
        directory: Names and menus.
        scope: A prefix that makes element ids unique in the page and stable between renderings.
        kind: What carries the blocks.
        chosen: What the person picked last, by (block id, action id).
        here: The conversation the person looks at, for `default_to_current_conversation`.
    """

    directory: Directory
    scope: str
    kind: Kind = "message"
    chosen: Mapping[tuple[str, str], str] = field(default_factory=dict)
    here: str = ""
    _numbers: Iterable[int] = field(default_factory=itertools.count)

    def blocks(self, blocks: Sequence[Mapping[str, Any]]) -> Markup:
        """Return the HTML of a list of blocks."""
        return Markup().join(self.block(block) for block in blocks or ())

    def block(self, block: Mapping[str, Any]) -> Markup:
        """Return the HTML of one block; an unknown one says so instead of vanishing."""
        macro = _macro(str(block.get("type", "")))
        return macro(block, self) if macro else _macro_named("blocks", "unknown")(block, self)

    def element(self, element: Mapping[str, Any], **how: object) -> Markup:
        """Return the HTML of one block element.

        Args:
            element: The element's JSON.
            how: `label` and `labelled_by` for its accessible name, `required`, `dispatch`,
                `block_id` and `described_by`.
        """
        if not element:
            return Markup()
        name = _ELEMENT_MACROS.get(str(element.get("type", "")), "unknown")
        return _macro_named("elements", name)(element, self, how)

    def text(self, text: Mapping[str, Any] | str | None) -> Markup:
        """Return the HTML of a text object, mrkdwn or plain."""
        if not text:
            return Markup()
        if isinstance(text, str):
            return escape(plain(text))
        words = str(text.get("text", ""))
        if text.get("type") == "mrkdwn":
            return render_mrkdwn(words, self.directory, verbatim=bool(text.get("verbatim")))
        return Markup("<br>").join(plain(words).split("\n"))

    def words(self, text: Mapping[str, Any] | str | None) -> str:
        """Return the bare words of a text object, for attributes."""
        if not text:
            return ""
        return plain(text if isinstance(text, str) else str(text.get("text", "")))

    def markdown(self, text: str) -> Markup:
        """Return the HTML of a Markdown text."""
        return render_markdown(text, self.directory)

    def rich(self, block: Mapping[str, Any] | str | None) -> Markup:
        """Return the HTML of a rich text block, or of plain words in its place."""
        if isinstance(block, str):
            return self.markdown(block)
        return render_rich_text(block, self.directory) if block else Markup()

    def rich_words(self, block: Mapping[str, Any] | None) -> str:
        """Return the bare words of a rich text block."""
        return rich_text_words(block) if block else ""

    def chart(self, chart: Mapping[str, Any]) -> Chart:
        """Return the shapes of a chart."""
        return chart_of(chart)

    def picture(self, image: Mapping[str, Any]) -> str | None:
        """Return the address of a picture, or nothing where it may not be loaded."""
        if image.get("slack_file"):
            return self.directory.file_address(image["slack_file"])
        url = str(image.get("image_url") or image.get("thumbnail_url") or "")
        return url if is_safe_picture(url) else None

    def safe_link(self, url: str | None) -> str | None:
        """Return the address where it may be linked."""
        return url if url and is_safe_link(url) else None

    def uid(self) -> str:
        """Return the next element id."""
        return f"{slug(self.scope)}-e{next(iter(self._numbers))}"

    def chosen_in(self, block_id: str, action_id: str) -> str | None:
        """Return what the person picked last in an element of this surface."""
        return self.chosen.get((block_id, action_id))

    def choices(self, element: Mapping[str, Any]) -> Sequence[Choice]:
        """Return what a menu of people, channels or conversations offers."""
        kind = str(element.get("type", ""))
        if "users" in kind:
            return self.directory.people()
        if "channels" in kind:
            return self.directory.channels()
        return self.directory.conversations(_conversation_kinds(element))

    def initial_place(self, element: Mapping[str, Any]) -> str:
        """Return the preselected person, channel or conversation of a single menu."""
        if element.get("default_to_current_conversation") and self.here:
            return self.here
        named = ("initial_user", "initial_channel", "initial_conversation")
        return next((str(element[name]) for name in named if element.get(name)), "")

    def initial_places(self, element: Mapping[str, Any]) -> Sequence[str]:
        """Return the preselected people, channels or conversations of a multiple menu."""
        named = ("initial_users", "initial_channels", "initial_conversations")
        return next((list(element[name]) for name in named if element.get(name)), [])


_CONVERSATION_KINDS = ("public", "private", "im", "mpim")


def _conversation_kinds(element: Mapping[str, Any]) -> Sequence[str]:
    included = (element.get("filter") or {}).get("include")
    return included or _CONVERSATION_KINDS


def slug(words: str) -> str:
    """Return an id made of letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", words)


_ELEMENT_MACROS = {
    "button": "button",
    "workflow_button": "button",
    "image": "image",
    "static_select": "static_select",
    "external_select": "picker",
    "multi_static_select": "picker",
    "multi_external_select": "picker",
    "users_select": "place_select",
    "conversations_select": "place_select",
    "channels_select": "place_select",
    "multi_users_select": "place_picker",
    "multi_conversations_select": "place_picker",
    "multi_channels_select": "place_picker",
    "overflow": "overflow",
    "datepicker": "datepicker",
    "timepicker": "timepicker",
    "datetimepicker": "datetimepicker",
    "plain_text_input": "text_input",
    "rich_text_input": "text_input",
    "email_text_input": "email_input",
    "url_text_input": "url_input",
    "number_input": "number_input",
    "checkboxes": "checkboxes",
    "radio_buttons": "radio_buttons",
    "file_input": "file_input",
    "feedback_buttons": "feedback_buttons",
    "icon_button": "icon_button",
}
BLOCK_TYPES = (
    "actions",
    "alert",
    "card",
    "carousel",
    "container",
    "context",
    "context_actions",
    "data_table",
    "data_visualization",
    "divider",
    "file",
    "header",
    "image",
    "input",
    "markdown",
    "plan",
    "rich_text",
    "section",
    "table",
    "task_card",
    "video",
)


def _macro(name: str) -> Callable[..., Markup] | None:
    template = "data" if name.startswith("data_") else "blocks"
    return _macro_named(template, f"{name}_block") if name in BLOCK_TYPES else None


def _macro_named(template: str, name: str) -> Callable[..., Markup]:
    module = environment().get_template(f"blocks/{template}.html").module
    macro: Callable[..., Markup] = getattr(module, name)
    return macro
