"""Which groups may be shown by name. How exactly their figures are shown: `disclosure.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

OTHERS, NO_GROUP = "others", "none"
# Microsoft's Copilot Dashboard shows no group under 5 by default; 3 is the least statistical
# offices accept.
DEFAULT_MINIMUM, LEAST_MINIMUM = 5, 3


@dataclass(frozen=True)
class Minimum:
    """The smallest group that may be shown.

    Raises:
        ValueError: it is under 3.
    """

    people: int = DEFAULT_MINIMUM

    def __post_init__(self) -> None:
        if self.people < LEAST_MINIMUM:
            raise ValueError(f"groups of {self.people} would show single people; the least is 3")


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


def groups(people: Mapping[str, str | None], minimum: Minimum) -> dict[str, frozenset[str]]:
    """The groups that may be shown, with their people, given each person's group.

    People without a group form a group (“none”), and fold like any other.
    """
    named = {person: group or NO_GROUP for person, group in people.items()}
    shown = fold(Counter(named.values()), minimum)
    parts: dict[str, set[str]] = {}
    for person, group in named.items():
        if group in shown:
            parts.setdefault(shown[group], set()).add(person)
    return {name: frozenset(who) for name, who in parts.items()}
