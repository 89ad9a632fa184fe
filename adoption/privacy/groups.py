"""Which groups may be shown, so that none under the minimum can be seen or computed.

Every figure of a report stands for a set of people. Take all the sets that a report shows in
several ways of parting the company (teams, waves): they cut the company into *atoms*, people
who are in exactly the same shown groups. Whatever is added or subtracted, a set of people that
can be told apart is a union of atoms. So a report is safe when every atom is large enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

OTHERS = "others"
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
            raise ValueError(f"groups of {self.people} would show single people; 3 is the least")


def fold(sizes: Mapping[str, int], minimum: Minimum) -> dict[str, str]:
    """What each group is shown as: itself or “others”; nothing where all are too few together.

    Groups under the minimum are folded together, and the next smallest with them until the
    fold holds the minimum: a fold that is too small could be had by subtraction from a total.
    Empty groups are left out.
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
    """The groups that may be shown of one way of parting people (`person: group`).

    People without a group are a group like any other (“none”), and fold like any other.
    """
    named = {person: group or NO_GROUP for person, group in people.items()}
    shown = fold(Counter(named.values()), minimum)
    parts: dict[str, set[str]] = {}
    for person, group in named.items():
        if group in shown:
            parts.setdefault(shown[group], set()).add(person)
    return {name: frozenset(who) for name, who in parts.items()}


NO_GROUP = "none"


def disclose(
    partings: Mapping[str, Mapping[str, str | None]], minimum: Minimum
) -> dict[str, dict[str, frozenset[str]]]:
    """The groups that may be shown together of several ways of parting the same people.

    The first parting (say teams) is folded by itself. Groups of each further one are merged
    until every atom that they cut holds the minimum. Where only all people together would do,
    more of the first is folded, so that one small team does not hide all waves; where even
    that does not help, the further parting is left out.
    """
    for scale in _SCALES:
        shown = _disclosed(partings, minimum, Minimum(minimum.people * scale))
        parted = all(len(first) > 1 for first in list(shown.values())[:1])
        if all(shown.values()) and (parted or scale == 1):
            return shown
    return _disclosed(partings, minimum, minimum)


# How much larger than the minimum the groups of the first parting may have to be.
_SCALES = (1, 2, 4, 8)


def _disclosed(
    partings: Mapping[str, Mapping[str, str | None]], minimum: Minimum, first: Minimum
) -> dict[str, dict[str, frozenset[str]]]:
    shown: dict[str, dict[str, frozenset[str]]] = {}
    atoms: list[frozenset[str]] = []
    for name, parting in partings.items():
        if not atoms:
            shown[name] = groups(parting, first)
            atoms = list(shown[name].values())
            continue
        shown[name] = _merged(groups(parting, minimum), atoms, minimum)
        atoms = _cut(atoms, shown[name].values()) if shown[name] else atoms
    return shown


def unsafe_atoms(
    shown: Iterable[Iterable[frozenset[str]]], minimum: Minimum
) -> list[frozenset[str]]:
    """The atoms under the minimum that shown groups cut people into: empty for a safe report."""
    signatures: dict[str, list[int]] = {}
    for number, group in enumerate(group for parting in shown for group in parting):
        for person in group:
            signatures.setdefault(person, []).append(number)
    parts: dict[tuple[int, ...], set[str]] = {}
    for person, signature in signatures.items():
        parts.setdefault(tuple(signature), set()).add(person)
    return [frozenset(part) for part in parts.values() if len(part) < minimum.people]


def _merged(
    parting: Mapping[str, frozenset[str]], atoms: Sequence[frozenset[str]], minimum: Minimum
) -> dict[str, frozenset[str]]:
    """Merges groups, those that cut worst first, until no atom is too small."""
    merged = dict(parting)
    while len(merged) > 1:
        bad = [name for name, group in merged.items() if _cuts_small(group, atoms, minimum)]
        if not bad:
            return merged
        # One bad group is merged with the smallest other; “others” takes in all of them.
        rest = sorted((len(g), name) for name, g in merged.items() if name not in bad)
        if len(bad) == 1:
            bad.append(rest[0][1])
        if OTHERS in merged and OTHERS not in bad:
            bad.append(OTHERS)
        union = frozenset().union(*(merged.pop(name) for name in bad))
        merged[OTHERS] = union
    return {}


def _cuts_small(group: frozenset[str], atoms: Sequence[frozenset[str]], minimum: Minimum) -> bool:
    return any(0 < len(group & atom) < minimum.people for atom in atoms)


def _cut(
    atoms: Sequence[frozenset[str]], parting: Iterable[frozenset[str]]
) -> list[frozenset[str]]:
    pieces = [atom & group for group in parting for atom in atoms]
    return [piece for piece in pieces if piece]
