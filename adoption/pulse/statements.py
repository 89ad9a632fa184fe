"""What the five statements are about, and what helps where one of them holds people back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Element(StrEnum):
    """What somebody needs to change how they work, in the order in which it is needed.

    Source of elements and order: the ADKAR model. ADKAR is a trademark of Prosci, Inc.; the
    statements that people read are our own.
    """

    AWARENESS = "awareness"
    DESIRE = "desire"
    KNOWLEDGE = "knowledge"
    ABILITY = "ability"
    REINFORCEMENT = "reinforcement"


ELEMENTS = tuple(Element)
LOWEST, HIGHEST = 1, 5
# Prosci: the barrier is the first of the five, in this order, that scores 3 or below.
BARRIER = 3.0


@dataclass(frozen=True)
class Help:
    """What helps against a barrier, and who does it."""

    text: str
    owner: str


# From the playbook's guides on resistance, training, communication and follow-ups.
HELPS: Mapping[Element, Help] = {
    Element.AWARENESS: Help(
        "Have the sponsor say why we do this, what changes in the work and what does not",
        "Sponsor",
    ),
    Element.DESIRE: Help(
        "Ask what would make the tools worth their time, and let them choose the first task",
        "Team lead",
    ),
    Element.KNOWLEDGE: Help(
        "Plan a hands-on session, and share the quick starts for their tools",
        "Training lead",
    ),
    Element.ABILITY: Help(
        "Have a champion sit down with them over a task of their own",
        "Champion",
    ),
    Element.REINFORCEMENT: Help(
        "Hold the follow-up after six weeks, and say what changed because of what people said",
        "Team lead",
    ),
}
