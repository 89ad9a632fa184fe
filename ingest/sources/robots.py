"""Reads robots.txt as RFC 9309 says: the longest rule that fits a path decides."""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import quote, unquote

# What RFC 9309 asks a crawler to read at least, and rules beyond any sensible number.
_LONGEST = 500 * 1024
_MOST_RULES = 5000
_LONGEST_DELAY = 10.0


@dataclass(frozen=True)
class Robots:
    """What a site allows.

    Attributes:
        rules: (allowed, pattern).
        delay: seconds that it asks for between two pages, at most ten.
    """

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a path, with its query, may be fetched."""
        target = _normal(path or "/")
        fitting = [(len(p), allowed) for allowed, p in self.rules if _fits(p, target)]
        # Of two rules alike in length, the one that allows.
        return max(fitting, default=(0, True))[1]


NOTHING_ALLOWED = Robots(((False, "/"),))


def robots_of(text: str, agent: str) -> Robots:
    """The rules for `agent` in a robots.txt; those for everyone if it names no such agent."""
    groups: dict[str, list[tuple[str, str]]] = {}
    agents: list[str] = []
    in_rules = False
    for line in text[:_LONGEST].splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            agents = [value.lower()] if in_rules else [*agents, value.lower()]
            in_rules = False
            groups.setdefault(value.lower(), [])
        elif name in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            for each in agents[:50]:
                groups[each].append((name, value))
    chosen = groups.get(agent.lower(), groups.get("*", []))
    rules = [(n == "allow", _normal(v)) for n, v in chosen if n != "crawl-delay" and v]
    delays = [_seconds(value) for name, value in chosen if name == "crawl-delay"]
    return Robots(tuple(rules[:_MOST_RULES]), max(delays, default=0.0))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), _LONGEST_DELAY) if math.isfinite(seconds) else 0.0


def _normal(path: str) -> str:
    return quote(unquote(path), safe="/*$?&=:@!'()+,;~-._")


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern with `*` and a closing `$` fits the beginning of a path.

    Looked for piece by piece, so that no pattern can take long.
    """
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, piece in enumerate(others, 1):
        if ends and number == len(others):
            return len(path) - len(piece) >= at and path.endswith(piece)
        found = path.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return not ends or at == len(path)
