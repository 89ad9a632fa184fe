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

    def __str__(self) -> str:
        # Equal sets may say what they hold in different orders.
        return f"{self.team}, {self.wave}, {sorted(self.seats)}, {sorted(self.weeks)}"


STRANGER = Kind(None, None, frozenset(), frozenset())


@dataclass(frozen=True)
class Use:
    """What somebody used, and what happened to them. Weeks are counted back from this one.

    Attributes:
        weeks: tools, each with the weeks back in which it was used.
        actions: events in each of these weeks.
        decided: in which week they decided on recommendations of the first tool, how many they
            accepted and how many they overrode: some of their events, if they used it then.
        check_in: in which week a check-in was due, whether it was done, and how many minutes a
            week they said that they save at most.
        follow_up: when a follow-up was due, how it goes and what is in the way; None if they did
            not answer.
        asked: when a question was asked, whether it was answered, the thumb (1, -1 or 0), and
            from where.
        handed: whether that question was handed to a person.
        saved: how much time its answer saved; empty where they did not say.
        override: when an override was logged, and its reason.
        trained: on the Monday of which week, and the tier.
        waits: whether they are on a wait list.
        nudge: what became of them in a campaign, whether they pressed that they will try it, and
            why they got no message.
        away: why they get no messages about tools; empty for nothing.
        pulse: the score that they gave in the round of each of the two weeks; None for no answer.
    """

    weeks: Weeks = frozenset()
    actions: int = 1
    decided: tuple[int, int, int] = (0, 0, 0)
    check_in: tuple[int, bool, int] | None = None
    follow_up: tuple[int, Feeling | None, Obstacle | None] | None = None
    asked: tuple[int, bool, int, str] | None = None
    handed: bool = False
    saved: str = ""
    override: tuple[int, str] | None = None
    trained: tuple[int, str] | None = None
    waits: bool = False
    nudge: tuple[str, bool, str] | None = None
    away: str = ""
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


def skipped(why: str) -> Count:
    """Whether somebody was picked for a campaign's message, and got none for some reason."""
    return Count(("nudge",), _skipped, (why,))


def left_out(why: str) -> Count:
    """Whether somebody gets no messages about tools for some reason."""
    return Count(("away",), _left_out, (why,))


def idle(tool: str, back: int, reasons: frozenset[str], recent: bool) -> Count:
    """Whether a message about a tool would help somebody, and for which reasons they get none.

    Args:
        back: their use counts up to the week before.
        reasons: one of them holds; the empty one for those who would get it.
        recent: whether the campaign was in the last two weeks.
    """
    return Count(("weeks", "nudge", "away"), _idle, (tool, back, reasons, recent))


def resolved(first: int, last: int) -> Count:
    """Whether somebody's question was answered, and not handed to a person."""
    return Count(("asked", "handed"), _resolved, (first, last))


def handed_on(first: int, last: int) -> Count:
    """Whether somebody's question was handed to a person."""
    return Count(("asked", "handed"), _handed_on, (first, last))


def said_saved(first: int, last: int, amounts: frozenset[str]) -> Count:
    """Whether somebody said of their answer that it saved so much time."""
    return Count(("asked", "saved"), _said_saved, (first, last, amounts))


def minutes(first: int, last: int, low: float, high: float) -> Count:
    """Whether somebody said in a check-in that they save from `low` up to `high` minutes."""
    return Count(("check_in",), _minutes, (first, last, low, high))


def began(back: int, low: int, high: int) -> Count:
    """Whether somebody used a tool by a week, for the first time so many weeks back."""
    return Count(("weeks",), _began, (back, low, high))


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
    if found is None or not first <= found[0] <= last:
        return 0.0
    return float(all(found[at] == what for at, what in outcome))


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
    nudge: tuple[str, bool, str] | None,
    states: tuple[str, ...],
    began: tuple[str, int] | None,
) -> float:
    if nudge is None or nudge[0] not in states:
        return 0.0
    return 1.0 if began is None else _used(weeks, began[1] - 1, began[1], began[0])


def _pressed(nudge: tuple[str, bool, str] | None) -> float:
    return float(nudge is not None and nudge[:2] == ("sent", True))


def _skipped(nudge: tuple[str, bool, str] | None, why: str) -> float:
    return float(nudge is not None and nudge[0] == "skipped" and nudge[2] == why)


def _left_out(away: str, why: str) -> float:
    return float(away == why)


@cache
def _idle(
    weeks: Weeks,
    nudge: tuple[str, bool, str] | None,
    away: str,
    tool: str,
    back: int,
    reasons: frozenset[str],
    recent: bool,
) -> float:
    # On the Sunday of a week, use is known up to the day before.
    mine = {week for name, week in weeks if name == tool and week > back}
    if _transition(mine, back + 1) not in _IDLE:
        return 0.0
    was_picked = recent and nudge is not None and nudge[0] != "skipped"
    return float((away or ("picked lately" if was_picked else "")) in reasons)


def _resolved(asked: tuple[Any, ...] | None, handed: bool, first: int, last: int) -> float:
    return _event(asked, first, last, ((1, True),)) * (not handed)


def _handed_on(asked: tuple[Any, ...] | None, handed: bool, first: int, last: int) -> float:
    return _event(asked, first, last, ()) * handed


def _said_saved(
    asked: tuple[Any, ...] | None, saved: str, first: int, last: int, amounts: frozenset[str]
) -> float:
    # Whoever turned their thumb down says nothing of the time.
    is_kept = asked is not None and asked[2] >= 0
    return _event(asked, first, last, ((1, True),)) * is_kept * (saved in amounts)


def _minutes(
    found: tuple[int, bool, int] | None, first: int, last: int, low: float, high: float
) -> float:
    return _event(found, first, last, ((1, True),)) * (found is not None and low <= found[2] < high)


def _began(weeks: Weeks, back: int, low: int, high: int) -> float:
    # Later use counts for nothing.
    first = max((week for _, week in weeks), default=-1)
    return float(first >= back and low <= first <= high)


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


_IDLE = (Transition.NEVER, Transition.LAPSED, Transition.INACTIVE)
_MEASURES: dict[str, Callable[[set[int], int], bool]] = {
    "size": lambda weeks, back: True,
    "weekly": lambda weeks, back: back in weeks,
    "monthly": lambda weeks, back: bool(weeks & _from(back, MONTH_WEEKS)),
    "habitual": _habitual,
    "never_used": lambda weeks, back: max(weeks, default=-1) < back,
    "activated": lambda weeks, back: max(weeks, default=-1) >= back,
}
