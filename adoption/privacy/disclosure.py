"""Decides how exactly a count of people may be shown. Every figure of every output comes from here.

Hiding small groups is not enough: a total minus the groups that are shown, or this week minus
last week, can leave a handful of people over. So no output holds an exact count of people:

- Groups under the minimum are hidden, or folded into others (`adoption.privacy.groups`).
- Sizes are rounded to a multiple of 5, up or down at random, so a difference of two sizes does not
  show who joined, left, or has no seat.
- Shares are rounded alike, to a step that depends on the rounded size of the group, and their
  numerator is not shown. Each shown share stands for several possible counts, and a
  change of the shown share does not tell which way the count went.
- The random number comes from the pseudonyms of the people behind a share (their keys are summed
  up), so the same share is shown alike in every output, however often it is asked for.
- Parts that add up to everybody are not all shown, or the last one could be computed.

Everything else (intervals, changes, sentences, pictures) is computed from the rounded figures.

Sources: B. Fraser and J. Wooton, “A proposed method for confidentialising tabular output to protect
against differencing” (UNECE work session on statistical data confidentiality, 2005), the Australian
Bureau of Statistics' cell keys; Statistics New Zealand's random rounding; National Center for
Education Statistics, “Statistical Methods for Protecting Personally Identifiable Information in
Aggregate Reporting”, NCES 2011-603 (2010), for steps by group size without numerators; Ofqual's
rounding policy for sizes in fives; A. Hundepool et al., “Statistical Disclosure Control” (Wiley,
2012), for differencing and complementary suppression.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from adoption.measures.shares import Share, wilson
from adoption.privacy.groups import Minimum, how_many

ROUNDED_TO = 5
MANY = 50
_FIVE_MINUTES, _HOUR, _DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
_SOME, _LONG = timedelta(minutes=90), timedelta(hours=48)
# A share is shown in hundredths, fiftieths, twentieths and so on.
_PARTS = (100, 50, 20, 10, 5, 3, 2, 1)
_T = TypeVar("_T")


@dataclass(frozen=True)
class ShownShare:
    """A share as it may be shown.

    Attributes:
        value: 0 to 1, a multiple of `step`; None where the share is hidden or there is nothing.
        step: how far apart two neighbouring values are, 0 to 1.
        size: people (or events) in the group, rounded to the nearest 5.
    """

    value: float | None = None
    step: float = 0.0
    size: int = 0

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval, 0 to 1, widened by what the rounding hides."""
        if self.value is None:
            return None
        low, high = max(0.0, self.value - self.step), min(1.0, self.value + self.step)
        return wilson(low * self.size, self.size)[0], wilson(high * self.size, self.size)[1]

    def change_to(self, after: ShownShare) -> int:
        """Whether `after` is higher (1), lower (-1) or not clearly different (0).

        A change is clear where the two intervals are apart, which is stricter than a test of the
        difference at 5 %: N. Schenker and J. F. Gentleman, “On judging the significance of
        differences by examining the overlap between confidence intervals”, The American
        Statistician 55 (2001), 182-186.
        """
        mine, theirs = self.interval, after.interval
        if mine is None or theirs is None:
            return 0
        return (theirs[0] > mine[1]) - (theirs[1] < mine[0])

    def __str__(self) -> str:
        """For people: `74 %`, `about 60 %`, `under 10 %`, `over 90 %`, or `–`."""
        if self.value is None:
            return "–"
        step = math.ceil(self.step * 100)
        if self.step > 0.02 and self.value == 0:
            return f"under {step} %"
        if self.step > 0.02 and self.value == 1:
            return f"over {100 - step} %"
        return f"{'about ' if self.step > 0.02 else ''}{self.value * 100:.0f} %"


HIDDEN = ShownShare()


