"""Which AI tools there are, as far as the record and the guides know."""

from __future__ import annotations

from adoption.record import Record
from knowledge.index.index import Index
from knowledge.index.passages import ANY_TOOL
from uptake import UptakeError


def known_tools(record: Record, index: Index) -> list[str]:
    """The names of all tools, by alphabet."""
    names = record.tools.names() | tools_in_guides(index)
    return sorted((name for name in names if name.strip()), key=str.casefold)


def tools_in_guides(index: Index) -> set[str]:
    """The names of the tools that guides are about."""
    return set(_in_guides(index, "tool")) - {ANY_TOOL}


def known_kinds(index: Index) -> list[str]:
    """The kinds of guides in the index, by alphabet."""
    return sorted(_in_guides(index, "kind"))


def known_audiences(index: Index) -> frozenset[str]:
    """Whom the guides in the index are for."""
    return frozenset(_in_guides(index, "audience"))


def _in_guides(index: Index, column: str) -> list[str]:
    try:
        return index.snapshot().values(column)
    # Without guides, or with damaged ones, a dialog still opens.
    except UptakeError:
        return []
