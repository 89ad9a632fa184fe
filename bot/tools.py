"""Which AI tools there are, as far as the record and the guides know."""

from __future__ import annotations

from adoption.record import Record
from bot.slack.messages import PUBLIC
from knowledge.index.index import Index
from knowledge.index.passages import ANY_TOOL
from uptake import UptakeError


def known_tools(record: Record, index: Index, audiences: frozenset[str] = PUBLIC) -> list[str]:
    """The names of all tools, by alphabet; guides for others than `audiences` name none."""
    names = record.tools.names() | tools_in_guides(index, audiences)
    return sorted((name for name in names if name.strip()), key=str.casefold)


def tools_in_guides(index: Index, audiences: frozenset[str] = PUBLIC) -> set[str]:
    """The names of the tools that guides for these audiences are about."""
    return set(_in_guides(index, "tool", audiences)) - {ANY_TOOL}


def known_kinds(index: Index, audiences: frozenset[str] = PUBLIC) -> list[str]:
    """The kinds of guides for these audiences, by alphabet."""
    return sorted(_in_guides(index, "kind", audiences))


def known_audiences(index: Index) -> frozenset[str]:
    """Whom the guides in the index are for."""
    return frozenset(_in_guides(index, "audience"))


def _in_guides(index: Index, column: str, audiences: frozenset[str] | None = None) -> list[str]:
    try:
        return index.snapshot().values(column, audiences)
    # Without guides, or with damaged ones, a dialog still opens.
    except UptakeError:
        return []
