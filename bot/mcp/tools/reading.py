"""`search_guides` and `get_guide`: the guides that whoever calls may read."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adoption.guides.decisions import guide_id
from bot.mcp.library import readable_audiences, readable_guide, warning_about
from bot.mcp.tool import Arguments, Call, CallRefused, Result, Tool
from bot.texts import texts
from bot.tools import known_kinds
from knowledge.answers.answerer import LONGEST_QUESTION
from knowledge.errors import EncoderUnavailable, IndexUnavailable
from knowledge.index.passages import Hit, Scope

_TOOL = "Only guides about this AI tool, or about any."


class Search(Arguments):
    """What to look for."""

    query: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_QUESTION, description="What to look for, in words."),
    ]
    kind: Annotated[
        str | None,
        Field(max_length=64, description="Only guides of this kind, like faq, playbook or story."),
    ] = None
    tool: Annotated[str | None, Field(max_length=255, description=_TOOL)] = None
    limit: Annotated[int, Field(ge=1, le=20, description="Sections to return at most.")] = 5


class Section(Result):
    """A section of a guide; `guide` is the id that get_guide takes."""

    guide: str
    title: str
    heading: str
    text: str
    link: str
    kind: str
    reviewed: str = Field(description="ISO date of the guide's last review; empty if unknown.")
    warning: str = Field(description="What to know of the guide's age; empty for nothing.")


class Sections(Result):
    """What was found, the best first."""

    sections: tuple[Section, ...]
    index_version: str


class WantedGuide(Arguments):
    """Which guide."""

    guide: Annotated[
        str, Field(min_length=1, max_length=500, description="The guide's id, or its title.")
    ]


class WholeGuide(Result):
    """A guide as Markdown."""

    guide: str
    title: str
    kind: str
    link: str
    reviewed: str
    warning: str
    text: str


def search(call: Call, wanted: Search) -> Sections:
    """The sections that come nearest to a query, among those that the caller may read."""
    container = call.container
    audiences = readable_audiences(container, call.caller)
    kinds = frozenset({wanted.kind.casefold()}) if wanted.kind else frozenset()
    known = known_kinds(container.index, audiences)
    if kinds and not kinds <= set(known):
        raise CallRefused(texts("mcp")["unknown_kind"].format(known=", ".join(known)))
    scope = Scope(audiences, tool=wanted.tool or None, kinds=kinds)
    try:
        found = container.answerer.find(wanted.query, scope)
    except (IndexUnavailable, EncoderUnavailable):
        raise CallRefused(texts("mcp")["unavailable"]) from None
    hits = container.answerer.ranked(found).hits[: wanted.limit]
    return Sections(
        sections=tuple(_section(call, hit) for hit in hits), index_version=found.version
    )


def _section(call: Call, hit: Hit) -> Section:
    passage = hit.passage
    return Section(
        guide=guide_id(passage.source),
        title=passage.title,
        heading=passage.heading,
        text=passage.text,
        link=passage.link,
        kind=passage.kind,
        reviewed=passage.reviewed,
        warning=warning_about(call.container, passage.reviewed, passage.kind),
    )


def get_guide(call: Call, wanted: WantedGuide) -> WholeGuide:
    """One guide that the caller may read."""
    found = readable_guide(call.container, call.caller, wanted.guide)
    guide = found.guide
    return WholeGuide(
        guide=found.id,
        title=guide.title,
        kind=guide.kind,
        link=guide.link,
        reviewed=guide.reviewed,
        warning=warning_about(call.container, guide.reviewed, guide.kind),
        text=found.text,
    )


SEARCH_GUIDES = Tool(
    name="search_guides",
    takes=Search,
    gives=Sections,
    run=search,
    for_people=False,
    for_guests=True,
)
GET_GUIDE = Tool(
    name="get_guide",
    takes=WantedGuide,
    gives=WholeGuide,
    run=get_guide,
    for_people=False,
    for_guests=True,
)