def show_share(share: Share, minimum: Minimum, people: int | None = None) -> ShownShare:
    """A share as it may be shown; hidden where it stands for fewer people than the minimum.

    Args:
        people: how many people the share stands for, where its whole counts events.
    """
    if (share.whole if people is None else people) < minimum.people or share.whole == 0:
        return HIDDEN
    size = _rounded(share.whole, share.whole_key)
    # The group may be nearly a step smaller than its rounded size, but has the minimum.
    smallest = max(minimum.people, size - ROUNDED_TO + 1)
    parts = _parts(share.whole if share.whole_key is None else smallest)
    value = math.floor(share.part * parts / share.whole + _chance(share.key))
    return ShownShare(value / parts, 1 / parts, size)


def show_share_of_many(share: Share, minimum: Minimum) -> ShownShare:
    """A share that is hidden in groups of fewer than 50 people.

    For shares that hardly move (never used, habitual in a team): where they do, it is because of
    the few who joined or left.
    """
    return show_share(share, minimum) if share.whole >= MANY else HIDDEN


def show_people(people: Collection[str], minimum: Minimum) -> int | None:
    """How many people, by pseudonym, rounded to 5; None where there are some but too few."""
    return show_count(people, minimum)


def show_count(events: Collection[str], minimum: Minimum) -> int | None:
    """How many events, each given as its person's pseudonym, rounded to 5.

    None where there are some, but of fewer people than the minimum.
    """
    if events and how_many(events) < minimum.people:
        return None
    return _rounded(len(events), Share.of((), events).whole_key)


def show_texts(texts: Sequence[tuple[str, _T]], minimum: Minimum, most: int) -> list[_T]:
    """What people wrote, the first ones of it, each given with its person's pseudonym.

    A list shows by its length how many there are: so it has a multiple of 5, and nothing where
    fewer people than the minimum wrote.
    """
    if how_many(person for person, _ in texts) < minimum.people:
        return []
    shown = min(len(texts), most) // ROUNDED_TO * ROUNDED_TO
    return [text for _, text in texts[:shown]]


def show_mean(mean: float, answers: int, size_key: int, key: int) -> tuple[float, float, int]:
    """A mean of whole numbers, its step, and about how many people it is of.

    A mean in tenths says how many people it is of: 3.33 is that of three. So it is rounded to
    halves, up or down at random, where they are fewer than 50, and to tenths from there on.
    """
    size = _rounded(answers, size_key)
    step = 0.1 if size >= MANY else 0.5
    return round(math.floor(mean / step + _chance(key)) * step, 1), step, size


def show_time(median: timedelta | None) -> timedelta | None:
    """A median of times in fives of minutes, from 90 minutes on in hours, from 48 hours in days.

    The median of an odd number is one of them: by the second it would say which.
    """
    if median is None:
        return None
    steps = ((_LONG, _DAY), (_SOME, _HOUR), (timedelta(), _FIVE_MINUTES))
    step = next(step for least, step in steps if median >= least)
    return round(median / step) * step


def show_ratio(value: float | None, people: Collection[str], minimum: Minimum) -> float | None:
    """A ratio of people (0 to 1), by pseudonym, in the step that a group of that size allows."""
    if value is None or len(people) < minimum.people:
        return None
    key = Share.of((), people).whole_key or 0
    parts = _parts(max(minimum.people, _rounded(len(people), key) - ROUNDED_TO + 1))
    return math.floor(value * parts + _chance(key + 1)) / parts


def _rounded(count: int, key: int | None) -> int:
    """Rounded to 5, up or down at random where a key stands for people; 0 only for 0."""
    rounded = math.floor(count / ROUNDED_TO + _chance(key)) * ROUNDED_TO
    return max(ROUNDED_TO, rounded) if count else 0


def _parts(people: int) -> int:
    """Into how many steps the share of a group of this size is rounded.

    Where the size is hidden it must come from the rounded size, or the step would show it.
    """
    return next((parts for parts in _PARTS if people > 2 * parts), 1)


def _chance(key: int | None) -> float:
    """A number from 0 to under 1 that looks random, from a sum of keys; 0.5 without one."""
    if key is None:
        return 0.5
    digest = hashlib.blake2b(key.to_bytes(16), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48
