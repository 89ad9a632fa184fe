"""Documents: whole guides as Markdown, with what their front matter says of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ingest.errors import AudienceWrong, FileUnreadable
from ingest.parse.audiences import audience_of, narrowed
from knowledge.index.passages import ANY_TOOL, EVERYONE

KINDS = ("quick-start", "faq", "playbook", "tutorial", "guide", "story")
_LONGEST_FIELD = 300


@dataclass(frozen=True)
class Document:
    """A guide on its way into the index.

    Attributes:
        text: its Markdown, or plain text where `is_markdown` is false.
        reviewed: ISO date, or empty.
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


@dataclass(frozen=True)
class Defaults:
    """What holds for every guide of a source unless its front matter says otherwise.

    Attributes:
        kind: empty where the source says nothing, so that captions stay tutorials.
        audience: the widest that a guide may have.
        own_links: whether a guide may name its own link; not where strangers write the guides.
    """

    kind: str = ""
    tool: str = ANY_TOOL
    audience: str = EVERYONE
    owner: str = ""
    own_links: bool = True


@dataclass(frozen=True)
class Ruling:
    """What was decided about one guide, beside what stands in it.

    Attributes:
        reviewed: ISO date on which somebody found that it still holds; its own, if later, counts.
        left_out: whether the index does without it.
    """

    reviewed: str = ""
    left_out: bool = False


NO_DEFAULTS = Defaults()
NO_RULING = Ruling()


def described(
    source: str,
    fallback_title: str,
    text: str,
    fields: Mapping[str, Any],
    link: str,
    defaults: Defaults = NO_DEFAULTS,
    is_markdown: bool = True,
) -> Document:
    """A document with the fields of its front matter; unknown fields are left alone.

    Raises:
        AudienceWrong: its audience is none, or wider than its source's.
        FileUnreadable: another known field holds something it cannot mean.
    """
    audience = narrowed(audience_of(_words(fields, "audience", EVERYONE)), defaults.audience)
    kind = _words(fields, "kind", defaults.kind or "guide")
    if kind not in KINDS:
        raise FileUnreadable(f"its kind “{kind}” is unknown; it can be {', '.join(KINDS)}")
    own_link = _words(fields, "link", "") if defaults.own_links else ""
    if own_link and not own_link.startswith(("https://", "http://")):
        raise FileUnreadable("its link does not begin with https://")
    return Document(
        source=source,
        title=_words(fields, "title", "") or fallback_title,
        text=text,
        is_markdown=is_markdown,
        kind=kind,
        tool=_words(fields, "tool", defaults.tool),
        audience=audience,
        owner=_words(fields, "owner", defaults.owner),
        reviewed=_day(fields.get("reviewed")),
        link=own_link or link,
    )


def _words(fields: Mapping[str, Any], name: str, default: str) -> str:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, str | int | float | date):
        wrong = AudienceWrong if name == "audience" else FileUnreadable
        raise wrong(f"its {name} is not a plain text")
    words = " ".join(str(value).split())
    if any(unicodedata.category(character) == "Cc" for character in words):
        raise FileUnreadable(f"its {name} holds characters that cannot be shown")
    if len(words) > _LONGEST_FIELD:
        raise FileUnreadable(f"its {name} is longer than {_LONGEST_FIELD} characters")
    return words or default


def _day(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError:
        raise FileUnreadable("its reviewed is not a date; write it like 2026-11-02") from None
