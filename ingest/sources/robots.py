"""Reads robots.txt as RFC 9309 says, through Protego."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

# What RFC 9309 asks a crawler to read at least, and rules beyond any sensible number.
_LONGEST = 500 * 1024
_MOST_LINES = 10_000
_LONGEST_LINE = 2000
_LONGEST_DELAY = 10.0


@dataclass(frozen=True)
class Robots:
    """What a site allows one agent."""

    rules: Protego
    agent: str

    def allows(self, url: str) -> bool:
        """Whether an address may be fetched."""
        return bool(self.rules.can_fetch(url, self.agent))

    @property
    def delay(self) -> float:
        """Seconds that the site asks for between two pages, at most ten."""
        asked = self.rules.crawl_delay(self.agent) or 0.0
        return min(max(asked, 0.0), _LONGEST_DELAY)


def robots_of(text: str, agent: str) -> Robots:
    """The rules of a robots.txt for `agent`; those for everyone if it names no such agent."""
    lines = [line for line in text[:_LONGEST].splitlines() if len(line) <= _LONGEST_LINE]
    return Robots(Protego.parse("\n".join(lines[:_MOST_LINES])), agent)


def everything_allowed(agent: str) -> Robots:
    """The rules of a site that has none."""
    return robots_of("", agent)


def nothing_allowed(agent: str) -> Robots:
    """The rules of a site whose own cannot be read."""
    return robots_of("User-agent: *\nDisallow: /", agent)
