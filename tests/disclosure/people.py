"""Invented people: where they are on the roster, what they used, and what happened to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from adoption.follow_ups.models import Feeling, Obstacle
from adoption.measures import Segment, Transition
from adoption.measures.segments import NOVICE_ACTIONS, POWER_ACTIONS
from adoption.measures.use import HABIT_WEEKS, HABIT_WINDOW, MONTH_WEEKS

Weeks = frozenset[tuple[str, int]]
# The tool that recommends.
DECIDES = "Helper"


@dataclass(frozen=True)
class Kind:
    """People who are the same in all that figures are parted by.

    Attributes:
        weeks: in which of two weeks they are on the roster, `now` and `before`; none for those who
            never are.
    """

    team: str | None
    wave: str | None
    seats: frozenset[str]
    weeks: frozenset[str]

    def is_there(self, back: int) -> bool:
        """Whether these people are on the roster so many weeks back."""
        return ("before" if back else "now") in self.weeks


STRANGER = Kind(None, None, frozenset(), frozenset())


@dataclass(frozen=True)
class Use:
    """What somebody used, and what happened to them. Weeks are counted back from this one.

    Attributes:
        weeks: tools, each with the weeks back in which it was used.
        actions: events in each of these weeks.
        decided: in which week they decided on recommendations of the first tool, how many they
            accepted and how many they overrode: some of their events, if they used it then.
        check_in: in which week a check-in was due, and whether it was done.
        follow_up: when a follow-up was due, how it goes and what is in the way; None if they did
            not answer.
        asked: when a question was asked, whether it was answered, and the thumb: 1, -1 or 0.
        override: when an override was logged, and its reason.
        trained: on the Monday of which week, and the tier.
        waits: whether they are on a wait list.
        nudge: what became of them in a campaign, and whether they pressed that they will try it.
        pulse: the score that they gave in the round of each of the two weeks; None for no answer.
    """

    weeks: Weeks = frozenset()
    actions: int = 1
    decided: tuple[int, int, int] = (0, 0, 0)
    check_in: tuple[int, bool] | None = None
    follow_up: tuple[int, Feeling | None, Obstacle | None] | None = None
    asked: tuple[int, bool, int] | None = None
    override: tuple[int, str] | None = None
    trained: tuple[int, str] | None = None
    waits: bool = False
    nudge: tuple[str, bool] | None = None
    pulse: tuple[int | None, int | None] = (None, None)


class Count(NamedTuple):
    """Something that is counted of each person: `of` some fields of their use, and arguments."""

    fields: tuple[str, ...]
    of: Callable[..., float]
    args: tuple[Any, ...] = ()


def holds(measure: str, back: int, tool: str | None = None) -> Count:
    """Whether somebody counts as weekly, monthly and so on in the week so many weeks back."""
    return Count(("weeks", "actions"), _holds, (measure, back, tool))


def everybody() -> Count:
    """Everybody, whatever they used."""
    return Count((), _one)


def _one() -> float:
    return 1.0


def used(first: int, last: int, tool: str | None = None) -> Count:
    """Whether somebody used a tool (any) so many weeks back, both included."""
    return Count(("weeks",), _used, (first, last, tool))


def days_used(first: int, last: int) -> Count:
    """On how many days somebody used any tool: one in each week."""
    return Count(("weeks",), _days_used, (first, last))


def stayed(back: int, week: int, *, active: bool) -> Count:
    """Whether `week` weeks after the first use are over, and if wanted used then."""
    return Count(("weeks",), _stayed, (back, week, active))


def decisions(first: int, last: int, tool: str | None, what: str = "") -> Count:
    """How many recommendations were decided, or `accepted`, or `overridden`."""
    return Count(("weeks", "decided"), _decisions, (first, last, tool, what))


def event(field: str, first: int, last: int, *outcome: tuple[int, Any]) -> Count:
    """Whether a check-in, follow-up and so on lies so many weeks back, with some outcomes.

    Args:
        outcome: places in the event, each with what is there.
    """
    return Count((field,), _event, (first, last, outcome))


def weeks_used(first: int, last: int, tool: str | None) -> Count:
    """In how many of these weeks somebody used a tool (any)."""
    return Count(("weeks",), _weeks_used, (first, last, tool))


def gave(first: int, last: int, reasons: frozenset[str]) -> Count:
    """Whether somebody logged an override of so many weeks back for one of some reasons."""
    return Count(("override",), _gave, (first, last, reasons))


def thumb(first: int, last: int) -> Count:
    """Whether somebody gave a thumb on an answer of so many weeks back."""
    return Count(("asked",), _thumb, (first, last))


def answered(first: int, last: int) -> Count:
    """Whether somebody answered a follow-up that was due so many weeks back."""
    return Count(("follow_up",), _answered, (first, last))


def trained(
    first: int, last: int, tiers: frozenset[str], around: str = "", tool: str = ""
) -> Count:
    """Whether somebody was trained so many weeks back, and used a tool `before` or `after`."""
    return Count(("weeks", "trained"), _trained, (first, last, tiers, around, tool))


def untrained(
    days: frozenset[int], around: str = "", tool: str = "", *, any_day: bool = False
) -> Count:
    """Whether somebody was never trained, and used a tool around all (any) of some sessions."""
    return Count(("weeks", "trained"), _untrained, (days, around, tool, any_day))


def nudged(states: tuple[str, ...], began: tuple[str, int] | None = None) -> Count:
    """Whether a campaign did this to somebody, and they used its tool in the two weeks after."""
    return Count(("weeks", "nudge"), _nudged, (states, began))


def pressed() -> Count:
    """Whether somebody got a campaign's message and pressed that they will try it."""
    return Count(("nudge",), _pressed)


