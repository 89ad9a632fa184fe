"""How the attacker reads what the tools are worth: hours, check-ins, days to the first use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from adoption.measures.outcomes import MINUTES_A_DAY
from adoption.measures.use import MONTH_WEEKS, median
from adoption.privacy.disclosure import ROUNDED_TO
from adoption.reports.feedback.savings import MINUTES
from tests.disclosure import people
from tests.disclosure.attacker import ONCE, Attacker, Key
from tests.disclosure.company import WEEK, since_of
from tests.disclosure.outputs import REPORT_WEEKS, Row
from tests.disclosure.people import Count, Kind, event
from tests.disclosure.worlds import Sum

# Of recommendations, which the tests' tools don't report by person.
_NOBODYS = {"Days to the first accepted recommendation, median"}
ANY_MINUTES = 10_000


def read_worth(attacker: Attacker, row: Row, waves: set[str], back: int) -> None:
    last, key = back + REPORT_WEEKS - 1, (back, "worth", row.name, row.figure)
    done = event("check_in", back, last, (1, True))
    if row.name == "Check-ins done":
        whole = event("check_in", back, last)
        attacker.read_share(key, attacker.kinds, done, whole, row.value)
    elif row.name.startswith("Active days of an active person"):
        mean, active = float(row.value), people.used(back, back + MONTH_WEEKS - 1)
        days = people.days_used(back, back + MONTH_WEEKS - 1)
        there = attacker.those(lambda kind: kind.is_there(back))
        off = attacker.step_of_mean(mean, there, active)
        attacker.learn_mean(key, there, days, active, mean - off, mean + off)
    elif found := re.fullmatch(r"(.+): time saved, about (\d+) check-ins", row.name):
        attacker.read_size((*key, "check-ins"), attacker.kinds, done, int(found[2]))
        seated = attacker.seated(found[1], back)
        text = row.value.removesuffix(" h a week")
        _read_hours(attacker, key, text, found[1], (seated, attacker.kinds), back)
    elif row.name == "Time saved by answers in the period":
        read_saved(attacker, row.value.removesuffix(" h").replace("–", " to "), back, REPORT_WEEKS)
    elif row.figure == "Modelled, a week" and row.value != "not enough data":
        hours = int(row.value.removesuffix(" h").split("–")[1])
        members = attacker.group("wave", row.name, waves or {row.name}, back)
        low, high = ((hours + off) * MONTH_WEEKS * 60 / MINUTES_A_DAY.high for off in (-0.5, 0.5))
        days = people.days_used(back, back + MONTH_WEEKS - 1)
        attacker.learn_sum(key, members, days, low - 4, high + 4)
    elif row.figure == "Reported, a week" and row.value != "not enough data":
        members = attacker.group("wave", row.name, waves or {row.name}, back)
        text = row.value.removesuffix(" h")
        _read_hours(attacker, key, text, attacker.tools[0], (members, members), back)
    elif row.name == "Days to the first use, median":
        _read_first_use(attacker, key, int(row.value), back)
    else:
        computed = {"Promised", "Verdict", "Cost a month", "Return on cost", "Modelled, a week"}
        known = row.name in _NOBODYS or row.name.startswith(("Stickiness", "Activated within"))
        assert known or row.figure in computed | {"Reported, a week"} or row.name.isdigit(), row


def _read_hours(
    attacker: Attacker,
    key: Key,
    text: str,
    tool: str,
    kinds: tuple[Sequence[Kind], Sequence[Kind]],
    back: int,
) -> None:
    """The median of what people say that they save, times about how many use the tool.

    Args:
        kinds: those who may use it, and those who may have said so.
    """
    used = people.used(back, back + MONTH_WEEKS - 1, tool)
    last, (users, told) = back + REPORT_WEEKS - 1, kinds
    said = [
        use.check_in[2]
        for kind, use in attacker.people
        if kind in told and use.check_in and use.check_in[1] and back <= use.check_in[0] <= last
    ]
    # The median is given away.
    middle, true = median(said) or 0.0, round(attacker.total(users, used))
    low, high = map(int, text.replace(",", "").split("–"))
    sizes = [
        n
        for n in {true // ROUNDED_TO * ROUNDED_TO, -(-true // ROUNDED_TO) * ROUNDED_TO}
        if (f"{middle / 2 * n / 60:.0f}", f"{middle * n / 60:.0f}") == (str(low), str(high))
    ]
    assert sizes, f"{key}: {text} is not {middle} minutes of {true} people"
    off = ROUNDED_TO - 1
    attacker.learn_sum((*key, "users"), users, used, min(sizes) - off, max(sizes) + off)
    whole = people.minutes(back, last, 0, ANY_MINUTES)
    for end, part in (
        ("most", people.minutes(back, last, 0, middle + 1)),
        ("least", people.minutes(back, last, middle, ANY_MINUTES)),
    ):
        _learn_half(attacker, (*key, end), told, part, whole)


def _read_first_use(attacker: Attacker, key: Key, days: int, back: int) -> None:
    """A median in whole days, where nobody joined: all could begin on the same day then."""
    there = [kind for kind in attacker.staff if kind.is_there(back)]
    starts = {since_of(kind) for kind, _ in attacker.people if kind in there}
    if len(starts) != 1:
        return
    first = [(WEEK.sunday - min(starts)).days - 7 * week for week in range(14)]
    least = [week for week, each in enumerate(first) if each <= days + 0.5]
    most = [week for week, each in enumerate(first) if each >= days - 0.5]
    whole = people.began(back, 0, 99)
    for end, weeks in (("most", least), ("least", most)):
        assert weeks, f"{key}: {days} days"
        part = people.began(back, min(weeks), max(weeks))
        _learn_half(attacker, (*key, end), there, part, whole)


def _learn_half(
    attacker: Attacker, key: Key, kinds: Sequence[Kind], part: Count, whole: Count
) -> None:
    """That half of some people at least are on one side of a median."""
    sums = Sum(frozenset(kinds), ((part, ONCE), (whole, -0.5)), 0.0)
    attacker.known[key] = [sums]


def read_saved(attacker: Attacker, hours: str, back: int, weeks: int) -> None:
    """Takes in the hours that answers saved, which are widened to the next 5."""
    last, ends = back + weeks - 1, [60 * int(each) for each in hours.split(" to ")]
    for n, (least, most) in enumerate(((0, 300), (-300, 0))):
        # Nothing that was saved counts in no sum.
        weigh = tuple(
            (people.said_saved(back, last, frozenset({each})), float(span[n]))
            for each, span in MINUTES.items()
            if span[n]
        )
        low, high = ends[n] + least, ends[n] + most
        attacker.known[back, weeks, "hours saved", n] = [
            Sum(frozenset(attacker.kinds), weigh, low, high)
        ]
