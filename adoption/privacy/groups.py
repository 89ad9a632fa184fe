"""Which groups may be shown by name. How exactly their figures are shown: `disclosure.py`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from adoption.people.erased import ERASED

OTHERS, NO_GROUP = "others", "none"
# Sizes are rounded to multiples of 5, which hides no smaller group. Microsoft's Copilot Dashboard
# shows none under 5 either.
LEAST_MINIMUM = 5
# Companies of fewer people than so many smallest groups.
_TINY, _SMALL = 4, 10


def title_of(group: str) -> str:
    """A group's name as a row of a table or a chart begins with it."""
    return "Others" if group == OTHERS else group


@dataclass(frozen=True)
class Minimum:
    """The smallest group that may be shown.

    Raises:
        ValueError: it is under `LEAST_MINIMUM`.
    """

    people: int = LEAST_MINIMUM

    def __post_init__(self) -> None:
        if self.people < LEAST_MINIMUM:
            raise ValueError(
                f"groups of {self.people} would show single people; use {LEAST_MINIMUM} or more"
            )

    @property
    def doubled(self) -> Minimum:
        """How many there must be of whom the minimum did something.

        Where exactly the minimum is in a team, all of them did what the minimum is shown to have
        done.
        """
        return replace(self, people=2 * self.people)

    @property
    def unreachable(self) -> Minimum:
        """One that no group reaches, for figures of a time that isn't over.

        Two looks at such figures would show what somebody did in between.
        """
        return replace(self, people=sys.maxsize)

    def hides_all_of(self, people: int) -> bool:
        """Whether nothing is shown about people in a company of so many; 0 is one without a roster.

        It is asked of the minimum that `in_company_of` gives.
        """
        return 0 < people < self.people

    def in_company_of(self, people: int) -> Minimum:
        """The smallest group for a company of that many people.

        In a small company colleagues know who is in which team, and what is shown overlaps so much
        that rounding doesn't hide enough: groups must be twice as large there, and where the
        company is under four times the minimum, nothing is shown of people. A company without a
        roster (0 people) has no teams.
        """
        if 0 < people < _TINY * self.people:
            return replace(self, people=_TINY * self.people)
        return self.doubled if 0 < people < _SMALL * self.people else self


def how_many(people: Iterable[str]) -> int:
    """How many people some pseudonyms stand for at least; those who erased are not counted."""
    return len(set(people) - {ERASED})


def fold(sizes: Mapping[str, int], minimum: Minimum) -> dict[str, str]:
    """What each group is shown as: itself or “others”; nothing where all together are too few.

    Groups under the minimum are folded together, and the next smallest with them until the fold
    reaches the minimum (complementary suppression): a smaller fold would follow by subtraction
    from the total. Empty groups are left out.
    """
    ranked = sorted(((n, name) for name, n in sizes.items() if n > 0))
    folded: list[str] = []
    people = 0
    for size, name in ranked:
        if size >= minimum.people and (not folded or people >= minimum.people):
            break
        folded.append(name)
        people += size
    if folded and people < minimum.people:
        return {}
    return {name: OTHERS if name in folded else name for _, name in ranked}


def groups(
    people: Mapping[str, str | None],
    minimum: Minimum,
    among: Iterable[str | None] | None = None,
) -> dict[str, frozenset[str]]:
    """The groups that may be shown, with their people, given each person's group.

    People without a group form a group (“none”), and fold like any other.

    Args:
        among: the group of each person who could be one of `people`: groups in which these are
            fewer than twice the minimum are folded first.
    """
    named = {person: group or NO_GROUP for person, group in people.items()}
    if among is not None:
        sizes = Counter(group or NO_GROUP for group in among)
        large = fold(sizes, minimum.doubled)
        named = {person: large[name] for person, name in named.items() if name in large}
    shown = fold(Counter(named.values()), minimum)
    parts: dict[str, set[str]] = {}
    for person, group in named.items():
        if group in shown:
            parts.setdefault(shown[group], set()).add(person)
    return {name: frozenset(who) for name, who in parts.items()}