def waits() -> Count:
    """Whether somebody is on a wait list."""
    return Count(("waits",), float)


def scored(back: int) -> Count:
    """The score somebody gave in a round of the pulse; 0 for none."""
    return Count(("pulse",), _scored, (back,))


def replied(back: int) -> Count:
    """Whether somebody answered a round of the pulse."""
    return Count(("pulse",), _replied, (back,))


@cache
def _used(weeks: Weeks, first: int, last: int, tool: str | None) -> float:
    return float(any(tool in (None, name) and first <= week <= last for name, week in weeks))


@cache
def _days_used(weeks: Weeks, first: int, last: int) -> float:
    return float(len({week for _, week in weeks if first <= week <= last}))


@cache
def _stayed(weeks: Weeks, back: int, week: int, active: bool) -> float:
    mine = {each for _, each in weeks if each >= back}
    first = max(mine, default=-1)
    return float(first - week >= back and (not active or first - week in mine))


@cache
def _decisions(
    weeks: Weeks,
    decided: tuple[int, int, int],
    first: int,
    last: int,
    tool: str | None,
    what: str,
) -> float:
    back, accepted, overridden = decided
    if tool not in (None, DECIDES) or (DECIDES, back) not in weeks or not first <= back <= last:
        return 0.0
    found = {"accepted": accepted, "overridden": overridden}
    return float(found.get(what, accepted + overridden))


def _event(found: tuple[Any, ...] | None, first: int, last: int, outcome: Any) -> float:
    is_there = found is not None and first <= found[0] <= last
    return float(is_there and all(found[at] == what for at, what in outcome))


@cache
def _weeks_used(weeks: Weeks, first: int, last: int, tool: str | None) -> float:
    found = {week for name, week in weeks if tool in (None, name) and first <= week <= last}
    return float(len(found))


def _gave(found: tuple[int, str] | None, first: int, last: int, reasons: frozenset[str]) -> float:
    return float(found is not None and first <= found[0] <= last and found[1] in reasons)


