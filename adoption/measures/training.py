"""Use of a tool around a training: the 14 days before it, and the 14 days after."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.measures.shares import Share
from adoption.measures.use import Days

AROUND = 14

# By tool and day, those who were active.
Active = Mapping[str, Days]


@dataclass(frozen=True)
class Slot:
    """A training as the measure sees it.

    Attributes:
        day: on which it took place.
        tools: those that it is about; empty for any.
    """

    day: date
    tools: tuple[str, ...] = ()

    @property
    def before(self) -> tuple[date, date]:
        """First and last of the 14 days before it."""
        return self.day - timedelta(days=AROUND), self.day - timedelta(days=1)

    @property
    def after(self) -> tuple[date, date]:
        """First and last of the 14 days after it; in the training itself everybody uses it."""
        return self.day + timedelta(days=1), self.day + timedelta(days=AROUND)


@dataclass(frozen=True)
class UseAround:
    """Who used a tool on at least one day, of the same people before and after."""

    before: Share
    after: Share


def use_around(slots: Mapping[str, Slot], active: Active) -> UseAround:
    """Who used the training's tool in the 14 days before it, and in the 14 days after it.

    Args:
        slots: each person's training.

    Source: transfer of training, level 3 (behaviour) of D. L. Kirkpatrick, “Evaluating Training
    Programs” (1994), measured by use instead of by asking. It shows a difference and no cause:
    people who come to a training may have been about to begin anyway.
    """

    by_slot: dict[Slot, set[str]] = {}
    for person, slot in slots.items():
        by_slot.setdefault(slot, set()).add(person)
    before: set[str] = set()
    after: set[str] = set()
    for slot, people in by_slot.items():
        before |= _users(people, slot.tools, slot.before, active)
        after |= _users(people, slot.tools, slot.after, active)
    everybody = frozenset(slots)
    return UseAround(Share.of(before, everybody), Share.of(after, everybody))


def _users(
    people: set[str], tools: tuple[str, ...], span: tuple[date, date], active: Active
) -> set[str]:
    """Those of some people who used any of some tools on a day of a span."""
    first, last = span
    others = people
    for tool in tools or active:
        for day, seen in active.get(tool, {}).items():
            if first <= day <= last:
                others = others - seen
    return people - others


def compared_slots(people: Collection[str], slots: Sequence[Slot]) -> dict[str, Slot]:
    """A slot for each person who was not trained, one of those of the trained, by pseudonym.

    So both groups are looked at on the same days, in about the same proportions.
    """
    if not slots:
        return {}
    ranked = sorted(slots, key=lambda slot: (slot.day, slot.tools))
    return {who: ranked[_number(who) % len(ranked)] for who in people}


def _number(who: str) -> int:
    return int.from_bytes(hashlib.blake2b(who.encode(), digest_size=8).digest())
