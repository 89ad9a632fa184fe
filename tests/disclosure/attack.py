"""An attack on a company: everything that two weeks show, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from adoption.privacy.groups import OTHERS
from adoption.pulse.grouping import Cell, merged, nearest
from adoption.record import Record
from tests.disclosure.attacker import PERIODS, Attacker
from tests.disclosure.company import WEEK, Company
from tests.disclosure.outputs import begin_themes, shown_in
from tests.disclosure.people import Kind
from tests.disclosure.reading import read_all
from tests.disclosure.reading_counts import learn_sessions
from tests.disclosure.solving import solved


def attack(
    company: Company,
    record: Record,
    *,
    knows_teams: bool = False,
    is_insider: bool = False,
    is_host: bool = False,
) -> list[str]:
    """What an attacker solves from all that two weeks show.

    Args:
        knows_teams: whether they know how many people each team has.
        is_insider: whether they are one of the people, and so know what they did themselves.
        is_host: whether they are the host of all sessions, and so see who came.
    """
    attacker = attacker_of(company, record)
    attacker.own = company.people[0] if is_insider else None
    if knows_teams:
        attacker.learn_teams()
    if is_host:
        learn_sessions(attacker)
    begin_themes(record, WEEK, company.minimum)
    # The themes of a week depend on the week before.
    weeks = dict(zip(PERIODS, (WEEK, WEEK.previous), strict=True))
    for back in sorted(weeks, reverse=True):
        read_all(attacker, shown_in(record, weeks[back], company.minimum), back)
    return solved(attacker)


def attacker_of(company: Company, record: Record) -> Attacker:
    """An attacker who has seen nothing yet."""
    return Attacker(
        company.people,
        record.minimum(company.minimum).people,
        company.tools,
        company.sessions,
        company.tool,
        company.campaign,
        small=company.minimum,
        pulse_groups=[_pulse_groups(company, record, back) for back in (0, 1, 2)],
    )


def _pulse_groups(company: Company, record: Record, back: int) -> Mapping[str, frozenset[Kind]]:
    """Whom the groups of a round consist of: cells that are put together twice."""
    ids = {name: id for id, name in record.waves.teams().items()}
    invited = [(kind, use) for kind, use in company.people if back < 2 and kind.is_there(back)]

    def cell(kind: Kind) -> Cell:
        return Cell(ids.get(kind.team or ""), kind.wave)

    minimum = record.minimum(company.minimum)
    groups = merged(Counter(cell(kind) for kind, _ in invited), minimum.doubled)
    answered: dict[Any, int] = dict.fromkeys(groups.values(), 0)
    for kind, use in invited:
        if groups:
            answered[groups[cell(kind)]] += use.pulse[back] is not None
    # Once when the round is closed, and once when it is shown.
    for _ in range(2):
        again = merged(answered, minimum)
        if not again:
            return {}
        into = {each: again.get(each) or nearest(each, again.values()) for each in answered}
        groups = {each: into[group] for each, group in groups.items()}
        answered = dict(sum((Counter({into[g]: n}) for g, n in answered.items()), Counter()))
    return _named(groups, {id: name for name, id in ids.items()}, company, back)


def _named(
    groups: Mapping[Cell, Cell], names: Mapping[int, str], company: Company, back: int
) -> dict[str, frozenset[Kind]]:
    found: dict[str, set[Kind]] = {}
    of_name = {name: id for id, name in names.items()}
    for kind, _ in company.people:
        group = groups.get(Cell(of_name.get(kind.team or ""), kind.wave))
        if group is None or not kind.is_there(back):
            continue
        shown = ["Everybody", *([group.wave] if group.wave else [])]
        team = names.get(group.team or 0, OTHERS)
        for name in [*shown, "Smaller teams" if team == OTHERS else team]:
            found.setdefault(name, set()).add(kind)
    return {name: frozenset(kinds) for name, kinds in found.items()}