def _thumb(found: tuple[int, bool, int] | None, first: int, last: int) -> float:
    return float(found is not None and first <= found[0] <= last and found[2] != 0)


def _answered(found: tuple[Any, ...] | None, first: int, last: int) -> float:
    return float(found is not None and first <= found[0] <= last and found[1] is not None)


def _around(weeks: Weeks, day: int, around: str, tool: str) -> bool:
    # A session is on a Monday and use on Sundays: two of them on either side.
    span = (day + 1, day + 2) if around == "before" else (day - 1, day)
    return not around or bool(_used(weeks, *span, tool or None))


@cache
def _trained(
    weeks: Weeks,
    trained: tuple[int, str] | None,
    first: int,
    last: int,
    tiers: frozenset[str],
    around: str,
    tool: str,
) -> float:
    if trained is None or not first <= trained[0] <= last or trained[1] not in tiers:
        return 0.0
    return float(_around(weeks, trained[0], around, tool))


@cache
def _untrained(
    weeks: Weeks,
    trained: tuple[int, str] | None,
    days: frozenset[int],
    around: str,
    tool: str,
    any_day: bool,
) -> float:
    found = [_around(weeks, day, around, tool) for day in days]
    return float(trained is None and (any(found) if any_day else all(found)))


@cache
def _nudged(
    weeks: Weeks,
    nudge: tuple[str, bool] | None,
    states: tuple[str, ...],
    began: tuple[str, int] | None,
) -> float:
    if nudge is None or nudge[0] not in states:
        return 0.0
    return 1.0 if began is None else _used(weeks, began[1] - 1, began[1], began[0])


def _pressed(nudge: tuple[str, bool] | None) -> float:
    return float(nudge == ("sent", True))


def _scored(pulse: tuple[int | None, int | None], back: int) -> float:
    return float(pulse[back] or 0)


def _replied(pulse: tuple[int | None, int | None], back: int) -> float:
    return float(pulse[back] is not None)


@cache
def _holds(weeks: Weeks, actions: int, measure: str, back: int, tool: str | None) -> float:
    mine = {week for name, week in weeks if tool in (None, name)}
    if measure in _MEASURES:
        return float(_MEASURES[measure](mine, back))
    return float(measure in (_segment(mine, actions, back), _transition(mine, back)))


def _segment(weeks: set[int], actions: int, back: int) -> Segment:
    mean = actions * len(weeks & _from(back, HABIT_WINDOW)) / HABIT_WINDOW
    if _habitual(weeks, back):
        return Segment.POWER if mean >= POWER_ACTIONS else Segment.HABITUAL
    if mean >= NOVICE_ACTIONS:
        return Segment.NOVICE
    return Segment.LOW if mean else Segment.NON_USER


def _from(back: int, weeks: int) -> set[int]:
    return set(range(back, back + weeks))


def _habitual(weeks: set[int], back: int) -> bool:
    return len(weeks & _from(back, HABIT_WINDOW)) >= HABIT_WEEKS


def _transition(weeks: set[int], back: int) -> Transition:
    first = max(weeks, default=-1)
    stays = bool(weeks & _from(back + MONTH_WEEKS, MONTH_WEEKS))
    if first < back:
        return Transition.NEVER
    if not weeks & _from(back, MONTH_WEEKS):
        return Transition.LAPSED if stays else Transition.INACTIVE
    if first < back + MONTH_WEEKS:
        return Transition.NEW
    return Transition.RETAINED if stays else Transition.REACTIVATED


_MEASURES: dict[str, Callable[[set[int], int], bool]] = {
    "size": lambda weeks, back: True,
    "weekly": lambda weeks, back: back in weeks,
    "monthly": lambda weeks, back: bool(weeks & _from(back, MONTH_WEEKS)),
    "habitual": _habitual,
    "never_used": lambda weeks, back: max(weeks, default=-1) < back,
    "activated": lambda weeks, back: max(weeks, default=-1) >= back,
}
