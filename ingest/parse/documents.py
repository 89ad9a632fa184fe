"""Documents: whole guides as Markdown, with what their front matter says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ingest.parse.audiences import NO_WORDS, AudienceWords, narrowed
from knowledge.index.passages import ANY_TOOL, EVERYONE

# A guide is read by people: a file beyond this is a dump, and would take the memory of all.
LARGEST_FILE = 50 * 1024 * 1024
OTHER = "other"
KINDS = ("quick-start", "faq", "playbook", "tutorial", "guide", "story", OTHER)
_SHORT_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_LONGEST_FIELD = 300


@dataclass(frozen=True)
class Document:
    """A guide on its way into the index.

    Attributes:
        text: its Markdown, or plain text where `is_markdown` is false.
        reviewed: ISO date, or empty.
        remarks: what of its fields was not understood, each a sentence that begins with "its".
        (the others as in `knowledge.index.passages.Passage`)
    """

    source: str
    title: str
    text: str
    is_markdown: bool = True
    kind: str = "guide"
    tool: str = ANY_TOOL
    audience: str = EVERYONE
    owner: str = ""
    reviewed: str = ""
    link: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Defaults:
    """What holds for every guide of a source unless its front matter says otherwise.

    Attributes:
        kind: empty where the source says nothing, so that captions stay tutorials.
        audience: the widest that a guide may have.
        own_links: whether a guide may name its own link; not where strangers write the guides.
        hidden: whether speaker notes, comments and hidden text are read as well.
        words: an admin's words for audiences, beside the built-in ones.
    """

    kind: str = ""
    tool: str = ANY_TOOL
    audience: str = EVERYONE
    owner: str = ""
    own_links: bool = True
    hidden: bool = False
    words: AudienceWords = NO_WORDS


@dataclass(frozen=True)
class Decision:
    """What was decided about one guide, beside what stands in it.

    Attributes:
        reviewed: ISO date on which somebody found that it still holds; its own, if later, counts.
        left_out: whether the index does without it.
    """

    reviewed: str = ""
    left_out: bool = False


NO_DEFAULTS = Defaults()
NO_DECISION = Decision()


def described(
    source: str,
    fallback_title: str,
    text: str,
    fields: Mapping[str, Any],
    audience: str | None,
    link: str,
    defaults: Defaults = NO_DEFAULTS,
    is_markdown: bool = True,
) -> Document:
    """A document with the fields of its front matter; unknown fields are left alone.

    A field that cannot be understood is left out and named in the document's remarks, since only
    the audience can do harm. `audience` is what the file states of it; None if nothing.

    Raises:
        AudienceWrong: its audience is wider than its source's.
    """
    given = _Fields(fields)
    own_link = given.link() if defaults.own_links else ""
    return Document(
        source=source,
        title=given.words("title", "") or fallback_title,
        text=text,
        is_markdown=is_markdown,
        kind=given.kind(defaults.kind or "guide"),
        tool=given.tool(defaults.tool),
        audience=narrowed(audience or EVERYONE, defaults.audience),
        owner=given.words("owner", defaults.owner),
        reviewed=given.day("reviewed"),
        link=own_link or link,
        remarks=tuple(given.remarks),
    )


def owner_in(fields: Mapping[str, Any]) -> str:
    """Who keeps a document, by its front matter; empty if it does not say."""
    return _Fields(fields).words("owner", "")


class _Fields:
    """Reads single fields and collects what could not be understood."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.remarks: list[str] = []

    def words(self, name: str, default: str) -> str:
        value = self._fields.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return default
        if not isinstance(value, str | int | float | date):
            self.remarks.append(f"its {name} is not a plain text")
            return default
        words = _printable(str(value))
        if len(words) > _LONGEST_FIELD:
            self.remarks.append(f"its {name} is longer than {_LONGEST_FIELD} characters")
            words = words[:_LONGEST_FIELD].rstrip()
        return words or default

    def kind(self, default: str) -> str:
        words = self.words("kind", default).lower()
        if words in KINDS:
            return words
        self.remarks.append(f"its kind “{words}” is unknown, so it counts as {OTHER}")
        return OTHER

    def tool(self, default: str) -> str:
        value = self._fields.get("tool")
        if isinstance(value, list) and len(value) > 1:
            return ANY_TOOL
        return self.words("tool", default)

    def link(self) -> str:
        words = self.words("link", "")
        if not words or words.startswith(("https://", "http://")):
            return words
        self.remarks.append("its link does not begin with https://, so its usual one is shown")
        return ""

    def day(self, name: str) -> str:
        value = self._fields.get(name)
        if value is None or value == "":
            return ""
        found = _day(value)
        if not found:
            shown = _printable(str(value))[:40]
            self.remarks.append(
                f"its {name} “{shown}” is not a clear date; write it like 2026-11-02"
            )
        return found


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _day(value: Any) -> str:
    """A day as an ISO date; empty if it could be none or two different ones."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    with suppress(ValueError):
        return datetime.fromisoformat(text).date().isoformat()
    numbers = _SHORT_DAY.fullmatch(text)
    if numbers is None:
        return ""
    first, sign, second, year = int(numbers[1]), numbers[2], int(numbers[3]), int(numbers[4])
    # With full stops the day comes first; with slashes it depends on the country.
    orders = {(second, first)} if sign == "." else {(first, second), (second, first)}
    days = {day for month, number in orders if (day := _valid(year, month, number))}
    return days.pop().isoformat() if len(days) == 1 else ""


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
