"""Invented people: where they are on the roster, and in which weeks they used which tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adoption.follow_ups.models import Feeling
from adoption.measures import Segment, Transition
from adoption.measures.segments import NOVICE_ACTIONS, POWER_ACTIONS
from adoption.measures.use import HABIT_WEEKS, HABIT_WINDOW, MONTH_WEEKS


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


# What became of a check-in, a follow-up or a question, in words.
OUTCOMES = {True: "done", False: "open", None: "silent"} | {each: str(each) for each in Feeling}


@dataclass(frozen=True)
class Use:
    """What somebody used.

    Attributes:
        weeks: tools, each with the weeks back in which it was used.
        actions: events in each of these weeks.
        check_in: how many weeks back a check-in was due, and whether it was done.
        follow_up: how many weeks back a follow-up was due, and how it goes; None if not answered.
        asked: how many weeks back a question was asked, and whether it was answered.
    """

    weeks: frozenset[tuple[str, int]] = frozenset()
    actions: int = 1
    check_in: tuple[int, bool] | None = None
    follow_up: tuple[int, Feeling | None] | None = None
    asked: tuple[int, bool] | None = None

    def has(self, what: str, first: int, last: int | None = None) -> bool:
        """Whether a check-in, follow-up or question lies so many weeks back (both included).

        Args:
            what: its name, for those with the outcome after a space only.
        """
        name, _, outcome = what.partition(" ")
        found = getattr(self, name)
        if found is None or not first <= found[0] <= (first if last is None else last):
            return False
        if outcome == "answered":
            return found[1] is not None
        return not outcome or outcome == OUTCOMES[found[1]]

    def stayed(self, back: int, week: int, *, active: bool) -> bool:
        """Whether `week` weeks after the first use are over, and if wanted used then."""
        mine = {each for _, each in self.weeks if each >= back}
        first = max(mine, default=-1)
        return first - week >= back and (not active or first - week in mine)

    def holds(self, measure: str, back: int, tool: str | None = None) -> bool:
        """Whether somebody counts as weekly, monthly and so on in the week so many weeks back."""
        weeks = {week for name, week in self.weeks if tool in (None, name)}
        if measure in _MEASURES:
            return _MEASURES[measure](weeks, back)
        return measure in (self._segment(weeks, back), _transition(weeks, back))

    def _segment(self, weeks: set[int], back: int) -> Segment:
        mean = self.actions * len(weeks & _from(back, HABIT_WINDOW)) / HABIT_WINDOW
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
    stayed = bool(weeks & _from(back + MONTH_WEEKS, MONTH_WEEKS))
    if first < back:
        return Transition.NEVER
    if not weeks & _from(back, MONTH_WEEKS):
        return Transition.LAPSED if stayed else Transition.INACTIVE
    if first < back + MONTH_WEEKS:
        return Transition.NEW
    return Transition.RETAINED if stayed else Transition.REACTIVATED


_MEASURES: dict[str, Callable[[set[int], int], bool]] = {
    "size": lambda weeks, back: True,
    "weekly": lambda weeks, back: back in weeks,
    "monthly": lambda weeks, back: bool(weeks & _from(back, MONTH_WEEKS)),
    "habitual": _habitual,
    "never_used": lambda weeks, back: max(weeks, default=-1) < back,
}
