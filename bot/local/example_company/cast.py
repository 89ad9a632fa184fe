"""Those of the example company who are in its workspace by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """Somebody whose part one can take.

    Attributes:
        is_there: whether every practice workspace has them already.
    """

    handle: str
    name: str
    team: str
    title: str
    is_champion: bool = False
    is_admin: bool = False
    is_there: bool = False


CAST = (
    Part("maya", "Maya Lindqvist", "Sales", "Account manager, Sales", is_there=True),
    Part("jonas", "Jonas Weber", "Finance", "Controller, Finance", True, is_there=True),
    Part("priya", "Priya Raman", "Operations", "AI lead", is_admin=True, is_there=True),
    Part("tom", "Tom Okafor", "Operations", "Planner, Operations", is_there=True),
    Part("lars", "Lars Eriksen", "Sales", "Team lead, Sales · AI champion", True),
    Part("aisha", "Aisha Haddad", "Engineering", "Developer, Engineering · AI champion", True),
    Part("wei", "Wei Chen", "Support", "Service agent, Support · AI champion", True),
    Part("daniel", "Daniel Kowalski", "Operations", "Site lead, Operations · AI champion", True),
)
