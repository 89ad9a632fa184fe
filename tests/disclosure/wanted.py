"""What an attacker wants to know: everything about groups of fewer people than the minimum."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from adoption.feedback.models import TimeSaved
from adoption.follow_ups.models import Feeling
from adoption.measures import Segment, Transition
from adoption.measures.use import MONTH_WEEKS
from adoption.questions.models import Surface
from tests.disclosure import people
from tests.disclosure.attacker import ANYBODY, ONCE, PERIODS, SHARES, Attacker
from tests.disclosure.company import AWAY, MINUTES, OBSTACLES, REASONS, SKIPPED, TIERS
from tests.disclosure.people import STRANGER, Count, Kind, event, holds
from tests.disclosure.worlds import Sum

PARTS = (*Segment, *Transition)


def wanted_by(attacker: Attacker) -> Iterator[tuple[str, Sum]]:
    for name, kinds in _small_groups(attacker):
        for back in PERIODS:
            counted = frozenset(k for k in kinds if k == STRANGER or k.is_there(back))
            if not 0 < _count(attacker, counted) < (attacker.small or attacker.minimum):
                continue
            events = _events(attacker, back) if counted != {STRANGER} else ()
            for what, count in (*_measures(attacker, back), *events):
                if _is_secret(attacker, name, what, counted, count):
                    yield f"{name}, {back} back: {what}", Sum(counted, ((count, ONCE),))


def _is_secret(
    attacker: Attacker, name: str, what: str, kinds: frozenset[Kind], count: Count
) -> bool:
    """Whether a count of a group is nothing that the attacker knew before.

    Who knows how large teams are knows their sizes, and who saw nobody else of a group in a
    session knows that none of them used anything around it. Questions of everybody are counted
    exactly for Prometheus, and that nobody at all asked, or got no message for some reason, may
    follow.
    """
    if count.fields == ("asked",):
        is_part = not kinds.issuperset(kind for kind, _ in attacker.people if kind != STRANGER)
        return is_part and attacker.of_others(attacker.kinds, count) > 0
    if what.startswith("no message"):
        return attacker.of_others(attacker.kinds, count) > 0
    if what == "size":
        return not attacker.knows_teams or "seat" in name or name == "not on the roster"
    if attacker.knows_sessions and "trained" in count.fields:
        return attacker.of_others(kinds, people.trained(*count.args[:3])) > 0
    return True


def _measures(attacker: Attacker, back: int) -> Iterator[tuple[str, Count]]:
    yield "size", ANYBODY
    for measure, tool in itertools.product(SHARES, (None, *attacker.tools)):
        yield f"{measure} {tool}" if tool else measure, holds(measure, back, tool)
    yield from ((part, holds(part, back)) for part in PARTS)
    for measure in SHARES[:2]:
        yield f"{measure} a month before", holds(measure, back + MONTH_WEEKS)


def _events(attacker: Attacker, back: int) -> Iterator[tuple[str, Count]]:
    yield "check-in", event("check_in", back, back)
    yield "check-in done", event("check_in", back, back, (1, True))
    yield "follow-up", event("follow_up", back, back)
    yield "follow-up stuck", event("follow_up", back, back, (1, Feeling.STUCK))
    for obstacle in OBSTACLES:
        yield f"follow-up: {obstacle}", event("follow_up", back, back, (2, obstacle))
    yield "asked", event("asked", back, back)
    yield "asked without an answer", event("asked", back, back, (1, False))
    yield "asked in a channel", event("asked", back, back, (3, Surface.CHANNEL.value))
    yield "handed on", people.handed_on(back, back)
    yield "saved an hour", people.said_saved(back, back, frozenset({TimeSaved.HOUR.value}))
    yield "saves an hour a week", people.minutes(back, back, MINUTES[1], MINUTES[2])
    yield "thumb down", event("asked", back, back, (2, -1))
    yield "thumb", people.thumb(back, back)
    yield "override", event("override", back, back)
    for reason in REASONS:
        yield f"override: {reason}", event("override", back, back, (1, reason.value))
    yield "overridden in four weeks", people.decisions(back, back + 3, None, "overridden")
    yield "answered the pulse", people.replied(back)
    yield "scores in the pulse", people.scored(back)
    for tool in attacker.tools:
        reached = people.idle(tool, back, frozenset({""}), attacker.is_recent(back))
        yield f"would get a message about {tool}", reached
    yield from _programme(attacker)


def _programme(attacker: Attacker) -> Iterator[tuple[str, Count]]:
    for week in attacker.sessions:
        tiers = frozenset(each.value for each in TIERS)
        if not attacker.knows_sessions:
            yield f"trained in week {week}", people.trained(week, week, tiers)
        for around in ("before", "after"):
            used = people.trained(week, week, tiers, around, attacker.about)
            yield f"trained in week {week}, used it {around}", used
    if not attacker.knows_sessions:
        yield "waits for a seat", people.waits()
    began = (attacker.tools[0], attacker.campaign)
    for state in (("sent", "skipped"), ("held out",), ("sent",)):
        yield f"nudge {state}", people.nudged(state)
        yield f"nudge {state}, began", people.nudged(state, began)
    yield "pressed", people.pressed()
    for why in SKIPPED:
        yield f"no message: {why}", people.skipped(why.value)
    for why in AWAY:
        yield f"left out: {why}", people.left_out(why.value)


def _small_groups(attacker: Attacker) -> Iterator[tuple[str, frozenset[Kind]]]:
    """Groups of fewer people than the minimum that somebody may want to know about."""
    parts = _parted(attacker)
    for one, two in itertools.combinations(dict(parts), 2):
        parts[f"{one} and {two}"] = parts[one] & parts[two]
    parts |= {str(kind): frozenset({kind}) for kind in attacker.kinds}
    for kinds, name in {kinds: name for name, kinds in reversed(parts.items())}.items():
        if 0 < _count(attacker, kinds) < (attacker.small or attacker.minimum):
            yield name, kinds


def _parted(attacker: Attacker) -> dict[str, frozenset[Kind]]:
    kinds = attacker.kinds
    found = {
        "joined": [k for k in kinds if k.weeks == {"now"}],
        "left": [k for k in kinds if k.weeks == {"before"}],
        "not on the roster": [STRANGER],
    }
    for tool in attacker.tools:
        found[f"no seat for {tool}"] = [k for k in kinds if k.weeks and tool not in k.seats]
        found[f"seat for {tool}"] = [k for k in kinds if tool in k.seats]
    for own in kinds:
        found[f"team {own.team}"] = [k for k in kinds if k.team == own.team]
        found[f"wave {own.wave}"] = [k for k in kinds if k.wave == own.wave]
    return {name: frozenset(those) for name, those in found.items()}


def _count(attacker: Attacker, kinds: frozenset[Kind]) -> int:
    """How many people are in some kinds, besides the attacker."""
    count = sum(kind in kinds for kind, _ in attacker.people)
    return count - (attacker.own is not None and attacker.own[0] in kinds)
