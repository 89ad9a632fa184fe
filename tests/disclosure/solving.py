"""What follows from everything that an attacker collected."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adoption.feedback.models import TimeSaved
from adoption.follow_ups.models import Feeling
from tests.disclosure.attacker import PERIODS, Attacker
from tests.disclosure.company import AWAY, MINUTES, OBSTACLES, PLACES, REASONS, SKIPPED, TIERS
from tests.disclosure.people import Use
from tests.disclosure.wanted import wanted_by
from tests.disclosure.worlds import Life, Sum, determined

_USE = ("weeks", "actions")
# What the preview of a message shows depends on use and on these.
_WITH_USE = (*_USE, "nudge", "away")
# What happened to people, those first that depend on another one.
FACETS = (
    "handed",
    "saved",
    "decided",
    "check_in",
    "follow_up",
    "asked",
    "override",
    "trained",
    "waits",
    "nudge",
    "pulse",
    "away",
)
# What else changes with each of them where the others alone do not suffice.
_BESIDES = {
    "handed": ("asked",),
    "saved": ("asked",),
    "asked": ("handed", "saved"),
}


def solved(attacker: Attacker) -> list[str]:
    """Everything about a small group that the figures determine.

    What happened to people is looked at apart from what they used: where one of the two
    changes, and the other stays as it is with each person, its figures stay as well. Where
    that finds no other company, both change.
    """
    known = [each for sums in attacker.known.values() for each in sums]
    wanted = dict(wanted_by(attacker))
    solved: list[str] = []
    for field_name in FACETS:
        sought = {
            name: each
            for name, each in wanted.items()
            if _is_about(each, field_name) and not _is_of_all(each)
        }
        own = [each for each in known if _is_about(each, field_name)]
        # Of what no figure is about, nothing follows.
        if sought and own:
            found = _solved_apart(attacker, field_name, own, sought)
            left = {name: sought[name] for name in found}
            more = _BESIDES.get(field_name, _USE)
            besides = [each for each in known if _is_of(each, more)]
            if left:
                solved += _solved_apart(attacker, field_name, [*own, *besides], left, more)
        wanted = {n: each for n, each in wanted.items() if n not in sought}
    own = [each for each in known if _is_of(each, _WITH_USE)]
    if not own:
        return solved
    linked = [name for name in _WITH_USE if any(_is_about(each, name) for each in own)]
    stripped = [(kind, _only(use, linked)) for kind, use in attacker.people]
    return solved + determined(
        stripped, list(_others(attacker, stripped)), own, wanted, _own(attacker, linked)
    )


def _solved_apart(
    attacker: Attacker,
    field_name: str,
    known: Sequence[Sum],
    wanted: Mapping[str, Sum],
    more: tuple[str, ...] = (),
) -> list[str]:
    """The same of one field, where everything else stays as it is with each person.

    Args:
        more: what changes besides: `_USE`, what belongs to a question, or nothing.
    """
    linked = {n for each in (*known, *wanted.values()) for c, _ in each.weigh for n in c.fields}
    if field_name == "decided":
        linked.add("actions")
    people_ = [(kind, _only(use, linked)) for kind, use in attacker.people]
    values = list(_values_of(attacker, field_name))
    others = [
        (kind, replace(other, **{field_name: each}))
        for kind, use in dict.fromkeys(people_)
        for other in _else(attacker, use, more)
        for each in values
        if field_name != "decided" or sum(each[1:]) <= use.actions
    ]
    kept = sorted(linked - {field_name, *more})
    return determined(people_, others, known, wanted, _own(attacker, linked), kept)


def _else(attacker: Attacker, use: Use, more: tuple[str, ...]) -> Iterator[Use]:
    """The same with some other use, or another question."""
    yield use
    if more == _USE:
        yield from _used_else(attacker, use)
    elif more:
        values = itertools.product(*(_values_of(attacker, each) for each in more))
        yield from (replace(use, **dict(zip(more, each, strict=True))) for each in values)


def _used_else(attacker: Attacker, use: Use) -> Iterator[Use]:
    yield replace(use, weeks=frozenset())
    for tool in attacker.tools:
        yield from (replace(use, weeks=use.weeks ^ {(tool, week)}) for week in range(14))
        yield replace(use, weeks=frozenset((tool, week) for week in range(14)))


def _own(attacker: Attacker, fields: Iterable[str]) -> Life | None:
    """Who they are, in some fields."""
    if attacker.own is None:
        return None
    kind, use = attacker.own
    return kind, _only(use, fields)


def _others(attacker: Attacker, lives: Sequence[Life]) -> Iterator[Life]:
    """Who may be there instead: people of every kind, with some use of every sort."""
    often, some = range(14), range(7)
    sorts = [(), often, some, *([week] for week in range(11)), *([n, n + 9] for n in PERIODS)]
    weeks = [frozenset((tool, week) for week in sort) for tool in attacker.tools for sort in sorts]
    for kind, use in dict.fromkeys(lives):
        once = [use.weeks ^ {(t, week)} for t in attacker.tools for week in range(14)]
        habit = [use.weeks | {(t, n) for n in range(5)} for t in attacker.tools]
        yield from ((kind, replace(use, weeks=each)) for each in once)
        for each in (use.weeks, *habit):
            yield from ((kind, replace(use, weeks=each, actions=n)) for n in (1, 4, 20))
    uses = dict.fromkeys(use for _, use in lives)
    uses |= dict.fromkeys(Use(each, n) for each in weeks for n in (1, 20))
    yield from itertools.product(attacker.kinds, uses)


def _values_of(attacker: Attacker, field_name: str) -> Iterable[Any]:
    """What a field may hold instead."""
    felt = [(None, None), *itertools.product(Feeling, OBSTACLES)]
    thumbs = [(False, 0), *((True, thumb) for thumb in (0, 1, -1))]
    states = [("sent", True, ""), ("sent", False, ""), ("held out", False, "")]
    states += [("skipped", False, each.value) for each in SKIPPED]
    scores = (None, 1, 2, 3, 4, 5)
    found: dict[str, Iterable[Any]] = {
        "check_in": [None, *itertools.product(range(5), (True, False), MINUTES)],
        "follow_up": [None, *((n, *how) for n in range(5) for how in felt)],
        "asked": [
            None,
            *((n, *how, each.value) for n in range(5) for how in thumbs for each in PLACES),
        ],
        "override": [None, *((n, each.value) for n in range(6) for each in REASONS)],
        "trained": [None, *itertools.product(attacker.sessions, (each.value for each in TIERS))],
        "waits": [True, False],
        "away": ["", *(each.value for each in AWAY)],
        "handed": [True, False],
        "saved": ["", *(each.value for each in TimeSaved)],
        "nudge": [None, *states],
        "decided": itertools.product(range(5), range(4), range(3)),
        "pulse": itertools.product(scores, scores),
    }
    return found[field_name]


def _is_about(each: Sum, field_name: str) -> bool:
    return any(field_name in count.fields for count, _ in each.weigh)


def _is_of_all(each: Sum) -> bool:
    """Whether a sum depends on use and on what happened to people alike."""
    return _is_about(each, "nudge") and _is_about(each, "away")


def _is_of(each: Sum, fields: Iterable[str]) -> bool:
    return all(set(fields).issuperset(count.fields) for count, _ in each.weigh)


def _only(use: Use, fields: Iterable[str]) -> Use:
    """What somebody did, as far as it is in some fields."""
    return Use(**{name: getattr(use, name) for name in sorted(fields)})
