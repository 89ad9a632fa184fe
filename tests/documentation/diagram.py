"""Draws the packages and their imports as Mermaid diagrams."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
PACKAGES = ("bot", "ingest", "knowledge", "adoption", "slack_emulator")
_BLOCK = re.compile(r"(<!-- imports of (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
Edge = tuple[str, str]


def drawn(page: str) -> str:
    """The page with each `<!-- imports of NAME -->` block drawn anew.

    NAME is a package, or `all` for the packages themselves. Of a package's imports those are shown
    that no others imply.
    """
    graph = grimp.build_graph(*PACKAGES)
    return _BLOCK.sub(lambda found: found[1] + _diagram(graph, found[2]) + found[3], page)


def _diagram(graph: grimp.ImportGraph, name: str) -> str:
    parts = set(PACKAGES) if name == "all" else set(graph.find_children(name))
    edges = _reduced(_edges(graph, parts))
    shown = sorted({part for edge in edges for part in edge})
    lines = ["```mermaid", "flowchart TD"]
    lines += [f"  {_id(part)}[{part.rpartition('.')[2]}]" for part in shown]
    lines += [f"  {_id(importer)} --> {_id(imported)}" for importer, imported in sorted(edges)]
    return "\n".join([*lines, "```", ""])


def _edges(graph: grimp.ImportGraph, parts: set[str]) -> set[Edge]:
    found = set()
    for module in graph.modules:
        importer = _part_of(module, parts)
        for other in graph.find_modules_directly_imported_by(module):
            imported = _part_of(other, parts)
            if importer and imported and importer != imported:
                found.add((importer, imported))
    return found


def _reduced(edges: set[Edge]) -> set[Edge]:
    """Without the imports that a longer way implies; there are no circles."""
    return {edge for edge in edges if not _leads(edges - {edge}, *edge)}


def _leads(edges: Iterable[Edge], start: str, end: str) -> bool:
    known, waiting = {start}, [start]
    while waiting:
        part = waiting.pop()
        following = {imported for importer, imported in edges if importer == part} - known
        if end in following:
            return True
        known |= following
        waiting += following
    return False


def _part_of(module: str, parts: set[str]) -> str | None:
    return next((part for part in parts if module == part or module.startswith(f"{part}.")), None)


def _id(part: str) -> str:
    return part.replace(".", "_")
