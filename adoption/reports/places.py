"""From where questions are asked: in Slack, at a terminal, or through which AI tool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.privacy.disclosure import show_count
from adoption.privacy.groups import OTHERS, Minimum, how_many
from adoption.questions.models import Interaction, Surface
from adoption.reports.questions import Tally

_IN_SLACK = {
    Surface.CHANNEL: "in channels",
    Surface.PRIVATE: "in channels",
    Surface.GROUP: "in direct messages",
    Surface.DIRECT: "in direct messages",
    Surface.TERMINAL: "at a terminal",
    Surface.MCP: "another AI tool",
}


@dataclass(frozen=True)
class AskedFrom:
    """Who asked a question, by pseudonym, and from where."""

    person: str
    surface: Surface
    client: str


def asked_between(engine: Engine, start: datetime, end: datetime) -> list[AskedFrom]:
    """From where each question came from `start` up to but without `end`."""
    query = select(Interaction.person_id, Interaction.surface, Interaction.client)
    within = query.where(Interaction.asked_at >= start, Interaction.asked_at < end)
    with engine.connect() as connection:
        return [AskedFrom(*row) for row in connection.execute(within)]


def asked_in(questions: Iterable[Interaction]) -> list[AskedFrom]:
    """From where each of these questions came."""
    return [AskedFrom(row.person_id, row.surface, row.client) for row in questions]


def places_of(questions: Iterable[AskedFrom], minimum: Minimum) -> list[Tally]:
    """How many questions come from where, rounded to 5, the most first.

    Places from which fewer people than the minimum asked are counted together, and together with
    the next larger one where they are still too few. Nothing where one place is all there is.
    """
    asked: dict[str, list[str]] = {}
    for row in questions:
        asked.setdefault(_place(row), []).append(row.person)
    ranked = sorted(asked.items(), key=lambda pair: (-how_many(pair[1]), pair[0]))
    shown = [(name, people) for name, people in ranked if how_many(people) >= minimum.people]
    others = [person for name, people in ranked[len(shown) :] for person in people]
    if others and how_many(others) < minimum.people and shown:
        others += shown.pop()[1]
    if others and how_many(others) >= minimum.people:
        shown.append((OTHERS, others))
    if len(shown) < 2:
        return []
    tallies = [Tally(name, show_count(people, minimum)) for name, people in shown]
    return sorted(tallies, key=lambda each: (-(each.count or 0), each.name))


def _place(row: AskedFrom) -> str:
    return row.client or _IN_SLACK[row.surface]
