"""Draws the packages and their imports as a Mermaid diagram."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
PACKAGES = ("bot", "ingest", "knowledge", "adoption", "slack_emulator")
_BLOCK = re.compile(r"(<!-- imports of (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def drawn(page: str) -> str:
    """The page with each `<!-- imports of NAME -->` block drawn anew.

    NAME is `all`, for the top-level packages and the parts below each, or one package.
    """
    graph = grimp.build_graph(*PACKAGES)
    return _BLOCK.sub(lambda found: found[1] + _diagram(graph, found[2]) + found[3], page)


def _diagram(graph: grimp.ImportGraph, name: str) -> str:
    ancestors = PACKAGES if name == "all" else (name,)
    parts = {part for each in ancestors for part in _children(graph, each)}
    edges = _edges(graph, parts)
    lines = ["```mermaid", "flowchart TD"]
    for ancestor in ancestors:
        below = sorted(part for part in parts if part.startswith(f"{ancestor}."))
        lines += [f"  subgraph {ancestor}"]
        lines += [f"    {_id(part)}[{part.rpartition('.')[2]}]" for part in below]
        lines += ["  end"]
    shown = edges if name != "all" else _between(edges)
    lines += [f"  {_id(importer)} --> {_id(imported)}" for importer, imported in sorted(shown)]
    return "\n".join([*lines, "```", ""])


def _children(graph: grimp.ImportGraph, package: str) -> Iterable[str]:
    """The sub-packages of a package, and its modules that stand alone."""
    return graph.find_children(package)


def _edges(graph: grimp.ImportGraph, parts: set[str]) -> Counter[tuple[str, str]]:
    """How many imports lead from one part to another."""
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        importer = _part_of(module, parts)
        for other in graph.find_modules_directly_imported_by(module):
            imported = _part_of(other, parts)
            if importer and imported and importer != imported:
                found[importer, imported] += 1
    return found


def _between(edges: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Only the imports from one top-level package into another."""
    tops = ((one.partition(".")[0], other.partition(".")[0]) for one, other in edges)
    return {pair for pair in tops if pair[0] != pair[1]}


def _part_of(module: str, parts: set[str]) -> str | None:
    return next((part for part in parts if module == part or module.startswith(f"{part}.")), None)


def _id(part: str) -> str:
    return part.replace(".", "_")
