"""Days as exports write them; the form is found from all days of a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from adoption.errors import FileUnreadable

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
# How many characters of a moment show its form.
SHOWING_FORM = 10
_NUMBERS = re.compile(r"(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{1,4})\.?(?=$|[T ,])")
_TIME = re.compile(r"[T ,]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp]\.?[Mm]\.?)?")
_NAMED = ("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y", "%Y%m%d")


class DayOrder(StrEnum):
    """Which number comes first in a day whose year does not."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Days:
    """Reads days of one file.

    Args:
        order: for days like 05/12/2026.
        form: as strptime has it, where a mapping states one.
        zone: whose clocks say on which day a moment with a zone is.
    """

    def __init__(
        self, zone: ZoneInfo, order: DayOrder | None = None, form: str | None = None
    ) -> None:
        self.zone, self.order, self.form = zone, order, form
        self._known: dict[str, date] = {}

    def read(self, text: str) -> date:
        """The day of a text.

        Raises:
            ValueError: it is no day, or one of another century.
        """
        found = self._known.get(text)
        if found is None:
            found = self._read(text.strip())
            if not FIRST_DAY <= found <= LAST_DAY:
                raise ValueError(text)
            self._known[text] = found
        return found

    def _read(self, text: str) -> date:
        if self.form is not None:
            return datetime.strptime(text, self.form).date()
        if len(text) == 10 and text[4] == "-":
            return date.fromisoformat(text)
        numbers = _NUMBERS.match(text)
        if numbers is None:
            return _named(text)
        first, _, second, third = numbers.groups()
        rest = text[numbers.end() :]
        if len(first) == 4 and rest and not _TIME.fullmatch(rest):
            return self._moment(text)
        if rest and not _TIME.fullmatch(rest):
            raise ValueError(text)
        if len(first) == 4:
            return date(int(first), int(second), int(third))
        day, month = int(first), int(second)
        if self.order is DayOrder.MONTH_FIRST:
            day, month = month, day
        return date(int(third) + (2000 if len(third) == 2 else 0), month, day)

    def _moment(self, text: str) -> date:
        moment = datetime.fromisoformat(text.replace("/", "-").replace(" UTC", "+00:00"))
        return moment.astimezone(self.zone).date() if moment.tzinfo else moment.date()


def find_order(texts: Iterable[str], stated: DayOrder | None, where: str) -> DayOrder | None:
    """Which number comes first in the days of a file; None where the year does.

    Raises:
        FileUnreadable: it can be read both ways, or both are used.
    """
    short = [(int(m[1]), int(m[3]), m[2], m[0]) for m in map(_NUMBERS.match, sorted(texts)) if m]
    # What is no day either way shows no order; it is set apart later.
    short = [each for each in short if each[0] < 1000 and min(each[:2]) <= 12]
    if stated is not None or not short:
        return stated
    day_first = next((text for first, _, _, text in short if first > 12), None)
    month_first = next((text for _, second, _, text in short if second > 12), None)
    if day_first and month_first:
        raise FileUnreadable(
            f"{where} has days written in two ways, “{day_first}” and “{month_first}”. "
            "Say which is right with --days day-first or --days month-first."
        )
    if day_first or all(mark == "." for _, _, mark, _ in short):
        return DayOrder.DAY_FIRST
    unclear = next((text for first, second, _, text in short if first != second), None)
    if month_first or unclear is None:
        return DayOrder.MONTH_FIRST
    raise FileUnreadable(
        f"{where} has days like “{unclear}”, and none shows whether the day or the month comes "
        "first. Say so with --days day-first or --days month-first."
    )


def _named(text: str) -> date:
    for form in _NAMED:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)
